/** What users of other tools met on Hyper-V, as an inventory: odd words, replicas, states in between, states of the future. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed } from '#core/inventory/estate-object.ts';
import type { Call } from '#core/ports/connection.ts';
import { newCall, patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { beginJob } from '#test/fakes/hyperv/world/jobs.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import type { NewVm, World } from '#test/fakes/hyperv/world/world.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv, type OpenedHyperv } from './open-hyperv.ts';

const SWITCHES = ['Standardväxel', 'External LAN', 'Pour Accès Externe', "DMZ 'old'", 'a"b'];
const TEMPLATE = 'C:\\ClusterStorage\\Volume1\\templates\\t.vhdx';

const STATES: readonly (readonly [string, NewVm])[] = [
  ['hv-01', {}],
  ['hv-crit-off', { state: 'OffCritical' }],
  ['hv-crit-paused', { state: 'PausedCritical' }],
  ['hv-starting', { state: 'Starting' }],
  ['hv-saving', { state: 'Saving' }],
  ['hv-new', { oddState: 'SomethingOfTheFuture' }],
  ['hv-merging', { secondary: 'MergingDisks' }],
  ['hv-[a-c]*', { state: 'Running' }],
];

function build(world: World): void {
  const switches = SWITCHES.map((name) => ({ id: world.newId(), name, kind: 'External' }) as const);
  for (const name of ['hv01', 'hv02']) world.addHost(name, { switches });
  world.addCluster('c1', ['hv01', 'hv02'], ['Volume1']);
  world.files.write('hv01', TEMPLATE, { sizeBytes: GIB, fileBytes: 1, type: 'Dynamic' });
  for (const [name, more] of STATES) world.addVm('hv01', name, more);
  const app = world.addVm('hv01', 'hv-app', { state: 'Running', replication: 'Primary' });
  world.addVm('hv02', 'hv-app', { id: app.id, replication: 'Replica' });
}

const TEMPLATES = [{ name: 't', file: TEMPLATE }];

function findVms(all: readonly Observed[], name: string) {
  return all.flatMap((it) => (it.kind === 'vm' && it.body.name === name ? [it] : []));
}

function toRef({ kind, handle, identity = '' }: Observed) {
  return { connectionId: 'hv', kind, handle, identity };
}

describe('an odd inventory on Hyper-V', needsPeer('powershell', 'openssl'), () => {
  const keep = keepHyperv();
  const open = () => keep({ build, config: { templates: TEMPLATES } });

  const requireVm = async (opened: OpenedHyperv, name: string) => {
    const [vm] = findVms(await readAll(opened.connection), name);
    assert.ok(vm, name);
    return vm;
  };
  const refuse = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('it was not refused'),
      (thrown: { code: string; end: string }) => thrown,
    );
    return [error.code, error.end];
  };

  it('B49 shows switches by their very letters, and a NIC is put on each', async () => {
    await using opened = await open();
    const { connection, site } = opened;
    const all = await readAll(connection);
    const networks = all.filter(({ kind }) => kind === 'network');
    const vm = await requireVm(opened, 'hv-01');
    const key = vm.body.nics[0]?.key ?? '';

    assert.deepEqual(
      networks.map(({ body }) => body.name),
      SWITCHES,
    );
    for (const network of networks) {
      await connection.hardware?.setNic(toRef(vm), key, { network: toRef(network) }, newCall());
      const nic = site.world.vms[0]?.nics[0];
      const found = site.world.requireHost('hv01').switches.find(({ id }) => id === nic?.switchId);
      assert.equal(found?.name, network.body.name);
    }
  });

  it('H01 two templates on one file are two', async () => {
    const templates = [...TEMPLATES, { name: 'big', file: TEMPLATE, cpus: 8 }];
    await using opened = await keep({ build, config: { templates } });

    const all = await readAll(opened.connection);

    const shown = all.filter(({ kind }) => kind === 'template');
    assert.equal(shown.length, 2);
    assert.equal(new Set(shown.map(({ identity }) => identity)).size, 2);
  });

  it('B49 makes a VM on each of them', async () => {
    await using opened = await open();
    const { connection, site } = opened;
    const all = await readAll(connection);
    const find = (kind: Observed['kind'], name: string) => {
      const found = all.find((it) => it.kind === kind && it.body.name === name);
      assert.ok(found, `${kind} ${name}`);
      return toRef(found);
    };
    const wish = {
      ...{
        template: find('template', 't'),
        host: find('host', 'HV02'),
        folder: find('folder', '/'),
      },
      ...{ datastore: find('datastore', 'Volume1'), cpus: 1, memoryBytes: GIB },
    };
    for (const [at, name] of SWITCHES.entries()) {
      const request = { ...wish, name: `on-${at}`, network: find('network', name) };
      await connection.provisioning?.clone(request, newCall());

      const made = site.world.vms.find((vm) => vm.name === request.name);
      const { switches } = site.world.requireHost('hv02');
      assert.equal(switches.find(({ id }) => id === made?.nics[0]?.switchId)?.name, name);
    }
  });

  it('B51 H04 a replica is a role of its VM, and nothing is done to it', async () => {
    await using opened = await open();
    const { connection, site } = opened;

    const both = findVms(await readAll(connection), 'hv-app');

    assert.deepEqual(
      both.map(({ body }) => [body.role, body.hostHandle === both[0]?.body.hostHandle]),
      [
        ['vm', true],
        ['replica', false],
      ],
    );
    assert.equal(both[0]?.identity, both[1]?.identity);
    assert.notEqual(both[0]?.handle, both[1]?.handle);
    const replica = both[1] && toRef(both[1]);
    assert.ok(replica);
    const { power, provisioning, hardware } = connection;
    for (const deed of [
      (call: Call) => power?.start(replica, call),
      (call: Call) => power?.stop(replica, call),
      (call: Call) => provisioning?.delete(replica, call),
      (call: Call) => hardware?.addDisk(replica, GIB, call),
    ])
      assert.deepEqual(await refuse(Promise.resolve(deed(newCall()))), ['is_replica', 'refused']);
    assert.deepEqual(
      site.world.vms.filter(({ name }) => name === 'hv-app').map(({ state }) => state),
      ['Running', 'Off'],
    );
    assert.ok(site.journal.every(({ isRefused }) => isRefused));
  });

  it('B52 a VM whose disks are merged says so, and is started when that is over', async () => {
    await using opened = await open();
    const { connection, site } = opened;
    const vm = await requireVm(opened, 'hv-merging');

    const merging = site.world.vms.find(({ name }) => name === 'hv-merging');
    assert.ok(merging);
    beginJob(site.world, merging, { status: 'MergingDisks', takesMs: 1_000_000 });
    site.world.clock.advance(250_000);
    const under = await requireVm(opened, 'hv-merging');
    assert.match(under.body.platformState, /^Off \(MergingDisks, 2\d %\)$/);
    const early = Promise.resolve(connection.power?.start(toRef(vm), newCall()));
    assert.deepEqual(await refuse(early), ['another_task_runs', 'not_started']);
    site.world.clock.advance(1_000_000);
    await connection.power?.start(toRef(vm), newCall());
    assert.equal((await requireVm(opened, 'hv-merging')).body.power, 'on');
  });

  it('B54 H11 shows states in between, critical and unknown ones as they are; none is off', async () => {
    await using opened = await open();
    const all = await readAll(opened.connection);

    const shown = STATES.map(([name]) => {
      const [vm] = findVms(all, name);
      return [name, vm?.body.power, vm?.body.isReachable];
    });

    assert.deepEqual(shown, [
      ['hv-01', 'off', true],
      ['hv-crit-off', 'unknown', false],
      ['hv-crit-paused', 'unknown', false],
      ['hv-starting', 'unknown', true],
      ['hv-saving', 'unknown', true],
      ['hv-new', 'unknown', true],
      ['hv-merging', 'off', true],
      ['hv-[a-c]*', 'on', true],
    ]);
    const odd = await requireVm(opened, 'hv-new');
    const read = await opened.connection.estate.read(
      { kind: 'vm', handle: odd.handle },
      patience(),
    );
    assert.ok(read?.kind === 'vm');
    assert.equal(read.body.platformState, 'SomethingOfTheFuture');
    for (const deed of ['start', 'stop', 'save', 'pause', 'resume'] as const) {
      const call = Promise.resolve(opened.connection.power?.[deed]?.(toRef(odd), newCall()));
      assert.deepEqual(await refuse(call), ['state_unknown', 'refused'], deed);
    }
  });
});
