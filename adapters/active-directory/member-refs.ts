/** Who stands in a group's `member`, however long the list is. */
import { type BerWriter, Control, type Entry, EqualityFilter, BerWriter as Writer } from 'ldapts';
import { readValues, type Value } from './entry.ts';
import { directoryError, LdapError } from './faults.ts';
import { toGroupEntry } from './find-group.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { GROUP_ATTRIBUTES, type GroupEntry } from './schema.ts';

export interface MemberRef {
  /** What the member can be read by: `<GUID=…>`, which outlives a rename, or its distinguished name. */
  readonly name: string;
  readonly dn: string;
}

export interface GroupRead {
  readonly group: GroupEntry;
  readonly members: readonly MemberRef[];
}

/** Asked for at a time; a server hands out as many as it likes. */
const RANGE = 1_500;
const MOST_TRIES = 3;

export interface GroupQuestion {
  readonly baseDn: string;
  /** What the group is read by: `<GUID=…>`, `<SID=…>`. */
  readonly name: string;
  readonly shownAs: string;
}

/**
 * Reads a group with all its direct members. `undefined`: there is none, or none that can be seen.
 *
 * A list that changes between two pieces could lose a name that moved up: the group's change number tells, and the list
 * is read again. A list that may not be read looks like an empty one: the members themselves are asked, too.
 *
 * @throws OperationError `group_not_readable`
 * @see MS-ADTS 3.1.1.3.1.3.3 (range retrieval)
 */
export async function readGroup(
  connection: LdapConnection,
  { baseDn, name, shownAs }: GroupQuestion,
): Promise<GroupRead | undefined> {
  for (let tries = MOST_TRIES; tries > 0; tries -= 1) {
    const first = await readPiece(connection, name, 0);
    if (!first) return undefined;
    const group = toGroupEntry(first.entry, shownAs);
    const members = await readOn(connection, name, first);
    if (!members) continue;
    if (members.length === 0 && (await hasMembers(connection, baseDn, first.entry.dn)))
      throw directoryError('group_not_readable', { group: shownAs, missing: ['member'] });
    return { group, members: members.map(toMemberRef) };
  }
  throw directoryError('group_not_readable', { group: shownAs, reason: 'it changes all the time' });
}

/** Whether anybody says of itself to be in the group: the other side of the same link. */
async function hasMembers(
  connection: LdapConnection,
  baseDn: string,
  extendedDn: string,
): Promise<boolean> {
  const { dn } = toMemberRef(extendedDn);
  const filter = new EqualityFilter({ attribute: 'memberOf', value: dn });
  return (await connection.find({ baseDn, filter, attributes: ['objectGUID'] }, 1)).length > 0;
}

interface Piece {
  readonly entry: Entry;
  readonly values: readonly Value[];
  /** Where the next piece begins; `undefined`: this is the last one. */
  readonly next: number | undefined;
  readonly version: Value | undefined;
}

/** The rest of the list. `undefined`: it changed meanwhile. */
async function readOn(
  connection: LdapConnection,
  name: string,
  first: Piece,
): Promise<readonly Value[] | undefined> {
  const values = [...first.values];
  for (let next = first.next; next !== undefined; ) {
    const piece = await readPiece(connection, name, next);
    if (piece?.version !== first.version) return undefined;
    values.push(...(piece?.values ?? []));
    next = piece?.next;
  }
  return values;
}

async function readPiece(
  connection: LdapConnection,
  name: string,
  start: number,
): Promise<Piece | undefined> {
  const range = `member;range=${start}-${start + RANGE - 1}`;
  const attributes = [...GROUP_ATTRIBUTES, 'uSNChanged', range];
  const entry = await connection.readOne(name, attributes, [new ExtendedDn()]);
  if (!entry) return undefined;
  const [version] = readValues(entry, 'uSNChanged');
  // The list comes under a name that says which piece it is; under the plain name ldapts puts an empty one.
  for (const [key, value] of Object.entries(entry)) {
    const [, from, to] = /^member;range=(\d+)-(\d+|\*)$/i.exec(key) ?? [];
    if (to === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (Number(from) !== start) throw new LdapError('odd_answer', 'another piece of the list');
    return {
      ...{ entry, version, values: readValues(entry, key) },
      next: to === '*' ? undefined : Number(to) + 1,
    };
  }
  if (start > 0) return { entry, version: undefined, values: [], next: undefined };
  // A server that knows no pieces, or a group without members.
  return { entry, version, values: readValues(entry, 'member'), next: undefined };
}

/** Asks for names as `<GUID=…>;<SID=…>;CN=…`. @see MS-ADTS 3.1.1.3.4.1.5 */
class ExtendedDn extends Control {
  constructor() {
    super('1.2.840.113556.1.4.529');
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new Writer();
    value.startSequence();
    value.writeInt(1); // as text
    value.endSequence();
    writer.writeBuffer(value.buffer, 0x04);
  }
}

function toMemberRef(value: Value): MemberRef {
  const text = value.toString();
  const [, guid, dn = text] = /^<GUID=([0-9a-f-]{36})>;(?:<SID=[^>]*>;)?(.*)$/is.exec(text) ?? [];
  return { name: guid === undefined ? dn : `<GUID=${guid}>`, dn };
}
