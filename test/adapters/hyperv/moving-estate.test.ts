/** What an evacuation is planned by, as hosts and the cluster show it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findOne, patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { buildSmall } from '#test/fakes/hyperv/site/estates.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

function build(world: World): void {
  buildSmall(world);
  const cluster = world.clusterOf('node-1');
  const find = (name: string) => {
    const vm = world.vms.find((one) => one.name === name);
    const group = cluster?.groups.find(({ vmId }) => vmId === vm?.id);
    assert.ok(vm && group);
    return { vm, group };
  };
  const [web1, web2, db] = [find('web-01'), find('web-02'), find('db-01')];
  web1.vm.devices.push('pci', 'pci', 'gpu');
  web1.vm.images.push('D:\\iso\\tools.iso', 'C:\\ClusterStorage\\Volume1\\setup.iso');
  web1.group.priority = 3000;
  db.group.priority = 0;
  for (const { group } of [web1, web2]) group.antiAffinity = ['dc'];
  cluster?.rules.push(
    { name: 'pair', kind: 'SameNode', groups: ['web-01', 'db-01'] },
    { name: 'far', kind: 'DifferentFaultDomain', groups: ['web-01', 'web-02'] },
  );
  assert.ok(cluster);
  Object.assign(cluster, { enforcesAntiAffinity: true, atOnce: 3 });
  world.requireHost('node-1').migration = {
    ...{ ...world.requireHost('node-1').migration, storageAtOnce: 4 },
  };
}

describe('what hosts show of moves', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  it('limits, processors and the machine; rules; priority, ties and memory of VMs, read alone or with all', async () => {
    await using opened = await open({ build, config: { templates: [] } });
    const { connection, site } = opened;

    const all = await readAll(connection);

    const host = findOne(all, 'host', 'NODE-1');
    assert.ok(host.kind === 'host');
    assert.deepEqual(host.body.moveLimits, { movesPerHost: 3, storageMovesPerHost: 4 });
    assert.equal(host.body.cpuVendor, 'intel');
    assert.equal(host.body.machineId, site.world.requireHost('node-1').uuid);
    const vms = ['web-01', 'web-02', 'db-01'].map((name) => findOne(all, 'vm', name));
    const [web1, web2, db] = vms;
    const cluster = findOne(all, 'cluster', 'c1');
    assert.ok(cluster.kind === 'cluster');
    assert.deepEqual(cluster.body.rules, [
      { name: 'dc', kind: 'apart', isMandatory: true, vmHandles: [web1?.handle, web2?.handle] },
      { name: 'pair', kind: 'together', isMandatory: false, vmHandles: [web1?.handle, db?.handle] },
    ]);
    const ties = [
      { what: 'passthrough', label: 'PCI device 0' },
      { what: 'passthrough', label: 'PCI device 1' },
      { what: 'passthrough', label: 'GPU partition 0' },
      { what: 'local_image', label: 'D:\\iso\\tools.iso' },
    ];
    for (const seen of [web1, web1 && (await connection.estate.read(web1, patience()))]) {
      assert.ok(seen?.kind === 'vm');
      const { priority, isHighlyAvailable, memoryDemandBytes } = seen.body;
      assert.deepEqual(seen.body.ties, ties);
      assert.deepEqual([priority, isHighlyAvailable, memoryDemandBytes], ['high', true, 4 * GIB]);
    }
    assert.ok(db?.kind === 'vm');
    assert.deepEqual([db.body.priority, db.body.ties], ['none', []]);
    assert.equal(db.body.memoryDemandBytes, undefined);
    const lone = all.find((it) => it.kind === 'vm' && it.body.name === 'twin');
    assert.ok(lone?.kind === 'vm');
    assert.deepEqual([lone.body.isHighlyAvailable, lone.body.priority], [false, undefined]);
  });
});
