/** What an administrator does to the test domain. */
import { readFileSync } from 'node:fs';
import { Attribute, Change, Client, EqualityFilter } from 'ldapts';
import { toSid } from '#adapters/active-directory/binary-ids.ts';
import type { Domain } from '#test/helpers/peers/samba.ts';
import {
  baseDn,
  lockoutThreshold,
  organizationalUnits as ou,
  serverName,
} from '#test/peers/samba/domain.ts';
import { toDn } from '#test/peers/samba/ldif.ts';

export type Changed = Pick<Domain, 'change' | 'controllers' | 'caFile'>;

/** The distinguished name of a person of the seed. */
export const person = (cn: string) => toDn(cn, ou.people);
/** The distinguished name of a group of the seed. */
export const group = (cn: string) => toDn(cn, ou.groups);

export function modify(
  domain: Changed,
  dn: string,
  operation: 'add' | 'delete' | 'replace',
  values: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const changes = Object.entries(values).map(
    ([type, given]) =>
      new Change({ operation, modification: new Attribute({ type, values: [...given] }) }),
  );
  return domain.change((client) => client.modify(dn, changes));
}

export function addPerson(
  domain: Changed,
  cn: string,
  sam: string,
  values: Readonly<Record<string, string>> = {},
): Promise<void> {
  return domain.change((client) =>
    client.add(person(cn), {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: sam,
      displayName: cn,
      userAccountControl: '544', // enabled, and may be without a password
      ...values,
    }),
  );
}

export function addGroup(
  domain: Changed,
  cn: string,
  members: readonly string[],
  groupType = '-2147483644',
): Promise<void> {
  const member = members.length === 0 ? {} : { member: [...members] };
  return domain.change((client) =>
    client.add(group(cn), {
      objectClass: ['top', 'group'],
      sAMAccountName: cn,
      groupType,
      ...member,
    }),
  );
}

export function remove(domain: Changed, dn: string): Promise<void> {
  return domain.change((client) => client.del(dn));
}

/** The SID of whoever has that sAMAccountName. */
export function readSid(domain: Changed, sam: string): Promise<string> {
  return domain.change(async (client) => {
    const { searchEntries } = await client.search(baseDn, {
      filter: new EqualityFilter({ attribute: 'sAMAccountName', value: sam }),
      attributes: ['objectSid'],
      explicitBufferAttributes: ['objectSid'],
    });
    const sid = toSid(searchEntries[0]?.objectSid as Buffer);
    if (sid === undefined) throw new Error(`nobody is ${sam}`);
    return sid;
  });
}

/** Gives so many wrong passwords that the domain locks the account. */
export async function lock({ controllers, caFile }: Changed, dn: string): Promise<void> {
  const tlsOptions = { ca: readFileSync(caFile), servername: serverName };
  for (let tries = 0; tries < lockoutThreshold; tries += 1) {
    const client = new Client({
      url: `ldaps://${controllers[0]?.server}`,
      tlsOptions,
      timeout: 9_000,
    });
    await client.bind(dn, 'wrong').catch(() => undefined);
    await client.unbind();
  }
}
