/**
 * Whether a password is that of an account: by logging in as it, on a connection of its own.
 */
import type { TLSSocket } from 'node:tls';
import { OperationError } from '#core/errors.ts';
import type { AccountState } from '#core/ports/directory.ts';
import type { SignInAnswer, SignInRefusal } from '#core/ports/sign-in.ts';
import {
  type ActiveDirectoryConfig,
  isUsablePassword,
  type ServerAddress,
  toServerName,
} from './config.ts';
import { createDeadline } from './deadline.ts';
import { toRecord } from './entry.ts';
import { NoServer, type ServerFailure, toDirectoryError, toLdapError } from './faults.ts';
import { type FoundLogin, findLogin } from './find-login.ts';
import { createLdapConnection, type LdapConnection } from './ldap-connection.ts';
import { openTlsSocket, type Trust } from './open-tls-socket.ts';
import { readAccount } from './read-account.ts';
import { ROOT_DSE_ATTRIBUTES, RootDse } from './schema.ts';
import type { ServiceConnection } from './service-connection.ts';

/**
 * What Windows writes into the words of result 49.
 *
 * @see https://learn.microsoft.com/windows/win32/debug/system-error-codes (1326, 1317, 1328, 1329, 1330, 1331, 1793, 1907, 1909)
 */
const REFUSALS: Readonly<Record<string, SignInRefusal>> = {
  '52e': 'wrong_password',
  '525': 'no_such_account',
  '530': 'not_allowed_now',
  '531': 'not_allowed_now',
  '532': 'password_expired',
  '533': 'disabled',
  '701': 'expired',
  '773': 'password_must_change',
  '775': 'locked',
};

export interface SignInDeps {
  readonly config: ActiveDirectoryConfig;
  readonly trust: Trust;
  readonly service: ServiceConnection;
  readonly now: () => Date;
}

export async function signIn(
  deps: SignInDeps,
  login: string,
  password: string,
): Promise<SignInAnswer> {
  // Before anything is sent: Active Directory answers an empty password with success, as nobody.
  if (!isUsablePassword(password)) return refuse('wrong_password');
  const found = await findPerson(deps, login);
  if (typeof found === 'string') return refuse(found);
  const refusal = await logInAs(deps, found, password);
  if (refusal) return refuse(refusal);
  const read = await deps.service.run((it) => readAccount(it, found.guid, deps.now()));
  if (!read) return refuse('no_such_account');
  const { account } = read;
  return account.state === 'active'
    ? { isSignedIn: true, account }
    : refuse(toStateRefusal(account.state));
}

function refuse(refusal: SignInRefusal): SignInAnswer {
  return { isSignedIn: false, refusal };
}

function toStateRefusal(state: Exclude<AccountState, 'active'>): SignInRefusal {
  return state;
}

/** Searched for by Drover's account: a typed name is never what is logged in with. */
async function findPerson(
  { service, config }: SignInDeps,
  login: string,
): Promise<FoundLogin | SignInRefusal> {
  try {
    const found = await service.run((it) => findLogin(it, config.baseDn, login));
    return found ?? 'no_such_account';
  } catch (error) {
    const code: string | undefined = error instanceof OperationError ? error.code : undefined;
    if (code === 'account_ambiguous') return 'login_ambiguous';
    throw error;
  }
}

/**
 * Logs in on a connection of its own: on the shared one a refused login would leave everybody's reads without an
 * identity. Sent once only, whatever becomes of it: on a second server it would count twice towards the lockout.
 */
async function logInAs(
  deps: SignInDeps,
  { dn, sid }: FoundLogin,
  password: string,
): Promise<SignInRefusal | undefined> {
  const { address, socket } = await connectToOne(deps);
  const connection = createLdapConnection(address, socket, deps.config.answerTimeoutMs);
  try {
    const code = await connection.logIn(dn, password);
    if (code !== undefined) return REFUSALS[code] ?? 'wrong_password';
    // A yes is believed only of a connection that has become this account's.
    return (await readOwnSid(connection)) === sid ? undefined : 'identity_not_proven';
  } catch (error) {
    throw toDirectoryError(error, 'unknown');
  } finally {
    await connection.close();
  }
}

/** The first server that takes a connection: until then nothing was sent, and the next one may be tried. */
async function connectToOne({
  config: { connectTimeoutMs, giveUpAfterMs },
  trust,
  service,
}: SignInDeps): Promise<{ readonly address: ServerAddress; readonly socket: TLSSocket }> {
  const failures: ServerFailure[] = [];
  const deadline = createDeadline(giveUpAfterMs);
  for (const address of service.listServers()) {
    deadline.check();
    try {
      return { address, socket: await openTlsSocket(address, trust, connectTimeoutMs) };
    } catch (error) {
      failures.push({ server: toServerName(address), error: toLdapError(error) });
      service.leaveOut(address);
    }
  }
  throw new NoServer(failures);
}

/** The first of the server's own `tokenGroups` is who the connection is. @see MS-ADTS 3.1.1.3.2 */
export async function readOwnSid(connection: LdapConnection): Promise<string | undefined> {
  const entry = await connection.readOne('', ['tokenGroups']);
  return entry && RootDse.safeParse(toRecord(entry, ROOT_DSE_ATTRIBUTES)).data?.tokenGroups[0];
}
