/** What platforms enforce, the lab enforces. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCode } from '#core/errors.ts';
import type { CloneRequest } from '#core/ports/connection.ts';
import { GIB, newCall, openTestLab, type TestLab } from './open-lab.ts';

async function assertRefused(failing: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(failing, { code, end: 'refused' });
}

async function clone(
  { vc, wish }: TestLab,
  name: string,
  changed: Partial<CloneRequest> = {},
): Promise<string | undefined> {
  return vc.provisioning.clone(await wish(name, changed), newCall());
}

describe('what the lab refuses to clone', () => {
  it('a name that the folder has, or that is being made there', async () => {
    await using test = openTestLab();

    await assertRefused(clone(test, 'ann-sandbox'), 'name_taken');
    await clone(test, 'web-07');
    await assertRefused(clone(test, 'web-07'), 'name_taken');
    await clone(test, 'web-07', { folder: await test.ref('folder', '/prod/web') });
  });

  it('a place that is away, in maintenance or not seen', async () => {
    await using test = openTestLab();
    const { ref } = test;

    const esx05 = await ref('host', 'esx-05');
    await assertRefused(clone(test, 'x', { host: esx05 }), 'host_unavailable');
    const esx08 = await ref('host', 'esx-08');
    await assertRefused(clone(test, 'x', { host: esx08 }), 'host_unavailable');
    const local = await ref('datastore', 'local-esx-02');
    await assertRefused(clone(test, 'x', { datastore: local }), 'datastore_unavailable');
    const uplink = await ref('network', 'dvs-main-uplinks');
    await assertRefused(clone(test, 'x', { network: uplink }), 'network_unavailable');
  });

  it('B40 a network of the same name on a switch that the host does not have', async () => {
    await using test = openTestLab();
    const { vc } = test;
    const esx06 = (await test.find('host', 'esx-06')).body.networkHandles;
    const esx01 = (await test.find('host', 'esx-01')).body.networkHandles;
    const handle = esx06.find((it) => !esx01.includes(it)) ?? '';
    const other = await vc.estate.read({ kind: 'network', handle }, newCall().signal);
    const network = {
      connectionId: vc.id,
      kind: 'network',
      handle,
      identity: other?.identity ?? '',
    } as const;

    assert.equal(other?.body.name, 'DMZ');
    await assertRefused(clone(test, 'x', { network }), 'network_unavailable');
    await clone(test, 'x', { network, host: await test.ref('host', 'esx-06') });
  });

  it('B47 a template whose disk only a host in maintenance can read', async () => {
    await using test = openTestLab();

    const template = await test.ref('template', 'appliance-local');

    await assertRefused(clone(test, 'x', { template }), 'template_unusable');
  });

  it('B42 a larger disk from a template with a snapshot, and a smaller one from any', async () => {
    await using test = openTestLab();
    const template = await test.ref('template', 'ubuntu-24-golden');

    await assertRefused(clone(test, 'x', { template, diskBytes: 80 * GIB }), 'template_unusable');
    await assertRefused(clone(test, 'x', { diskBytes: 39 * GIB }), 'request_invalid');
    await clone(test, 'x', { template });
  });

  it('more than is free, what other clones are going to take counted', async () => {
    await using test = openTestLab();
    test.lab.faults.changeByOthers('lab-vc', (it) => it.fillDatastore('SAN-A', 100 * GIB));

    await clone(test, 'first', { diskBytes: 60 * GIB });

    await assertRefused(clone(test, 'second', { diskBytes: 41 * GIB }), 'not_enough_space');
    await clone(test, 'third', { diskBytes: 40 * GIB });
    test.clock.advance(120_000);
    assert.equal((await test.find('datastore', 'SAN-A')).body.freeBytes, 0);
  });

  it('B43 memory in another step than 4 MiB is rounded up, as platforms do', async () => {
    await using test = openTestLab({ speed: 0 });

    await clone(test, 'odd', { memoryBytes: 1027 * 2 ** 20 });

    assert.equal((await test.find('vm', 'odd')).body.memoryBytes, 1028 * 2 ** 20);
  });
});

describe('what the lab refuses to start, stop and delete', () => {
  it('a start that the host has no memory for, other starts counted', async () => {
    await using test = openTestLab();
    const { vc, lab } = test;
    const host = await test.find('host', 'esx-01');
    const free = (host.body.memoryBytes ?? 0) - (host.body.memoryUsedBytes ?? 0);
    lab.faults.changeByOthers(vc.id, (it) => {
      for (const name of ['db-01', 'db-02']) {
        it.moveVm(name, { host: 'esx-02' });
        it.setPower(name, 'off');
        it.editVm(name, { memoryBytes: free - GIB });
        it.moveVm(name, { host: 'esx-01' });
      }
    });

    await vc.power.start(await test.ref('vm', 'db-01'), newCall());

    const second = vc.power.start(await test.ref('vm', 'db-02'), newCall());
    await assertRefused(second, 'not_enough_memory');
    test.clock.advance(8000);
    assert.equal((await test.find('vm', 'db-01')).body.power, 'on');
    const third = vc.power.start(await test.ref('vm', 'db-02'), newCall());
    await assertRefused(third, 'not_enough_memory');
  });

  it('a second task on a VM while one runs', async () => {
    await using test = openTestLab();
    const vm = await test.ref('vm', 'web-01');

    await test.vc.power.stop(vm, newCall());

    await assertRefused(test.vc.power.stop(vm, newCall()), 'another_task_runs');
    await assertRefused(test.vc.provisioning.delete(vm, newCall()), 'another_task_runs');
    test.clock.advance(2000);
    await test.vc.provisioning.delete(vm, newCall());
  });

  it('B36 anything on a VM whose host is away, and on a replica', async () => {
    await using test = openTestLab();
    const { vc, lab } = test;
    lab.faults.changeByOthers(vc.id, (it) => {
      it.setHost('esx-06', { state: 'not_responding' });
      it.editVm('web-02', { role: 'replica' });
    });
    const replica = await test.ref('vm', 'web-02');

    await assertRefused(vc.power.stop(replica, newCall()), 'is_replica');
    const unseen = await firstOn(test, 'esx-06');
    await assertRefused(vc.power.stop(unseen, newCall()), 'host_unavailable');
    const shown = await vc.estate.read({ kind: 'vm', handle: unseen.handle }, newCall().signal);
    assert.ok(shown?.kind === 'vm' && shown.body.power === 'unknown' && !shown.body.isReachable);
  });

  it('cancelling what cannot be cancelled', async () => {
    await using test = openTestLab();
    const task = await test.vc.power.stop(await test.ref('vm', 'web-01'), newCall());

    const failing = test.vc.tasks.cancel(task ?? '', newCall().signal);

    await assertRefused(failing, 'not_supported');
  });
});

describe('places for full copies', () => {
  it('lets four clones of a host run and the fifth wait', async () => {
    await using test = openTestLab();
    const looks: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) await clone(test, name);

    test.clock.advance(38_000);
    looks.push((await test.names('vm')).filter((it) => it.length === 1).join(''));
    test.clock.advance(37_000);
    looks.push((await test.names('vm')).filter((it) => it.length === 1).join(''));
    test.clock.advance(1000);
    looks.push((await test.names('vm')).filter((it) => it.length === 1).join(''));

    assert.deepEqual(looks, ['abcd', 'abcd', 'abcde']);
  });
});

async function firstOn(test: TestLab, host: string) {
  const { handle } = await test.find('host', host);
  for (const name of await test.names('vm')) {
    const vm = await test.find('vm', name);
    if (vm.body.hostHandle === handle) return test.ref('vm', name);
  }
  throw new Error(`no VM on ${host}`);
}
