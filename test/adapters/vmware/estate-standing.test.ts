import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClusterBody, Observed, VmBody } from '#core/inventory/estate-object.ts';
import type { EstateChange } from '#core/ports/connection.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startAnsweringServer, toObject } from './answering-server.ts';
import { MOVING_ESTATE } from './moving-estate.ts';
import { FROM, type OpenedMoving, openMoving } from './open-moving.ts';
import { connectTo, findByHandle, patience, readAll, readVm, untilSeen } from './open-vcenter.ts';

const MOVABLE = 'vm-1201';
const PINNED = 'vm-1202';

describe('what moves and placement need of a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('H07 shows the vendor of a host’s CPUs and the machine’s own number', async () => {
    await using opened = await openMoving();

    const all = await readAll(opened.connection);

    const host = findByHandle(all, 'host', FROM);
    assert.equal(host.body.cpuVendor, 'intel');
    assert.equal(host.body.machineId, host.identity?.toLowerCase());
  });

  it('H09 names no vendor that the model does not name', async () => {
    const models = ['AMD EPYC 7543 32-Core Processor', 'Genuine Intel(R) CPU', 'Damdel', ''];
    const hosts = models.map((model, n) =>
      toObject('HostSystem', `host-${n}`, {
        'summary.hardware':
          '<val xsi:type="HostHardwareSummary"><uuid>4C4C4544-0000-1000-8000-00000000000A</uuid>' +
          `<cpuModel>${model}</cpuModel></val>`,
      }),
    );
    await using server = await startAnsweringServer({
      RetrievePropertiesEx: (request) =>
        `<returnval>${request.includes('>VirtualMachine<') ? '' : hosts.join('')}</returnval>`,
    });
    const connection = connectTo(server, { user: 'drover', password: 'secret' });

    const all = await readAll(connection);

    const read = all.flatMap((it) => (it.kind === 'host' ? [it.body] : []));
    assert.deepEqual(
      read.map(({ cpuVendor }) => cpuVendor),
      ['amd', 'intel', undefined, undefined],
    );
    assert.equal(read[0]?.machineId, '4c4c4544-0000-1000-8000-00000000000a');
    await connection.close();
  });

  it('measures what a running VM takes of its host, and nothing of one that is off', async () => {
    await using opened = await openMoving();

    const all = await readAll(opened.connection);

    const demand = (handle: string) => {
      const { memoryDemandBytes, cpuDemandCores } = findByHandle(all, 'vm', handle).body;
      return [memoryDemandBytes, cpuDemandCores];
    };
    assert.deepEqual(demand(MOVABLE), [3000 * 2 ** 20, 1.5]);
    assert.deepEqual(demand('vm-1104'), [undefined, undefined]);
    // A server that does not measure says zero.
    assert.deepEqual(demand(PINNED), [undefined, undefined]);
  });

  it('shows what ties a VM to its host: devices, drives, images that nobody else sees', async () => {
    const cdroms = [
      { iso: '[local-1] a.iso', connected: true },
      { iso: '[shared-1] b.iso', connected: true },
      { iso: '[local-1] c.iso', connected: false },
      { device: '/dev/cdrom', connected: true },
    ];
    const tied = { id: 'vm-1301', api: 'tied', host: 'esx1.test', passthrough: ['GPU 1'], cdroms };
    const estate = { ...MOVING_ESTATE, vms: [...MOVING_ESTATE.vms, tied] };
    await using opened = await openMoving({ estate });

    const all = await readAll(opened.connection);

    assert.deepEqual(findByHandle(all, 'vm', 'vm-1301').body.ties, [
      { what: 'passthrough', label: 'GPU 1' },
      { what: 'local_image', label: 'CD/DVD drive 1' },
      { what: 'local_image', label: 'CD/DVD drive 4' },
    ]);
    assert.deepEqual(findByHandle(all, 'vm', MOVABLE).body.ties, []);
    assert.equal(findByHandle(all, 'vm', 'vm-1106').body.ties, undefined);
  });

  it('shows the rules of a cluster that are switched on, and those of no cluster as none', async () => {
    await using opened = await openMoving();
    const pair = { vms: ['web', 'movable'] };
    const rules = [
      { name: 'web%2fpair', kind: 'together', ...pair },
      { name: 'apart', kind: 'apart', mandatory: true, ...pair },
      { name: 'licensed', kind: 'on', mandatory: true, ...pair, hosts: ['esx1.test', 'esx3.test'] },
      { name: 'never', kind: 'not_on', vms: ['pinned'], hosts: ['esx2.test'] },
      { name: 'old', kind: 'apart', disabled: true, ...pair },
    ];
    await opened.vcsim.control('cluster', { cluster: 'Cluster', rules });

    const all = await readAll(opened.connection);

    const both = { vmHandles: ['vm-1102', MOVABLE] };
    const licensed = { hostHandles: ['host-1001', FROM], ...both };
    const never = { vmHandles: [PINNED], hostHandles: ['host-1002'] };
    assert.deepEqual(findCluster(all, 'Cluster')?.rules, [
      { name: 'web/pair', kind: 'together', isMandatory: false, ...both },
      { name: 'apart', kind: 'apart', isMandatory: true, ...both },
      { name: 'licensed', kind: 'on', isMandatory: true, ...licensed },
      { name: 'never', kind: 'not_on', isMandatory: false, ...never },
    ]);
    assert.deepEqual(findCluster(all, 'Apart')?.rules, []);
  });

  it('H09 knows no rules of a cluster that does not show them', async () => {
    await using opened = await openMoving();
    const cluster = findByName(await readAll(opened.connection), 'Cluster');
    await opened.vcsim.control('set', { object: cluster?.handle, hide: ['configurationEx'] });

    const all = await readAll(opened.connection);

    assert.equal(findCluster(all, 'Cluster')?.rules, undefined);
    assert.equal(findByHandle(all, 'vm', MOVABLE).body.isHighlyAvailable, undefined);
  });

  it('shows what HA and DRS are told of a VM, and tells it anew when that changes', async () => {
    await using opened = await openMoving();
    const { vcsim } = opened;
    await vcsim.control('cluster', { cluster: 'Cluster', ha: false });
    const before = await readStanding(opened);
    const mark = await opened.connection.estate.snapshot(async () => {}, patience());
    const told = new Map<string, VmBody>();
    const end = new AbortController();
    const changes = opened.connection.estate.changes(
      mark,
      async (page) => {
        for (const change of page) keep(told, change);
        if (told.get(PINNED)?.priority === 'low') end.abort();
      },
      AbortSignal.any([end.signal, patience()]),
    );

    // The first round tells everything once more, whatever changed.
    await untilSeen(async () => told.has(MOVABLE) && told.has(PINNED), Boolean);
    const set = { ha: true, priority: 'high', drsOff: ['pinned'] };
    const priorities = { pinned: 'lowest', web: 'disabled' };
    await vcsim.control('cluster', { cluster: 'Cluster', ...set, priorities });

    await changes;
    assert.deepEqual(before, [
      [false, undefined, []],
      [false, undefined, [{ what: 'passthrough', label: 'PCI device 0' }]],
      [false, undefined, []],
    ]);
    const after = await readStanding(opened);
    assert.deepEqual(after, [
      [true, 'high', []],
      [
        ...[true, 'low'],
        [
          { what: 'passthrough', label: 'PCI device 0' },
          { what: 'setting', label: 'DRS' },
        ],
      ],
      [false, 'none', []],
    ]);
    const { isHighlyAvailable, priority } = told.get(MOVABLE) ?? {};
    assert.deepEqual([isHighlyAvailable, priority], [true, 'high']);
  });
});

function keep(told: Map<string, VmBody>, change: EstateChange): void {
  if (change.change !== 'seen' || change.object.kind !== 'vm') return;
  told.set(change.object.handle, change.object.body);
}

/** Of the movable, the pinned and the web VM, by the whole inventory. */
async function readStanding(opened: OpenedMoving) {
  await readAll(opened.connection);
  const vms = await Promise.all([MOVABLE, PINNED, 'vm-1102'].map((it) => readVm(opened, it)));
  return vms.map((vm) => [vm?.body.isHighlyAvailable, vm?.body.priority, vm?.body.ties]);
}

function findByName(all: readonly Observed[], name: string): Observed | undefined {
  return all.find(({ kind, body }) => kind === 'cluster' && body.name === name);
}

function findCluster(all: readonly Observed[], name: string): ClusterBody | undefined {
  const found = findByName(all, name);
  return found?.kind === 'cluster' ? found.body : undefined;
}
