/** Everybody in a group, and the names of those who cannot be read. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { bigGroupSize, foreignSid } from '#test/peers/samba/seed.ts';
import { addGroup, addPerson, group, person, readSid } from './domain-changes.ts';
import { type OpenedDirectory, openDirectory } from './open-directory.ts';

describe('the members of a group', needsPeer('samba'), () => {
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

  const list = async (name: string, directory = opened.directory) => {
    const found = await directory.findGroup(name);
    assert.ok(found, name);
    const { people, unreadable } = await directory.listMembers(found.id);
    return { names: people.map((it) => it.name).toSorted(), unreadable };
  };

  it('are found through twelve levels and a domain-local group', async () => {
    assert.deepEqual(await list('Local Admins'), { names: ['Alice Ängström'], unreadable: [] });
  });

  it('are found in a circle of groups, which ends', async () => {
    for (const name of ['Cycle-A', 'Cycle-B', 'Cycle-C'])
      assert.deepEqual(await list(name), { names: ['Bob Stein'], unreadable: [] });
  });

  it('are all two thousand, read in pieces', async () => {
    const { names, unreadable } = await list('Big');

    assert.equal(names.length, bigGroupSize + 1);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(unreadable, []);
  });

  it('do not keep decisions waiting while a long list is read', async () => {
    const { directory } = opened;
    const ann = await directory.findByLogin('ann');
    const listing = list('Big');
    let isListed = false;
    void listing.then(() => {
      isListed = true;
    });
    let decisions = 0;

    while (!isListed && decisions < 50) {
      await directory.findAccount(ann?.id ?? '');
      decisions += 1;
    }

    assert.equal(decisions, 50);
    await listing;
  });

  it('B27 H28 are named where they belong to another domain, and the others count', async () => {
    assert.deepEqual(await list('with-foreigner'), {
      names: ['Ann Berg'],
      unreadable: [foreignSid],
    });
  });

  it('B27 H28 are named where Drover may not read them: a person, her groups, a nested group', async () => {
    await addPerson(domain, 'Hidden, Hilda', 'hilda');
    await addPerson(domain, 'Tokenless Tom', 'tom');
    await addGroup(domain, 'Hidden Group', [person('Bob Stein')], '-2147483646');
    const dns = [person('Hidden, Hilda'), person('Tokenless Tom'), group('Hidden Group')];
    await addGroup(domain, 'partly-hidden', [...dns, person('Ann Berg')], '-2147483640');
    const service = await readSid(domain, 'svc-drover');
    await domain.addAccessEntry(person('Hidden, Hilda'), `(D;;RPLCLORC;;;${service})`);
    await domain.addAccessEntry(group('Hidden Group'), `(D;;RPLCLORC;;;${service})`);
    await domain.addAccessEntry(
      person('Tokenless Tom'),
      `(OD;;RP;b7c69e6d-2cc7-11d2-854e-00a0c983f608;;${service})`,
    );

    const { names, unreadable } = await list('partly-hidden');

    assert.deepEqual(names, ['Ann Berg']);
    assert.deepEqual(unreadable.toSorted(), ['Hidden Group', 'Hidden, Hilda', 'Tokenless Tom']);
  });

  it('H09 are an error, not nobody, where the list itself may not be read', async () => {
    const { directory } = opened;
    const inner = await directory.findGroup('Nest-01');
    const service = await readSid(domain, 'svc-drover');
    const memberAttribute = 'bf9679c0-0de6-11d0-a285-00aa003049e2';
    await domain.addAccessEntry(group('Nest-01'), `(OD;;RP;${memberAttribute};;${service})`);

    await assert.rejects(directory.listMembers(inner?.id ?? ''), {
      code: 'group_not_readable',
      facts: { group: inner?.id, missing: ['member'] },
    });
    assert.deepEqual(await list('Nest-02'), { names: [], unreadable: ['Nest-01'] });
  });

  it('are not nobody, but an error, where the group itself is none', async () => {
    const { directory } = opened;
    const sid = `${(await directory.findGroup('nobody'))?.id}9`;

    for (const id of [sid, 'web-team', ''])
      await assert.rejects(directory.listMembers(id), { code: 'group_not_readable' });
  });

  it('are given up, not cut short, when the list takes too long', async () => {
    await using hasty = openDirectory(domain, { listTimeoutMs: 1_000, answerTimeoutMs: 30_000 });
    await hasty.directory.findByLogin('ann');
    const [controller] = domain.controllers;
    const found = await hasty.directory.findGroup('Big');
    const listing = hasty.directory.listMembers(found?.id ?? '');
    controller?.freeze();
    const began = performance.now();

    await assert.rejects(listing, { code: 'directory_not_reachable' });

    assert.ok(performance.now() - began < 5_000);
    controller?.thaw();
    assert.equal((await hasty.directory.findByLogin('ann'))?.name, 'Ann Berg');
  });
});
