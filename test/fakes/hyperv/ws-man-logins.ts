/** Who stands behind each connection of a WinRM service: NTLM proves a connection, Basic each request. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { NtlmVerifier, ServerSeal } from './ntlm-verifier.ts';

export interface ConnectionLogin {
  user: string | undefined;
  seal: ServerSeal | undefined;
  pending: { readonly negotiate: Buffer; readonly challenge: Buffer } | undefined;
}

export interface LoginRecord {
  readonly scheme: 'ntlm' | 'basic' | 'proxy';
  readonly user: string;
  readonly hasMic?: boolean;
  readonly isBound?: boolean;
  readonly servicePrincipal?: string | undefined;
}

export interface LoginsOptions {
  readonly verifier: NtlmVerifier;
  readonly passwords: ReadonlyMap<string, string>;
  readonly isTls: boolean;
  /** Somebody in front has done it, and says who it is in `X-User`. */
  readonly trustsProxy: boolean;
}

export interface Logins {
  readonly accepted: readonly LoginRecord[];
  /** Reasons, in order. */
  readonly refused: readonly string[];
  of(socket: Socket): ConnectionLogin;
  /** What to answer with 401; `undefined` when it is known who asks. */
  admit(request: IncomingMessage): readonly string[] | undefined;
}

export function createLogins(options: LoginsOptions): Logins {
  const connections = new WeakMap<Socket, ConnectionLogin>();
  const accepted: LoginRecord[] = [];
  const refused: string[] = [];
  const offered = options.isTls ? ['Negotiate', 'Basic realm="WSMAN"'] : ['Negotiate'];

  const of = (socket: Socket): ConnectionLogin => {
    const known = connections.get(socket);
    if (known) return known;
    const fresh = { user: undefined, seal: undefined, pending: undefined };
    connections.set(socket, fresh);
    return fresh;
  };
  const refuse = (reason: string) => {
    refused.push(reason);
    return offered;
  };
  const admitBasic = (login: ConnectionLogin, token: string) => {
    if (!options.isTls) return refuse('Basic over HTTP');
    const [, user = '', password] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(token, 'base64').toString()) ?? [];
    if (options.passwords.get(user.toLowerCase()) !== password) return refuse('Basic');
    login.user = user;
    accepted.push({ scheme: 'basic', user });
    return undefined;
  };
  const admitNtlm = (login: ConnectionLogin, scheme: string, token: string) => {
    const message = Buffer.from(token, 'base64');
    if (message.toString('latin1', 0, 8) !== 'NTLMSSP\0') return refuse('not NTLM');
    if (message.readUInt32LE(8) === 1) {
      login.user = undefined;
      login.pending = { negotiate: message, challenge: options.verifier.challenge(message) };
      return [`${scheme} ${login.pending.challenge.toString('base64')}`];
    }
    const { pending } = login;
    login.pending = undefined;
    if (!pending) return refuse('an answer without a challenge on this connection');
    try {
      const { verify } = options.verifier;
      const { user, seal, ...how } = verify(pending.negotiate, pending.challenge, message);
      login.user = user;
      login.seal = seal;
      accepted.push({ scheme: 'ntlm', user, ...how });
      return undefined;
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
  };

  return {
    accepted,
    refused,
    of,
    admit: (request) => {
      const login = of(request.socket);
      if (options.trustsProxy) {
        login.user = String(request.headers['x-user'] ?? 'nobody');
        accepted.push({ scheme: 'proxy', user: login.user });
        return undefined;
      }
      const { authorization } = request.headers;
      if (authorization === undefined) return login.user === undefined ? offered : undefined;
      const [scheme = '', token = ''] = authorization.split(/\s+/);
      if (/^basic$/i.test(scheme)) return admitBasic(login, token);
      if (/^(negotiate|ntlm)$/i.test(scheme)) return admitNtlm(login, scheme, token);
      return refuse(`scheme ${scheme}`);
    },
  };
}
