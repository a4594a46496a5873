/**
 * Who and what is in the test domain: each a case of its own. Their password is `userPassword` unless said otherwise.
 *
 * Groups of security accounts are `global` or `universal` ones; a `distribution` group is a mail list.
 */
import {
  baseDn,
  dnsName,
  organizationalUnits as ou,
  serviceAccount,
  userPassword,
} from './domain.ts';
import { toAddRecord, toDn, toModifyRecord, toPasswordValue, type Values } from './ldif.ts';

/** MS-ADTS 2.2.12: 0x80000000 is "security", the rest the scope. */
const groupTypes = {
  global: '-2147483646',
  domainLocal: '-2147483644',
  universal: '-2147483640',
  distribution: '8',
} as const;

export type GroupKind = keyof typeof groupTypes;

const disabled = '514';
/** 100-nanosecond steps since 1601: a day in 2012. */
const longAgo = '130000000000000000';
/** Normal account, disabled, no password needed: quick to make. */
const bare = '546';

export const bigGroupSize = 2000;
export const nestedLevels = 12;

export function toUserRecord(
  cn: string,
  sam: string,
  { parent = ou.people, password = userPassword, ...values }: UserOptions = {},
): string {
  return toAddRecord(toDn(cn, parent), {
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    sAMAccountName: sam,
    userPrincipalName: `${sam}@${dnsName}`,
    displayName: cn,
    userAccountControl: '512',
    ...(password === null ? {} : { unicodePwd: toPasswordValue(password) }),
    ...(values as Values),
  });
}

interface UserOptions extends Record<string, unknown> {
  readonly parent?: string;
  readonly password?: string | null;
}

export function toGroupRecord(cn: string, kind: GroupKind, parent: string = ou.groups): string {
  const values = {
    objectClass: ['top', 'group'],
    sAMAccountName: cn,
    groupType: groupTypes[kind],
  };
  return toAddRecord(toDn(cn, parent), values);
}

export function toMemberRecord(groupDn: string, members: readonly string[]): string {
  return toModifyRecord(groupDn, 'add', { member: members });
}

const person = (cn: string) => toDn(cn, ou.people);
const group = (cn: string) => toDn(cn, ou.groups);

function groupWith(cn: string, kind: GroupKind, members: readonly string[]): string[] {
  const made = toGroupRecord(cn, kind);
  return members.length === 0 ? [made] : [made, toMemberRecord(group(cn), members)];
}

/** In the order in which they can be added; one file each, because one large transaction is slow. */
export function listSeeds(): readonly (readonly string[])[] {
  return [
    [...listUnits(), ...listStates(), ...listNesting(), ...listOddNames(), ...listMany()],
    listBulk(),
  ];
}

function listUnits(): string[] {
  const units = Object.values(ou).map((dn) =>
    toAddRecord(dn, { objectClass: ['top', 'organizationalUnit'] }),
  );
  const [sam = ''] = serviceAccount.user.split('@');
  const { password } = serviceAccount;
  return [...units, toUserRecord(sam, sam, { parent: ou.service, password })];
}

/** The states of an account, and those who are easily taken for one another. */
function listStates(): string[] {
  return [
    toUserRecord('Ann Berg', 'ann'),
    toUserRecord('Carol Disabled', 'carol', { userAccountControl: disabled }),
    toUserRecord('Dave Lockme', 'dave'),
    toUserRecord('Erin Expired', 'erin', { accountExpires: longAgo }),
    toUserRecord('Frank MustChange', 'frank', { pwdLastSet: '0' }),
    toUserRecord('Hugo Hidden', 'hugo'),
    toUserRecord('Gina Gone', 'gina'),
    toUserRecord('Twin One', 'twin1', { mail: 'twin@example.test' }),
    toUserRecord('Twin Two', 'twin2', { mail: 'twin@example.test' }),
    toUserRecord('Mail', 'mail1', { mail: 'ann@example.test' }),
    // Her principal name looks like the mail address of somebody else.
    toUserRecord('Mallory', 'mallory', { userPrincipalName: 'ann@example.test' }),
    // His name is that of a SASL mechanism.
    toUserRecord('EXTERNAL', 'EXTERNAL'),
    ...groupWith('web-team', 'global', [person('Ann Berg'), person('Carol Disabled')]),
    ...groupWith('operators', 'universal', [group('web-team'), person('Erin Expired')]),
    ...groupWith('nobody', 'global', []),
  ];
}

