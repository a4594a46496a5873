/** What `drover doctor` is told of a directory: data, without a sentence. */
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { OperationError } from '#core/errors.ts';
import type { Directory } from '#core/ports/directory.ts';
import { type ActiveDirectoryConfig, type ServerAddress, toServerName } from './config.ts';
import { createDeadline } from './deadline.ts';
import { readValues, toRecord } from './entry.ts';
import { type LdapFailure, toLdapError } from './faults.ts';
import { createLdapConnection, type LdapConnection } from './ldap-connection.ts';
import { openTlsSocket, type Trust } from './open-tls-socket.ts';
import { AccountEntry, ROOT_DSE_ATTRIBUTES, RootDse } from './schema.ts';

export interface DirectoryExamination {
  /** One a server, in the order of the configuration. */
  readonly servers: readonly ServerExamination[];
  /** One a name that was asked for. */
  readonly groups: readonly GroupExamination[];
}

export interface ServerExamination {
  /** `host:port` */
  readonly server: string;
  /** What went wrong first; absent: nothing. */
  readonly fault?: { readonly failure: LdapFailure; readonly reason: string };
  /** As the server shows it, trusted or not; absent: it showed none. */
  readonly certificate?: CertificateExamination;
  /** Windows' code of a refused login; `accepted`; `not_tried` after another server refused it, for the lockout's sake. */
  readonly login: string;
  readonly token: TokenExamination;
  /** Whether it is a controller of the configured domain; absent: not asked. */
  readonly isOfDomain?: boolean;
  /** The domain it is a controller of, as it says itself; absent: not read. */
  readonly domain?: string;
  /** The server's clock minus ours, to the second; absent: not read. */
  readonly clockAheadMs?: number;
}

export interface CertificateExamination {
  readonly subject: string;
  readonly expiresAt: Date;
  /** Why it is not trusted; absent: it is. */
  readonly refusedBecause?: string;
}

/**
 * Whether groups can be read: those of Drover's account by `tokenGroups` beside those of its own login.
 *
 * `empty`: the right to read them is missing (Windows Authorization Access Group). `differs`: one list has groups of the
 * domain that the other lacks.
 */
export type TokenExamination =
  | { readonly state: 'equal' | 'empty' | 'not_read' }
  | { readonly state: 'differs'; readonly groupIds: readonly string[] };

export interface GroupExamination {
  readonly name: string;
  readonly state:
    | 'found'
    | 'ambiguous'
    | 'distribution'
    | 'missing'
    | 'not_readable'
    | 'not_asked'
    | 'no_domain';
  readonly groupId?: string;
  /** Members that could not be read, those of other domains too; absent: not asked. */
  readonly unreadable?: readonly string[];
}

export interface ExamineDeps {
  readonly config: ActiveDirectoryConfig;
  readonly trust: Trust;
  readonly directory: Pick<Directory, 'findGroup' | 'listMembers'>;
  readonly now: () => Date;
}

export async function examine(
  deps: ExamineDeps,
  groupNames: readonly string[],
): Promise<DirectoryExamination> {
  const servers: ServerExamination[] = [];
  for (const address of deps.config.servers) {
    const wasRefused = servers.some(({ login }) => login !== 'accepted' && login !== 'not_tried');
    servers.push(await examineServer(deps, address, !wasRefused));
  }
  const canAsk = servers.some(({ login }) => login === 'accepted');
  const groups: GroupExamination[] = [];
  for (const name of groupNames) groups.push(await examineGroup(deps, name, canAsk));
  return { servers, groups };
}

const NOT_READ: TokenExamination = { state: 'not_read' };

async function examineServer(
  { config, trust, now }: ExamineDeps,
  address: ServerAddress,
  mayLogIn: boolean,
): Promise<ServerExamination> {
  const server = toServerName(address);
  let socket: TLSSocket;
  try {
    socket = await openTlsSocket(address, trust, config.connectTimeoutMs);
  } catch (error) {
    const { failure, message: reason } = toLdapError(error);
    const fault = { failure, reason };
    const shown = await lookAtCertificate(address, trust, config.connectTimeoutMs);
    const certificate = shown && { ...shown, refusedBecause: reason };
    return {
      server,
      fault,
      login: 'not_tried',
      token: NOT_READ,
      ...(certificate && { certificate }),
    };
  }
  const certificate = toCertificate(socket);
  const connection = createLdapConnection(address, socket, config.answerTimeoutMs);
  const seen = { server, ...(certificate && { certificate }) };
  try {
    if (!mayLogIn) return { ...seen, login: 'not_tried', token: NOT_READ };
    const deadline = createDeadline(config.giveUpAfterMs);
    const code = await deadline.wait(connection.logIn(config.user, config.password));
    if (code !== undefined) return { ...seen, login: code, token: NOT_READ };
    return {
      ...seen,
      login: 'accepted',
      ...(await deadline.wait(readServer(connection, config, now()))),
    };
  } catch (error) {
    const { failure, message: reason } = toLdapError(error);
    return { ...seen, fault: { failure, reason }, login: 'not_tried', token: NOT_READ };
  } finally {
    await connection.close();
  }
}

