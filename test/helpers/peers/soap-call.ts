import { once } from 'node:events';
import { type Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface SoapAnswer {
  readonly status: number;
  readonly body: string;
  /** The session's cookie, when the answer sets one. */
  readonly cookie: string | undefined;
}

export interface SoapCall {
  readonly url: string;
  readonly caPem: string;
  /** The body's one element, as XML. */
  readonly element: string;
  readonly cookie?: string | undefined;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

/** Posts one vim25 call as bare XML: for tests of the test bed, and where our own client must stay out. */
export async function postSoap(call: SoapCall): Promise<SoapAnswer> {
  const { url, caPem: ca, element, cookie, agent = false, signal } = call;
  const headers = {
    'content-type': 'text/xml; charset=utf-8',
    soapaction: '"urn:vim25/6.5"',
    ...(cookie && { cookie }),
  };
  const options = { method: 'POST', ca, agent, headers, ...(signal && { signal }) };
  const outgoing = request(url, options);
  outgoing.end(toEnvelope(element));
  const [answer] = await once(outgoing, 'response');
  const body = await text(answer);
  return {
    status: answer.statusCode,
    body,
    cookie: answer.headers['set-cookie']?.[0]?.split(';')[0],
  };
}

export function toEnvelope(element: string): string {
  const namespace = 'http://schemas.xmlsoap.org/soap/envelope/';
  return `<Envelope xmlns="${namespace}"><Body>${element}</Body></Envelope>`;
}

/** `<METHOD xmlns="urn:vim25"><_this type="TYPE">ID</_this>…</METHOD>` */
export function toElement(method: string, type: string, id: string, inner = ''): string {
  return `<${method} xmlns="urn:vim25"><_this type="${type}">${id}</_this>${inner}</${method}>`;
}

/** Logs in and gives the session's cookie. */
export async function login(
  url: string,
  caPem: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<string> {
  const inner = `<userName>${user}</userName><password>${password}</password>`;
  const element = toElement('Login', 'SessionManager', 'SessionManager', inner);
  const { cookie, body } = await postSoap({ url, caPem, element });
  if (cookie === undefined) throw new Error(`login refused: ${body}`);
  return cookie;
}
