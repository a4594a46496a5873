/** Entries as Windows answers them, for the fake LDAP server. */
import type { FakeEntry } from './fake-ldap-server.ts';

export const domainSid = 'S-1-5-21-1-2-3';

/** The bytes of `S-1-5-21-1-2-3-rid`. */
export function toSidBytes(rid: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.set([1, 5, 0, 0, 0, 0, 0, 5]);
  for (const [at, part] of [21, 1, 2, 3, rid].entries()) bytes.writeUInt32LE(part, 8 + 4 * at);
  return bytes;
}

/** The bytes of `toGuidText(n)`. */
export function toGuidBytes(n: number): Buffer {
  const bytes = Buffer.alloc(16, 0x11);
  bytes.writeUInt32LE(n, 0);
  return bytes;
}

export function toGuidText(n: number): string {
  return `${n.toString(16).padStart(8, '0')}-1111-1111-1111-111111111111`;
}

export type Attributes = FakeEntry['attributes'];

/** A person with the number `n`, in the groups of these relative ids. */
export function toFakePerson(
  n: number,
  rids: readonly number[],
  changed: Attributes = {},
): FakeEntry {
  return {
    dn: `CN=Person ${n},DC=corp,DC=test`,
    attributes: {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      objectGUID: [toGuidBytes(n)],
      objectSid: [toSidBytes(n)],
      tokenGroups: rids.map(toSidBytes),
      sAMAccountType: ['805306368'],
      sAMAccountName: [`person${n}`],
      displayName: [`Person ${n}`],
      userAccountControl: ['512'],
      'msDS-User-Account-Control-Computed': ['0'],
      accountExpires: ['9223372036854775807'],
      ...changed,
    },
  };
}

export function toFakeGroup(n: number, changed: Attributes = {}): FakeEntry {
  return {
    dn: `CN=Group ${n},DC=corp,DC=test`,
    attributes: {
      objectClass: ['top', 'group'],
      objectGUID: [toGuidBytes(n)],
      objectSid: [toSidBytes(n)],
      sAMAccountType: ['268435456'],
      sAMAccountName: [`group${n}`],
      groupType: ['-2147483646'],
      uSNChanged: ['1'],
      ...changed,
    },
  };
}
