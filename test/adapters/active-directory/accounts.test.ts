/** What an account may do rests on one read of the domain: the cases in which others went wrong. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { toGuid } from '#adapters/active-directory/binary-ids.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { baseDn, organizationalUnits as ou } from '#test/peers/samba/domain.ts';
import { toDn } from '#test/peers/samba/ldif.ts';
import { bigGroupSize, nestedLevels, oddGroup, oddNames } from '#test/peers/samba/seed.ts';
import { addPerson, group, modify, person, readSid, remove } from './domain-changes.ts';
import { type OpenedDirectory, openDirectory, readLogin } from './open-directory.ts';

/** schemaIDGUID of tokenGroups, for an access control entry. */
const tokenGroupsAttribute = 'b7c69e6d-2cc7-11d2-854e-00a0c983f608';

describe('an account of Active Directory', needsPeer('samba'), () => {
  let domain: Domain;
  let opened: OpenedDirectory;
  before(async () => {
    domain = await startDomain();
    opened = openDirectory(domain);
  });
  after(async () => {
    await opened?.[Symbol.asyncDispose]();
    await domain?.[Symbol.asyncDispose]();
  });

  const readGroupId = async (name: string) => {
    const found = await opened.directory.findGroup(name);
    assert.ok(found, name);
    return found.id;
  };

  it('has all groups of twelve levels, domain-local and builtin ones too', async () => {
    const { groupIds } = await readLogin(opened, 'alice');

    for (let level = 1; level <= nestedLevels; level += 1) {
      const id = await readGroupId(`Nest-${String(level).padStart(2, '0')}`);
      assert.ok(groupIds.includes(id), `level ${level}`);
    }
    for (const name of ['Local Admins', 'Remote Desktop Users', 'Domain Users', 'Users'])
      assert.ok(groupIds.includes(await readGroupId(name)), name);
    assert.equal(groupIds.length, 16);
  });

  it('comes out of a circle of groups with each of them once', async () => {
    const { groupIds } = await readLogin(opened, 'bob');

    const circle = await Promise.all(['Cycle-A', 'Cycle-B', 'Cycle-C'].map(readGroupId));
    for (const id of circle) assert.equal(groupIds.filter((it) => it === id).length, 1);
  });

  it('has a group of two thousand members like any other', async () => {
    const { groupIds } = await readLogin(opened, 'bob');
    const last = await readLogin(opened, `bulk${bigGroupSize - 1}`);

    const big = await readGroupId('Big');
    assert.ok(groupIds.includes(big) && last.groupIds.includes(big));
  });

  it('has its primary group and what is above it', async () => {
    const [primary, above] = [
      await readGroupId('Pam Primary Group'),
      await readGroupId('Above Primary'),
    ];
    const relativeId = primary.split('-').at(-1) ?? '';
    await modify(domain, person('Pam Primary'), 'replace', { primaryGroupID: [relativeId] });

    const { groupIds } = await readLogin(opened, 'pam');

    assert.ok(groupIds.includes(primary) && groupIds.includes(above));
    for (const id of [primary, above]) {
      const { people } = await opened.directory.listMembers(id);
      assert.deepEqual(
        people.map(({ login }) => login),
        ['pam@corp.example.test'],
      );
    }
  });

  it('gets no right by a mail list inside a security group', async () => {
    const behind = await readGroupId('Behind List');

    const { groupIds } = await readLogin(opened, 'lisa');

    assert.ok(!groupIds.includes(behind));
    assert.deepEqual(await opened.directory.listMembers(behind), { people: [], unreadable: [] });
  });

  it('B23 has the same groups whatever characters its name is made of', async () => {
    const approvers = await readGroupId(oddGroup);

    for (const [sam, name] of Object.entries(oddNames)) {
      const account = await readLogin(opened, sam);
      assert.ok(account.groupIds.includes(approvers), sam);
      assert.equal(account.name, name);
    }
    const { people, unreadable } = await opened.directory.listMembers(approvers);
    const names = people.map(({ name }) => name).toSorted();
    assert.deepEqual([names, unreadable], [Object.values(oddNames).toSorted(), []]);
  });

  it('is disabled, expired or locked as the domain says, with its groups', async () => {
    const { state, groupIds } = await readLogin(opened, 'carol');

    assert.equal(state, 'disabled');
    assert.ok(groupIds.includes(await readGroupId('web-team')));
    assert.equal((await readLogin(opened, 'erin')).state, 'expired');
  });

  it('expires at its instant and not before', async () => {
    const soon = BigInt(Date.now() + 3_600_000) * 10_000n + 116_444_736_000_000_000n;
    await addPerson(domain, 'Sonja Soon', 'sonja', { accountExpires: String(soon) });
    const now = (await readLogin(opened, 'sonja')).state;

    await modify(domain, person('Sonja Soon'), 'replace', {
      accountExpires: [String(soon - 36_010_000_000n * 2n)],
    });

    assert.deepEqual([now, (await readLogin(opened, 'sonja')).state], ['active', 'expired']);
  });

  it('is nobody once it is deleted, also when another one is made under its login', async () => {
    const before = await readLogin(opened, 'gina');
    const sid = await readSid(domain, 'gina');
    await remove(domain, person('Gina Gone'));
    assert.equal(await opened.directory.findAccount(before.id), undefined);

    await addPerson(domain, 'Gina Gone', 'gina');

    assert.equal(await opened.directory.findAccount(before.id), undefined);
    const again = await readLogin(opened, 'gina');
    assert.notEqual(again.id, before.id);
    assert.notEqual(await readSid(domain, 'gina'), sid);
  });

  it('B24 H28 is the same person under a new name, login and place', async () => {
    const { id, groupIds } = await readLogin(opened, 'mmaiden');
    const married = { sAMAccountName: ['mbride'], userPrincipalName: ['mia.bride@example.test'] };
    await modify(domain, person('Maiden, Mia'), 'replace', {
      ...married,
      displayName: ['Bride, Mia'],
    });
    const moved = toDn('Bride, Mia', ou.bulk);
    await domain.change((client) => client.modifyDN(person('Maiden, Mia'), moved));

    const account = await opened.directory.findAccount(id);

    assert.deepEqual(
      [account?.name, account?.login, account?.groupIds],
      ['Bride, Mia', 'mia.bride@example.test', groupIds],
    );
    assert.equal(await opened.directory.findByLogin('mmaiden'), undefined);
  });

  it('H09 B23 is an error, not without groups, where the groups may not be read', async () => {
    const account = await readLogin(opened, 'hugo');
    const service = await readSid(domain, 'svc-drover');
    await domain.addAccessEntry(
      person('Hugo Hidden'),
      `(OD;;RP;${tokenGroupsAttribute};;${service})`,
    );

    const reading = opened.directory.findAccount(account.id);

    await assert.rejects(reading, {
      code: 'account_not_readable',
      end: 'not_started',
      facts: { account: account.id, missing: ['tokenGroups'] },
    });
    await assert.rejects(opened.directory.findByLogin('hugo'), { code: 'account_not_readable' });
  });

  it('is read anew each time: a group is gone in the very next answer', async () => {
    const { id } = await readLogin(opened, 'alice');
    const first = group('Nest-01');
    const seen = [await opened.directory.findAccount(id)];

    await modify(domain, first, 'delete', { member: [person('Alice Ängström')] });
    seen.push(await opened.directory.findAccount(id));
    await modify(domain, first, 'add', { member: [person('Alice Ängström')] });
    seen.push(await opened.directory.findAccount(id));

    assert.deepEqual(
      seen.map((it) => it?.groupIds.length),
      [16, 2, 16],
    );
  });

  it('is no computer and no group', async () => {
    const controller = `CN=DC1,OU=Domain Controllers,${baseDn}`;
    const ids = await domain.change(async (client) => {
      const names = [controller, group('web-team')];
      const found = names.map((dn) =>
        client.search(dn, {
          scope: 'base',
          attributes: ['objectGUID'],
          explicitBufferAttributes: ['objectGUID'],
        }),
      );
      return (await Promise.all(found)).map(
        ({ searchEntries }) => toGuid(searchEntries[0]?.objectGUID as Buffer) ?? '',
      );
    });

    for (const id of ids) assert.equal(await opened.directory.findAccount(id), undefined);
    assert.equal(await opened.directory.findByLogin('DC1$'), undefined);
  });
});
