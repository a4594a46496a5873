/** Logins and group names as typed: the exact one, and only if it is the only one. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { oddGroup } from '#test/peers/samba/seed.ts';
import { type OpenedDirectory, openDirectory } from './open-directory.ts';

describe('names in Active Directory', needsPeer('samba'), () => {
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

  const nameOf = async (login: string) => (await opened.directory.findByLogin(login))?.name;

  it('take a login as user, DOMAIN\\user and user@domain, in any case of letters', async () => {
    for (const login of ['ann', 'ANN', 'CORP\\ann', 'corp\\Ann', 'Ann@Corp.Example.Test'])
      assert.equal(await nameOf(login), 'Ann Berg', login);
    assert.equal(await nameOf('EXTERNAL'), 'EXTERNAL');
  });

  it('find nobody under another domain’s name', async () => {
    for (const login of ['OTHER\\ann', '\\ann', 'CORP\\', 'CORP\\CORP\\ann'])
      assert.equal(await nameOf(login), undefined, login);
  });

  it('never take a mail address for a login', async () => {
    assert.equal(await nameOf('twin@example.test'), undefined);
    // The mail address of one, the principal name of another: only the latter counts.
    assert.equal(await nameOf('ann@example.test'), 'Mallory');
  });

  it('never read what was typed as a pattern', async () => {
    for (const login of ['*', 'an*', 'ann)(cn=*', 'a\\6en', '(ann)', 'ann\0', '*)(objectClass=*'])
      assert.equal(await nameOf(login), undefined, login);
  });

  it('find a group by sAMAccountName, by cn and by SID, and say its name and SID', async () => {
    const { directory } = opened;

    const group = await directory.findGroup('approvers-eu');

    assert.match(group?.id ?? '', /^S-1-5-21-/);
    assert.equal(group?.name, 'approvers-eu');
    assert.deepEqual(await directory.findGroup(oddGroup), group);
    assert.deepEqual(await directory.findGroup(group?.id ?? ''), group);
    assert.deepEqual(await directory.findGroupById(group?.id ?? ''), group);
    assert.equal(await directory.findGroupById(`${group?.id}9`), undefined);
    const builtin = { id: 'S-1-5-32-544', name: 'Administrators' };
    assert.deepEqual(await directory.findGroup('Administrators'), builtin);
    assert.deepEqual(await directory.findGroupById(builtin.id), builtin);
  });

  it('refuse a group name that two groups have, and name both', async () => {
    await assert.rejects(opened.directory.findGroup('twin-group'), ({ code, facts }) => {
      assert.equal(code, 'group_ambiguous');
      assert.equal(facts.found.length, 2);
      return true;
    });
    assert.ok(await opened.directory.findGroup('twin-group-2'));
  });

  it('refuse a mail list as a group', async () => {
    const finding = opened.directory.findGroup('Mail List');

    await assert.rejects(finding, { code: 'group_not_security', facts: { group: 'Mail List' } });
  });

  it('find no person under a group’s name and no group under a person’s', async () => {
    assert.equal(await opened.directory.findGroup('ann'), undefined);
    assert.equal(await nameOf('web-team'), undefined);
  });
});
