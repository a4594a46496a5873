import { AndFilter, type Entry, EqualityFilter } from 'ldapts';
import { readValues, toRecord } from './entry.ts';
import { directoryError, LdapError } from './faults.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { FoundEntry, USER_OBJECT } from './schema.ts';

export interface FoundLogin {
  readonly guid: string;
  readonly sid: string;
  readonly dn: string;
}

/** More than this many cannot all be looked at for the one that is exactly right. */
const MOST_HITS = 10;
/** Longer ones are no logins: sAMAccountName has 20 characters for people, userPrincipalName 1,024. */
const LONGEST_LOGIN = 1_024;

/**
 * Finds the account that a typed login names: `user@domain` (userPrincipalName), `DOMAIN\user` or `user`
 * (sAMAccountName).
 *
 * One attribute only, by the form of what was typed. A mail address finds nobody: it is neither unique, nor given by
 * those who give rights, and another person's principal name can look like it.
 *
 * @throws OperationError `account_ambiguous` when more than one has it.
 */
export async function findLogin(
  connection: LdapConnection,
  baseDn: string,
  login: string,
): Promise<FoundLogin | undefined> {
  const wanted = await toWanted(connection, baseDn, login);
  if (!wanted) return undefined;
  const { attribute, value } = wanted;
  const filter = new AndFilter({
    filters: [
      new EqualityFilter({ attribute: 'sAMAccountType', value: String(USER_OBJECT) }),
      new EqualityFilter({ attribute, value }),
    ],
  });
  const attributes = ['objectGUID', 'objectSid', attribute];
  const hits = await connection.find({ baseDn, filter, attributes }, MOST_HITS);
  // The server matches more loosely than letter by letter (accents, spaces); only what is the same counts.
  const exact = hits.filter((it) => readValues(it, attribute).some((has) => isSame(has, value)));
  if (exact.length > 1 || hits.length >= MOST_HITS)
    throw directoryError('account_ambiguous', { login });
  const [hit] = exact;
  return hit && toFound(hit);
}

interface Wanted {
  readonly attribute: 'sAMAccountName' | 'userPrincipalName';
  readonly value: string;
}

async function toWanted(
  connection: LdapConnection,
  baseDn: string,
  login: string,
): Promise<Wanted | undefined> {
  if (login.trim() === '' || login.includes('\0') || login.length > LONGEST_LOGIN) return undefined;
  const at = login.indexOf('\\');
  if (at < 0)
    return {
      attribute: login.includes('@') ? 'userPrincipalName' : 'sAMAccountName',
      value: login,
    };
  const value = login.slice(at + 1);
  const isOurs = isSame(login.slice(0, at), await readNetbiosName(connection, baseDn));
  return isOurs && value !== '' ? { attribute: 'sAMAccountName', value } : undefined;
}

/** The domain's short name. @see MS-ADTS 6.1.1.2.1.1.4: the crossRef of a domain has its nETBIOSName. */
async function readNetbiosName(connection: LdapConnection, baseDn: string): Promise<string> {
  const root = await connection.readOne('', ['configurationNamingContext']);
  const [configuration] = root ? readValues(root, 'configurationNamingContext') : [];
  const filter = new AndFilter({
    filters: [
      new EqualityFilter({ attribute: 'objectClass', value: 'crossRef' }),
      new EqualityFilter({ attribute: 'nCName', value: baseDn }),
    ],
  });
  const partitions = `CN=Partitions,${configuration}`;
  const [found] = await connection.find(
    { baseDn: partitions, filter, attributes: ['nETBIOSName'] },
    2,
  );
  const [name] = found ? readValues(found, 'nETBIOSName') : [];
  if (typeof name !== 'string') throw new LdapError('odd_answer', 'the domain has no short name');
  return name;
}

function toFound(entry: Entry): FoundLogin {
  const names = ['objectGUID', 'objectSid'];
  const read = FoundEntry.safeParse(toRecord(entry, names));
  if (!read.success)
    throw directoryError('account_not_readable', { account: entry.dn, missing: names });
  return { guid: read.data.objectGUID, sid: read.data.objectSid, dn: entry.dn };
}

/** As Windows compares names: without regard to case, and with regard to everything else. */
export function isSame(one: string | Buffer, other: string): boolean {
  return typeof one === 'string' && one.toLowerCase() === other.toLowerCase();
}
