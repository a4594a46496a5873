/**
 * Everybody in a group, found by walking down from it.
 *
 * The server could be asked the other way round, for all whose groups include this one (the rule IN_CHAIN). It would go
 * through mail lists, miss primary groups and work for minutes, during which a domain controller may serve nobody else.
 */
import { AndFilter, type Entry, EqualityFilter, OrFilter } from 'ldapts';
import { OperationError } from '#core/errors.ts';
import type { Account, GroupMembers } from '#core/ports/directory.ts';
import { isSid, toRelativeId } from './binary-ids.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { toRecord, toShownName } from './entry.ts';
import { directoryError, LdapError } from './faults.ts';
import { type GroupRead, type MemberRef, readGroup } from './member-refs.ts';
import { toAccount } from './read-account.ts';
import {
  ACCOUNT_ATTRIBUTES,
  GROUP_OBJECTS,
  isSecurityGroup,
  KIND_ATTRIBUTES,
  KindEntry,
  USER_OBJECT,
} from './schema.ts';
import type { ServiceConnection } from './service-connection.ts';
import { mapInTurns } from './window.ts';

/** Half of what may be under way, so that decisions are not kept waiting by a long list. */
const WIDTH = 8;

export interface MembersQuestion {
  readonly service: Pick<ServiceConnection, 'run'>;
  readonly baseDn: string;
  readonly listTimeoutMs: number;
  readonly now: () => Date;
}

/**
 * Lists the accounts whose token holds this group: about 1 to 3 ms each.
 *
 * Mail lists inside it are not gone into: they give no rights. Who cannot be read, members of other domains included, is
 * named. Computers and contacts are nobody.
 *
 * @throws OperationError `group_not_readable` when there is no such group; `directory_not_reachable` after `listTimeoutMs`.
 */
export async function listMembers(
  question: MembersQuestion,
  groupId: string,
): Promise<GroupMembers> {
  const walk: Walk = {
    ...question,
    ...{ groupId, deadline: createDeadline(question.listTimeoutMs) },
    ...{ seen: new Set(), people: new Map(), unreadable: new Map() },
  };
  const start = await startFrom(walk);
  if (!start) throw directoryError('group_not_readable', { group: groupId });
  walk.seen.add(start.group.objectGUID);
  // Level by level: a circle of groups ends at what was seen before.
  for (let level: readonly GroupRead[] = [start]; level.length > 0; ) {
    const members = [
      ...level.flatMap((it) => it.members),
      ...(await listByPrimaryGroup(walk, level)),
    ];
    const below = await mapInTurns(members, WIDTH, (member) => visit(walk, member));
    level = below.filter((it) => it !== undefined);
  }
  return { people: [...walk.people.values()], unreadable: [...walk.unreadable.values()] };
}

async function startFrom(walk: Walk): Promise<GroupRead | undefined> {
  const { baseDn, groupId, service, deadline } = walk;
  if (!isSid(groupId)) return undefined;
  const question = { baseDn, name: `<SID=${groupId}>`, shownAs: groupId };
  return service.run((it) => readGroup(it, question), deadline);
}

interface Walk extends MembersQuestion {
  readonly groupId: string;
  readonly deadline: Deadline;
  /** objectGUIDs. */
  readonly seen: Set<string>;
  readonly people: Map<string, Account>;
  /** Shown names, by what they are read by. */
  readonly unreadable: Map<string, string>;
}

/** Takes note of a member. Answers the group it is, if it is one to go into. */
async function visit(walk: Walk, member: MemberRef): Promise<GroupRead | undefined> {
  if (walk.seen.has(member.name)) return undefined;
  walk.seen.add(member.name);
  const attributes = [...KIND_ATTRIBUTES, ...ACCOUNT_ATTRIBUTES];
  const entry = await walk.service.run((it) => it.readOne(member.name, attributes), walk.deadline);
  const kind = entry && KindEntry.safeParse(toRecord(entry, KIND_ATTRIBUTES)).data;
  if (!entry || !kind) return markUnreadable(walk, member);
  if (walk.seen.has(kind.objectGUID)) return undefined;
  walk.seen.add(kind.objectGUID);
  const { sAMAccountType: type, objectClass } = kind;
  if (type === USER_OBJECT) return takePerson(walk, member, entry);
  if (type !== undefined && GROUP_OBJECTS.has(type)) return enterGroup(walk, member);
  // Somebody of a trusted domain, or "everybody" under one of its names: it grants, and who it is cannot be read here.
  if (objectClass.includes('foreignSecurityPrincipal')) return markUnreadable(walk, member);
  const isNobody = type !== undefined || objectClass.includes('contact');
  return isNobody ? undefined : markUnreadable(walk, member);
}

/** Only whose token holds the group is in it: the same word on which decisions rest. */
function takePerson(walk: Walk, member: MemberRef, entry: Entry): undefined {
  try {
    const { account } = toAccount(entry, toShownName(member.dn), walk.now());
    if (account.groupIds.includes(walk.groupId)) walk.people.set(account.id, account);
  } catch (error) {
    if (!isNotReadable(error)) throw error;
    markUnreadable(walk, member);
  }
  return undefined;
}

async function enterGroup(walk: Walk, member: MemberRef): Promise<GroupRead | undefined> {
  try {
    const shownAs = toShownName(member.dn);
    const question = { baseDn: walk.baseDn, name: member.name, shownAs };
    const read = await walk.service.run((it) => readGroup(it, question), walk.deadline);
    if (!read) return markUnreadable(walk, member);
    return isSecurityGroup(read.group) ? read : undefined;
  } catch (error) {
    if (!isNotReadable(error)) throw error;
    return markUnreadable(walk, member);
  }
}

/** One broken member is named and spoils nothing (B27); a directory that does not answer is an error of the list. */
function isNotReadable(error: unknown): boolean {
  const codes: readonly string[] = ['account_not_readable', 'group_not_readable'];
  return error instanceof OperationError && codes.includes(error.code);
}

function markUnreadable({ unreadable }: Walk, { name, dn }: MemberRef): undefined {
  unreadable.set(name, toShownName(dn));
  return undefined;
}

/** Those whose primary group it is: `member` does not name them. */
async function listByPrimaryGroup(
  walk: Walk,
  level: readonly GroupRead[],
): Promise<readonly MemberRef[]> {
  const ids = level.flatMap(({ group }) => toRelativeId(group.objectSid) ?? []);
  if (ids.length === 0) return [];
  const { baseDn, deadline, service } = walk;
  const filter = new AndFilter({
    filters: [
      new EqualityFilter({ attribute: 'sAMAccountType', value: String(USER_OBJECT) }),
      new OrFilter({
        filters: ids.map((value) => new EqualityFilter({ attribute: 'primaryGroupID', value })),
      }),
    ],
  });
  return service.run(async (connection) => {
    const found: MemberRef[] = [];
    for await (const page of connection.list({ baseDn, filter, attributes: ['objectGUID'] })) {
      deadline.check();
      found.push(...page.map(toFoundRef));
    }
    return found;
  }, deadline);
}

function toFoundRef(entry: Entry): MemberRef {
  const read = KindEntry.pick({ objectGUID: true }).safeParse(toRecord(entry, ['objectGUID']));
  if (!read.success) throw new LdapError('odd_answer', 'an object without an identity');
  return { name: `<GUID=${read.data.objectGUID}>`, dn: entry.dn };
}
