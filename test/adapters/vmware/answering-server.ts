/**
 * An https server that answers a vCenter's calls with given XML: for what vcsim cannot show, after the API reference.
 */
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { readSoapMethod } from '#test/helpers/peers/fault-rules.ts';
import { makeThrowAwayCertificate } from '#test/helpers/peers/throw-away-certificate.ts';

/** What a method returns; a function sees the request. */
export type Answers = Readonly<Record<string, string | ((request: string) => string)>>;

export interface AnsweringServer extends AsyncDisposable {
  readonly url: string;
  readonly caPem: string;
  /** Methods in order. */
  readonly methods: readonly string[];
}

const CONTENT =
  '<rootFolder type="Folder">group-d1</rootFolder>' +
  '<propertyCollector type="PropertyCollector">propertyCollector</propertyCollector>' +
  '<viewManager type="ViewManager">ViewManager</viewManager><about><name>VMware vCenter Server</name>' +
  '<fullName>VMware vCenter Server 8.0.3 build-1</fullName><apiType>VirtualCenter</apiType>' +
  '<instanceUuid>11111111-0000-4000-8000-000000000001</instanceUuid></about>' +
  '<sessionManager type="SessionManager">SessionManager</sessionManager>' +
  '<taskManager type="TaskManager">TaskManager</taskManager>' +
  '<eventManager type="EventManager">EventManager</eventManager>';

const USUAL: Answers = {
  RetrieveServiceContent: `<returnval>${CONTENT}</returnval>`,
  Login: '<returnval><key>52</key><userName>drover</userName></returnval>',
  CreateContainerView: '<returnval type="ContainerView">session[1]view-1</returnval>',
};

export async function startAnsweringServer(answers: Answers): Promise<AnsweringServer> {
  const certificate = await makeThrowAwayCertificate();
  const methods: string[] = [];
  const server = https.createServer(certificate, (request, response) => {
    void text(request).then((body) => {
      const method = readSoapMethod(body) ?? '';
      methods.push(method);
      const given = answers[method] ?? USUAL[method] ?? '';
      const answer = typeof given === 'string' ? given : given(body);
      response.setHeader('content-type', 'text/xml; charset=utf-8');
      if (answer.startsWith('<!DOCTYPE')) response.end(answer);
      else response.end(toEnvelope(method, answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/sdk`,
    caPem: certificate.cert,
    methods,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function toEnvelope(method: string, answer: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ' +
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ' +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
    `<${method}Response xmlns="urn:vim25">${answer}</${method}Response></soapenv:Body></soapenv:Envelope>`
  );
}

/** One object of a RetrieveResult. */
export function toObject(type: string, value: string, properties: Record<string, string>): string {
  const propSet = Object.entries(properties).map(
    ([name, val]) => `<propSet><name>${name}</name>${val}</propSet>`,
  );
  return `<objects><obj type="${type}">${value}</obj>${propSet.join('')}</objects>`;
}
