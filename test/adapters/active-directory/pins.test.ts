/** Group names of a domain, held to the SID that they had when they were first read. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readGroups } from '#bot/read-groups.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { openPinned } from '../../bot/open-pinned.ts';
import { addGroup, group, modify, readSid, remove } from './domain-changes.ts';
import { type OpenedDirectory, openDirectory } from './open-directory.ts';

describe('a configured group of Active Directory', needsPeer('samba'), () => {
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

  const read = async (pinned: Awaited<ReturnType<typeof openPinned>>, ...names: string[]) => {
    const wanted = names.map((name) => ({ name, key: `roles.${name}.members` }));
    const { directory } = opened;
    return readGroups({ ...pinned, directory, source: 'dc=corp' }, wanted);
  };

  it('H28 is the same under another name, and gives nothing to who took its old one', async () => {
    await using pinned = await openPinned();
    await addGroup(domain, 'pinned', []);
    const sid = await readSid(domain, 'pinned');
    await read(pinned, 'pinned');
    // As consoles rename: what stands in front of the members stays.
    await modify(domain, group('pinned'), 'replace', { sAMAccountName: ['pinned-old'] });
    assert.equal((await read(pinned, 'pinned')).get('pinned')?.disagreement, undefined);
    await domain.change((client) => client.modifyDN(group('pinned'), 'CN=pinned-old'));

    const gone = (await read(pinned, 'pinned')).get('pinned');
    await addGroup(domain, 'pinned', []);
    const taken = (await read(pinned, 'pinned', sid)).get('pinned');
    const bySid = (await read(pinned, sid)).get(sid);

    const common = { written: 'pinned', pinnedId: sid, pinnedName: 'pinned-old' };
    assert.deepEqual(gone?.disagreement, { ...common, nowId: null, code: 'no_group' });
    const nowId = await readSid(domain, 'pinned');
    assert.notEqual(nowId, sid);
    assert.deepEqual(taken?.disagreement, { ...common, nowId, code: 'another_group' });
    assert.deepEqual([bySid?.id, bySid?.name], [sid, 'pinned-old']);
    assert.equal(bySid?.disagreement, undefined);
  });

  it('H28 disagrees when it was deleted and made anew, and when a second one takes its name', async () => {
    await using pinned = await openPinned();
    for (const name of ['remade', 'doubled']) await addGroup(domain, name, []);
    await read(pinned, 'remade', 'doubled');
    await remove(domain, group('remade'));
    await addGroup(domain, 'remade', []);
    await addGroup(domain, 'doubled-2', []);
    // The cn of the one, the sAMAccountName of the other.
    await modify(domain, group('doubled'), 'replace', { sAMAccountName: ['other'] });
    await modify(domain, group('doubled-2'), 'replace', { sAMAccountName: ['doubled'] });

    const groups = await read(pinned, 'remade', 'doubled');

    const remade = groups.get('remade')?.disagreement;
    assert.deepEqual([remade?.code, remade?.pinnedName], ['another_group', null]);
    assert.equal(groups.get('doubled')?.disagreement?.code, 'group_ambiguous');
  });

  it('H28 H09 is held as pinned while no controller answers, and a new name is refused', async () => {
    await using pinned = await openPinned();
    await addGroup(domain, 'steady', []);
    const sid = await readSid(domain, 'steady');
    await read(pinned, 'steady');
    const [controller] = domain.controllers;
    await controller?.stop();

    const held = (await read(pinned, 'steady')).get('steady');

    assert.deepEqual([held?.id, held?.disagreement], [sid, undefined]);
    assert.equal(held?.notCompared, 'directory_not_reachable');
    await assert.rejects(read(pinned, 'steady', 'web-team'), { code: 'directory_not_reachable' });
    await controller?.start();
  });
});
