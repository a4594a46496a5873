/** H07: one host by two connections is read by the second, and counts once. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labConfig, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { byOthers, deedsOf, untilKnown } from './look.ts';

const MACHINE = '4c4c4544-0000-1000-8000-00000000000';

const host = (n: number, name = `esx-0${n}`) => ({
  ...{ id: `host-${n}`, name, identity: `${MACHINE}${n}`, machineId: `${MACHINE}${n}` },
  ...{ cpuCores: 16, cpuUsedShare: 0.1, memory: '64GiB', memoryUsed: '16GiB' },
  ...{ datastores: ['SAN'], networks: ['office'] },
});

const vm = (name: string, on: string) => ({
  ...{ name, identity: `5005-${name}`, host: on, datastore: 'SAN', folder: '/prod' },
  ...{ power: 'on', guestTools: 'running', cpus: 2, memory: '4GiB', snapshotCount: 0 },
});

const common = {
  datastores: [{ name: 'SAN', capacity: '4TiB', free: '3TiB', accessible: true }],
  networks: [{ name: 'office', type: 'standard' }],
  folders: ['/prod'],
};

/** A vCenter of two hosts; one of them is a connection of its own too, with a second host that only it has. */
const ESTATE = {
  connections: [
    {
      ...{ id: 'vc', kind: 'vcenter', ...common },
      clusters: [{ name: 'C1' }],
      hosts: [host(1), host(2)].map((one) => ({ ...one, cluster: 'C1' })),
      vms: [vm('web-01', 'esx-01'), vm('vcenter-01', 'esx-01'), vm('web-02', 'esx-02')],
    },
    {
      ...{ id: 'direct', kind: 'vcenter', ...common },
      hosts: [host(1, 'esx-01.corp'), host(3, 'esx-03.corp')],
      vms: [
        vm('web-01', 'esx-01.corp'),
        vm('vcenter-01', 'esx-01.corp'),
        vm('web-03', 'esx-03.corp'),
      ],
      templates: [
        { name: 'ubuntu', host: 'esx-03.corp', datastore: 'SAN', cpus: 1, memory: '1GiB' },
      ],
    },
  ],
};

const RULES = `
roles:
  - name: everything
    members: [operators]
    allow: [vm.*, host.*, host.maintenance.enter, host.maintenance.exit, cluster.*, template.*, datastore.*, network.*]
    quota: { member: { vms: 2 } }
policies:
  - { name: anything, operations: [vm.*, host.maintenance.enter, host.maintenance.exit], decide: auto }
`;

async function openApp(): Promise<TestApp> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(createTemporaryFolder('same-host'));
  const file = join(folder.path, 'estate.json');
  writeFileSync(file, JSON.stringify(ESTATE));
  const config = labConfig(
    (text) =>
      text
        .replace('  speed: 0', `  speed: 0\n  estate: ${JSON.stringify(file)}`)
        .replace(/^roles:.*/ms, '') + RULES,
  );
  return await openTestApp({ config });
}

const READ_ONLY = /direct shows .* too, and only reads it: its host is esx-01 of vc\./;

describe('a host that two connections show', { timeout: 300_000 }, () => {
  it('H07 B48 host list says of the second that it is only read, and counts its VMs once', async () => {
    await using app = await openApp();

    const list = textOf(await app.say('carl', 'host list'));
    const clusters = textOf(await app.say('carl', 'cluster list'));

    assert.match(list, /esx-01\.corp +connected · read only: esx-01 of vc +–/);
    assert.match(list, /esx-01 +connected +2 /);
    assert.match(clusters, /C1 +2/);
  });

  it('H07 vm list shows once what both show, and by its name what the second shows', async () => {
    await using app = await openApp();

    const all = textOf(await app.say('carl', 'vm list'));
    const second = textOf(await app.say('carl', 'vm list --connection direct'));

    assert.equal(all.match(/^web-01\b/gm)?.length, 1);
    assert.match(all, /web-03/);
    assert.equal(second.match(/^web-01\b/gm)?.length, 1);
  });

  it('H07 B48 a name means the VM of the first; of the second every change is refused, naming the other', async () => {
    await using app = await openApp();

    const shown = textOf(await app.say('carl', 'vm show web-01'));
    const host = textOf(await app.say('carl', 'host maintenance enter esx-01.corp'));
    const exit = textOf(await app.say('carl', 'host maintenance exit esx-01.corp'));

    assert.match(shown, /vc · C1 · esx-01/);
    assert.match(host, READ_ONLY);
    assert.match(exit, READ_ONLY);
    byOthers(app, (console) => console.deleteVm('web-01'), 'vc');
    await untilKnown(app, (index) => index.byName('vm', 'web-01').length === 1);
    const view = await app.say('carl', 'vm show web-01');
    assert.match(textOf(view), /direct only reads it: its host is esx-01 of vc, where it counts\./);
    assert.deepEqual(view.card.actions, []);
    for (const verb of ['stop', 'shutdown', 'save', 'delete', 'migrate'])
      assert.match(textOf(await app.say('carl', `vm ${verb} web-01`)), READ_ONLY, verb);
    assert.deepEqual(deedsOf(app), []);
  });

  it('H07 nothing is placed on it or moved to it by the second', async () => {
    await using app = await openApp();

    const created = textOf(
      await app.say('carl', 'vm create new-01 --template ubuntu --folder /prod --host esx-01.corp'),
    );
    const rated = textOf(await app.say('carl', 'host rate web-03'));

    assert.match(created, /the same machine as esx-01 of vc, where it counts/);
    assert.match(rated, /esx-01\.corp +blocked +the same machine as esx-01 of vc/);
  });

  it('H07 its VMs take their quota once', async () => {
    await using app = await openApp();
    const { store, index } = app.drover.house;
    const carl = await app.drover.conversation.findPerson('carl');
    const own = index.byName('vm', 'web-01');
    assert.equal(own.length, 2);
    await store.transact((tx) =>
      tx.estate.write(
        own.map(({ seenAt: _, changeSeq: __, ...vm }) => ({ ...vm, ownerId: carl?.id })),
      ),
    );
    await app.drover.house.sync.feed.catchUp();
    assert.equal(index.vmsOfOwner(carl?.id ?? '').length, 2);

    const words = textOf(await app.say('carl', 'whoami'));

    assert.match(words, /everything, yours +1 VM +2/);
  });

  it('H07 counts as soon as its machine is known, and no longer', async () => {
    await using app = await openApp();
    const rate = async () => textOf(await app.say('carl', 'host rate web-03'));
    byOthers(app, (console) => console.setHost('esx-01.corp', { machineId: undefined }), 'direct');
    await untilKnown(app, (index) => index.machinesTwice() === 0);

    const apart = await rate();
    byOthers(
      app,
      (console) => console.setHost('esx-01.corp', { machineId: `${MACHINE}1` }),
      'direct',
    );
    await untilKnown(app, (index) => index.machinesTwice() === 1);

    assert.doesNotMatch(apart, /same machine/);
    assert.match(await rate(), /same machine/);
  });

  it('H07 a host that is renamed keeps its Drover id', async () => {
    await using app = await openApp();
    const { index } = app.drover.house;
    const before = index.byName('host', 'esx-02')[0];

    byOthers(app, (console) => console.setHost('esx-02', { name: 'esx-02.new' }), 'vc');
    await untilKnown(app, () => index.byName('host', 'esx-02.new').length === 1);

    assert.equal(index.byName('host', 'esx-02.new')[0]?.id, before?.id);
    assert.equal(index.byName('host', 'esx-02').length, 0);
  });
});
