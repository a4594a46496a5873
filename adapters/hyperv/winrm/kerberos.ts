/**
 * Kerberos by npm's `kerberos`, which binds to the system's GSSAPI. It has to be compiled, so it is no dependency of
 * Drover: whoever wants it installs it beside.
 *
 * Over HTTPS alone: the package can neither encrypt WinRM's messages (no gss_wrap_iov) nor bind to the channel, so hosts
 * with CbtHardeningLevel=Strict refuse it. The ticket comes from the cache (KRB5CCNAME) or a keytab (KRB5_CLIENT_KTNAME).
 *
 * @see RFC 4559
 */
import { RemoteError } from '../remote-scripts.ts';
import {
  findToken,
  knock,
  type LogIn,
  type LoginCall,
  notOffered,
  requireAccepted,
} from './login.ts';

/** What is used of the package. */
export interface KerberosPackage {
  readonly GSS_MECH_OID_SPNEGO: number;
  initializeClient(service: string, options: { mechOID: number }): Promise<KerberosClient>;
}

interface KerberosClient {
  readonly contextComplete: boolean;
  /** Takes and gives base64. */
  step(challenge: string): Promise<string | null>;
}

export type LoadKerberos = () => Promise<KerberosPackage>;

/** By a name that the type checker does not follow: the package may not be there. */
const PACKAGE: string = 'kerberos';

export const loadKerberos: LoadKerberos = async () => {
  const loaded = await import(PACKAGE);
  return loaded.default ?? loaded;
};

export function createKerberosLogin(host: string, load: LoadKerberos): LogIn {
  return async (channel, call) => {
    if (!channel.certificate) throw new Error('Kerberos over plain HTTP');
    const kerberos = await load().catch((error) => {
      throw notLoaded(error);
    });
    const client = await askGssapi(call, () =>
      kerberos.initializeClient(`HTTP@${host}`, { mechOID: kerberos.GSS_MECH_OID_SPNEGO }),
    );
    const token = await askGssapi(call, () => client.step(''));
    const reply = await knock(channel, call, `Negotiate ${token ?? ''}`);
    requireAccepted(reply);
    const answer = findToken(reply);
    if (!answer) throw notOffered(reply, 'Kerberos');
    await askGssapi(call, () => client.step(answer.toString('base64')));
    // The host has to prove itself too: its certificate is not all that it is trusted for.
    if (!client.contextComplete)
      throw new RemoteError('login_refused', 'not_started', 'the host does not prove itself');
    return { headers: {} };
  };
}

/** GSSAPI may ask a KDC, and waits for it as long as it likes: Drover does not. */
async function askGssapi<T>(
  { answerTimeoutMs, signal }: LoginCall,
  ask: () => Promise<T>,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new RemoteError('aborted', 'not_started', 'aborted'));
  const late = () => reject(notPossible(`Kerberos: no answer within ${answerTimeoutMs} ms`));
  const timer = setTimeout(late, answerTimeoutMs);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, ask()]);
  } catch (error) {
    throw error instanceof RemoteError ? error : notPossible(toWords(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function notPossible(reason: string): RemoteError {
  return new RemoteError('login_not_possible', 'not_started', reason);
}

function notLoaded(error: unknown): RemoteError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
    return notPossible(
      'the package kerberos is not installed: npm install --no-save kerberos@7.0.0',
    );
  return notPossible(`the package kerberos cannot be loaded (${toWords(error)})`);
}

/** GSSAPI's words name principals and causes ("No credentials were supplied"), never a key. */
function toWords(error: unknown): string {
  const words = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : '';
  return `Kerberos: ${words}`;
}
