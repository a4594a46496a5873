import { AndFilter, type Entry, EqualityFilter, OrFilter } from 'ldapts';
import type { Group } from '#core/ports/directory.ts';
import { isSid } from './binary-ids.ts';
import { readValues, toRecord } from './entry.ts';
import { directoryError } from './faults.ts';
import { isSame } from './find-login.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { GROUP_ATTRIBUTES, GroupEntry, isSecurityGroup, listFaultyNames } from './schema.ts';

const MOST_HITS = 10;

/**
 * Finds the security group of that name: its sAMAccountName, or its cn, which is what the consoles show. A group that
 * has it as the one and another that has it as the other are two, and none is chosen; a SID names one for certain.
 *
 * @throws OperationError `group_ambiguous`, `group_not_security`, `group_not_readable`
 */
export async function findGroup(
  connection: LdapConnection,
  baseDn: string,
  name: string,
): Promise<Group | undefined> {
  if (isSid(name)) return findGroupById(connection, name);
  if (name.trim() === '' || name.includes('\0')) return undefined;
  const filter = new AndFilter({
    filters: [
      new EqualityFilter({ attribute: 'objectCategory', value: 'group' }),
      new OrFilter({
        filters: ['sAMAccountName', 'cn'].map(
          (attribute) => new EqualityFilter({ attribute, value: name }),
        ),
      }),
    ],
  });
  const attributes = [...GROUP_ATTRIBUTES, 'cn'];
  const hits = await connection.find({ baseDn, filter, attributes }, MOST_HITS);
  const exact = hits.filter((it) => hasName(it, name));
  if (exact.length > 1 || hits.length >= MOST_HITS)
    throw directoryError('group_ambiguous', { group: name, found: exact.map(({ dn }) => dn) });
  const [hit] = exact;
  return hit && toGroup(hit, name);
}

/** The security group with that SID. @throws OperationError `group_not_security`, `group_not_readable` */
export async function findGroupById(
  connection: LdapConnection,
  sid: string,
): Promise<Group | undefined> {
  if (!isSid(sid)) return undefined;
  const entry = await connection.readOne(`<SID=${sid}>`, [...GROUP_ATTRIBUTES, 'objectClass']);
  if (!entry || !readValues(entry, 'objectClass').includes('group')) return undefined;
  return toGroup(entry, sid);
}

function hasName(entry: Entry, name: string): boolean {
  return ['sAMAccountName', 'cn'].some((attribute) =>
    readValues(entry, attribute).some((value) => isSame(value, name)),
  );
}

function toGroup(entry: Entry, shownAs: string): Group {
  const group = toGroupEntry(entry, shownAs);
  if (!isSecurityGroup(group)) throw directoryError('group_not_security', { group: shownAs });
  return { id: group.objectSid, name: group.sAMAccountName };
}

/** @throws OperationError `group_not_readable`, with the names of what is missing. */
export function toGroupEntry(entry: Entry, shownAs: string): GroupEntry {
  const read = GroupEntry.safeParse(toRecord(entry, GROUP_ATTRIBUTES));
  if (read.success) return read.data;
  const facts = { group: shownAs, missing: listFaultyNames(read.error) };
  throw directoryError('group_not_readable', facts);
}
