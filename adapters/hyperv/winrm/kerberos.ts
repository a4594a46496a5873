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
import { findToken, knock, type LogIn, notOffered, requireAccepted } from './login.ts';

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
    const kerberos = await load().catch(() => {
      throw notPossible('the package kerberos is not installed: npm install kerberos@7.0.0');
    });
    const client = await kerberos
      .initializeClient(`HTTP@${host}`, { mechOID: kerberos.GSS_MECH_OID_SPNEGO })
      .catch((error) => refuseTicket(error));
    const token = await client.step('').catch((error) => refuseTicket(error));
    const reply = await knock(channel, call, `Negotiate ${token ?? ''}`);
    requireAccepted(reply);
    const answer = findToken(reply);
    if (!answer) throw notOffered(reply, 'Kerberos');
    await client.step(answer.toString('base64')).catch((error) => refuseTicket(error));
    // The host has to prove itself too: its certificate is not all that it is trusted for.
    if (!client.contextComplete)
      throw new RemoteError('login_refused', 'not_started', 'the host does not prove itself');
    return { headers: {} };
  };
}

function notPossible(reason: string): RemoteError {
  return new RemoteError('login_not_possible', 'not_started', reason);
}

/** GSSAPI's words name principals and causes ("No credentials were supplied"), never a key. */
function refuseTicket(error: unknown): never {
  const words = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : '';
  throw notPossible(`Kerberos: ${words}`);
}
