/**
 * Microsoft Active Directory by LDAPS, with a service account that may read it.
 *
 * Speaks to: domain controllers of Windows Server 2016 to 2025, and Samba; proven on Samba 4.17 alone.
 * Guarantees: the directory contract. Nothing is decided on an answer that is old, empty, cut or about somebody else.
 * Not covered: several domains and trusts (their members are named, not resolved), Kerberos, client certificates.
 * Neither the password of Drover's account nor anybody's stands in an error.
 */
import { readFileSync } from 'node:fs';
import type { Directory, Group } from '#core/ports/directory.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { SignIn } from '#core/ports/sign-in.ts';
import { readAuthorities } from '../trust.ts';
import type { ActiveDirectoryConfig } from './config.ts';
import { type DirectoryExamination, examine } from './examine.ts';
import { toDirectoryError } from './faults.ts';
import { findGroup, findGroupById } from './find-group.ts';
import { findLogin } from './find-login.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { listMembers } from './list-members.ts';
import { readAccount } from './read-account.ts';
import { createServiceConnection } from './service-connection.ts';
import { signIn } from './sign-in.ts';

export interface ActiveDirectoryDeps {
  /** Gives a PEM file's text. */
  readonly readFile: (path: string) => string;
  /** Against which the end of an account is judged: the wall clock. */
  readonly now: () => Date;
}

const DEPS: ActiveDirectoryDeps = {
  readFile: (path) => readFileSync(path, 'utf8'),
  now: () => new Date(),
};

export interface ActiveDirectory extends Directory, SignIn {
  /** By SID, for showing its name. `undefined`: no such group. @throws OperationError as `findGroup`. */
  findGroupById(sid: string): Promise<Group | undefined>;
  /** Looks at every server, right and group, for `drover doctor`. Changes nothing; answers faults as data. */
  examine(groupNames: readonly string[]): Promise<DirectoryExamination>;
  close(): Promise<void>;
}

/**
 * Connects at the first question.
 *
 * Every method throws OperationError `directory_not_reachable` with what each server said in `facts.servers`; where all
 * said the same of our own doing, `certificate_not_trusted` or `login_refused`.
 *
 * @throws Error when `caFile` cannot be read or holds no certificate.
 */
export function createActiveDirectory(
  config: ActiveDirectoryConfig,
  deps: ActiveDirectoryDeps = DEPS,
): ActiveDirectory {
  const { caFile, servername, baseDn, listTimeoutMs } = config;
  const trust = { ca: readAuthorities(deps.readFile(caFile), caFile), servername };
  const service = createServiceConnection(config, trust);
  const { now } = deps;
  const context = { config, trust, service, now };
  const read = <T>(work: (connection: LdapConnection) => Promise<T>) =>
    answer(() => service.run(work));
  const directory: Omit<ActiveDirectory, 'examine'> = {
    // Each decision has a read of its own: one that joined another's could be told what was true before it asked.
    findAccount: (id) => read(async (it) => (await readAccount(it, id, now()))?.account),
    findByLogin: (login) =>
      read(async (it) => {
        const found = await findLogin(it, baseDn, login);
        return found && (await readAccount(it, found.guid, now()))?.account;
      }),
    findGroup: (name) => read((it) => findGroup(it, baseDn, name)),
    findGroupById: (sid) => read((it) => findGroupById(it, sid)),
    listMembers: (groupId) =>
      answer(() => listMembers({ service, baseDn, listTimeoutMs, now }, groupId)),
    listPeople: async () => [],
    signIn: (login, password) => answer(() => signIn(context, login, password)),
    close: () => service.close(),
  };
  return {
    ...directory,
    examine: (groupNames) => answer(() => examine({ ...context, directory }, groupNames)),
  };
}

async function answer<T>(work: () => Promise<T>): Promise<T> {
  refuseInsideTransaction('directory');
  try {
    return await work();
  } catch (error) {
    throw toDirectoryError(error);
  }
}