function listNesting(): string[] {
  const nest = (level: number) => `Nest-${String(level).padStart(2, '0')}`;
  const levels = Array.from({ length: nestedLevels }, (_, index) => index + 1);
  return [
    toUserRecord('Alice Ängström', 'alice'),
    toUserRecord('Bob Stein', 'bob'),
    toUserRecord('Pam Primary', 'pam'),
    toUserRecord('Lisa List', 'lisa'),
    ...levels.flatMap((level) =>
      groupWith(nest(level), 'global', [
        level === 1 ? person('Alice Ängström') : group(nest(level - 1)),
      ]),
    ),
    ...groupWith('Local Admins', 'domainLocal', [group(nest(nestedLevels))]),
    toMemberRecord(`CN=Remote Desktop Users,CN=Builtin,${baseDn}`, [group(nest(1))]),
    ...['Cycle-A', 'Cycle-B', 'Cycle-C'].map((cn) => toGroupRecord(cn, 'global')),
    toMemberRecord(group('Cycle-A'), [group('Cycle-B'), person('Bob Stein')]),
    toMemberRecord(group('Cycle-B'), [group('Cycle-C')]),
    toMemberRecord(group('Cycle-C'), [group('Cycle-A')]),
    // A security group that contains a mail list: whoever gets on the list gets no right by it.
    ...groupWith('Mail List', 'distribution', [person('Lisa List'), person('Alice Ängström')]),
    ...groupWith('Behind List', 'universal', [group('Mail List')]),
    ...groupWith('Pam Primary Group', 'global', [person('Pam Primary')]),
    ...groupWith('Above Primary', 'global', [group('Pam Primary Group')]),
    ...listAmbiguous(),
    ...listForeign(),
  ];
}

/** The second one bears the first one's name only as its `cn`. */
function listAmbiguous(): string[] {
  const second = { objectClass: ['top', 'group'], sAMAccountName: 'twin-group-2' };
  return [
    toGroupRecord('twin-group', 'global'),
    toAddRecord(toDn('twin-group', ou.oddGroups), { ...second, groupType: groupTypes.global }),
  ];
}

/** A member from a trusted domain. */
export const foreignSid = 'S-1-5-21-1004336348-1177238915-682003330-1111';

function listForeign(): string[] {
  const members = [`<SID=${foreignSid}>`, person('Ann Berg')];
  return groupWith('with-foreigner', 'domainLocal', members);
}

/** Names that break software which treats a distinguished name as text. */
export const oddNames: Readonly<Record<string, string>> = {
  wsmith: 'Smith, William "Bill"',
  jdoe: 'Doe, Jane (R&D)',
  bslash: 'back\\slash',
  spaces: ' lead and trail ',
  hash: '#hash=first',
  lbreak: 'line\nbreak',
  aoneil: "O'Neil; Ann <ext>",
  jmueller: 'Müller, Jürgen "JM" + Co; <ext> (#1) = \\ *',
  taro: '山田 太郎',
};
export const oddGroup = 'Approvers, EU (night) "North" + Süd = *#';

function listOddNames(): string[] {
  const names = Object.entries(oddNames);
  const members = names.map(([, cn]) => person(cn));
  const dn = toDn(oddGroup, ou.oddGroups);
  const made = {
    objectClass: ['top', 'group'],
    sAMAccountName: 'approvers-eu',
    groupType: groupTypes.universal,
  };
  return [
    ...names.map(([sam, cn]) => toUserRecord(cn, sam)),
    toAddRecord(dn, made),
    toMemberRecord(dn, members),
    toUserRecord('Maiden, Mia', 'mmaiden'),
    ...groupWith('VM-Operators', 'global', [person('Maiden, Mia')]),
  ];
}

/** A person at the foot of ten chains of five groups: with Domain Users and Users a token of 52. */
function listMany(): string[] {
  const name = (chain: number, level: number) => `Chain-${chain}-${level}`;
  const chains = Array.from({ length: 10 }, (_, chain) => chain);
  return [
    toUserRecord('Max Many', 'max'),
    ...chains.flatMap((chain) =>
      [0, 1, 2, 3, 4].flatMap((level) =>
        groupWith(name(chain, level), 'universal', [
          level === 0 ? person('Max Many') : group(name(chain, level - 1)),
        ]),
      ),
    ),
  ];
}

/** More members than the 1,500 values that Active Directory hands out at a time. */
function listBulk(): string[] {
  const names = Array.from(
    { length: bigGroupSize },
    (_, index) => `bulk${String(index).padStart(4, '0')}`,
  );
  const options = { parent: ou.bulk, password: null, userAccountControl: bare };
  const members = names.map((name) => toDn(name, ou.bulk));
  return [
    ...names.map((name) => toUserRecord(name, name, options)),
    ...groupWith('Big', 'universal', [...members, person('Bob Stein')]),
  ];
}