async function readServer(
  connection: LdapConnection,
  { baseDn }: ActiveDirectoryConfig,
  now: Date,
) {
  const entry = await connection.readOne('', ROOT_DSE_ATTRIBUTES);
  const root = entry && RootDse.safeParse(toRecord(entry, ROOT_DSE_ATTRIBUTES)).data;
  if (!root) return { token: NOT_READ };
  const { tokenGroups, currentTime, defaultNamingContext } = root;
  const time = toTime(currentTime);
  return {
    token: await compareTokens(connection, tokenGroups),
    isOfDomain: defaultNamingContext?.toLowerCase() === baseDn.toLowerCase(),
    ...(defaultNamingContext !== undefined && { domain: defaultNamingContext }),
    ...(time && { clockAheadMs: time.getTime() - now.getTime() }),
  };
}

/** Builtin groups are left out: a login gets some of them that no account is a member of. */
async function compareTokens(
  connection: LdapConnection,
  ownToken: readonly string[],
): Promise<TokenExamination> {
  const [own, ...groups] = ownToken;
  const entry = own && (await connection.readOne(`<SID=${own}>`, ['tokenGroups']));
  if (!entry) return NOT_READ;
  if (readValues(entry, 'tokenGroups').length === 0) return { state: 'empty' };
  const read = AccountEntry.pick({ tokenGroups: true }).safeParse(toRecord(entry, ['tokenGroups']));
  if (!read.success) return NOT_READ;
  const isOfDomain = (sid: string) => sid.startsWith('S-1-5-21-');
  const apart = new Set(groups).symmetricDifference(new Set(read.data.tokenGroups));
  const groupIds = [...apart].filter(isOfDomain);
  return groupIds.length === 0 ? { state: 'equal' } : { state: 'differs', groupIds };
}

/** `20261126120000.0Z` */
function toTime(text: string | undefined): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text ?? '') ?? [];
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  return parts.length === 0 ? undefined : new Date(Date.UTC(year, month - 1, ...rest));
}

/** Only to show what was refused: not a byte is sent over this connection. */
async function lookAtCertificate(
  address: ServerAddress,
  { servername }: Trust,
  timeoutMs: number,
): Promise<CertificateExamination | undefined> {
  const { promise, resolve } = Promise.withResolvers<CertificateExamination | undefined>();
  const name = servername === undefined ? {} : { servername };
  const socket = connect({ ...address, ...name, rejectUnauthorized: false });
  const timer = setTimeout(() => resolve(undefined), timeoutMs);
  socket.once('secureConnect', () => resolve(toCertificate(socket)));
  socket.on('error', () => resolve(undefined));
  const shown = await promise;
  clearTimeout(timer);
  socket.destroy();
  return shown;
}

function toCertificate(socket: TLSSocket): CertificateExamination | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { subject, validTo } = certificate;
  return { subject: subject.replaceAll('\n', ', '), expiresAt: new Date(validTo) };
}

const GROUP_STATES: Readonly<Record<string, GroupExamination['state']>> = {
  group_ambiguous: 'ambiguous',
  group_not_security: 'distribution',
  group_not_readable: 'not_readable',
  domain_not_served: 'no_domain',
};

async function examineGroup(
  { directory }: ExamineDeps,
  name: string,
  canAsk: boolean,
): Promise<GroupExamination> {
  if (!canAsk) return { name, state: 'not_asked' };
  try {
    const group = await directory.findGroup(name);
    if (!group) return { name, state: 'missing' };
    const { unreadable } = await directory.listMembers(group.id);
    return { name, state: 'found', groupId: group.id, unreadable };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { name, state: GROUP_STATES[error.code as string] ?? 'not_asked' };
  }
}
