import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import type { Fault } from '#test/helpers/peers/fault-rules.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { readBackVms } from '#test/helpers/peers/pyvmomi.ts';
import { countOrders, FROM, ORDERS, openMoving, readPlace } from './open-moving.ts';
import { carryOut, HASTY, newCall, refPart } from './open-vcenter.ts';

describe('moving VMs on a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('moves host and files, as another client sees it', needsPeer('pyvmomi'), async () => {
    await using opened = await openMoving();
    const { migration, vm, host, datastore } = opened;
    const readBack = async () =>
      (await readBackVms(opened.vcsim)).find(({ handle }) => handle === vm.handle);

    await carryOut(opened, (call) => migration.move(vm, { way: 'live', host }, call));
    const moved = await readBack();
    await carryOut(opened, (call) => migration.move(vm, { way: 'live', datastore }, call));
    const relocated = await readBack();

    assert.partialDeepStrictEqual(moved, { host: 'esx5.test', datastores: ['shared-1'] });
    assert.partialDeepStrictEqual(relocated, {
      ...{ host: 'esx5.test', datastores: ['shared-2'], powerState: 'poweredOn' },
      vmx: '[shared-2] movable/movable.vmx',
    });
  });

  it('orders the least that does it, and names a pool only for another cluster', async () => {
    await using opened = await openMoving();
    const { migration, vm, host, datastore, proxy } = opened;
    const apart = await refPart(opened, 'host', 'host-1008');
    const far = await refPart(opened, 'datastore', 'datastore-1016');
    for (const wish of [{ host }, { datastore }, { host: apart, datastore: far }]) {
      await carryOut(opened, (call) => migration.move(vm, { way: 'live', ...wish }, call));
    }

    const orders = proxy.calls.filter(({ method }) => ORDERS.includes(method));

    assert.deepEqual(
      orders.map(({ method, head }) => [
        method,
        ...(['host', 'datastore', 'pool', 'state'] as const).filter((it) =>
          new RegExp(`<(?:\\w+:)?${it}[ >]`).test(head),
        ),
      ]),
      [
        ['MigrateVM_Task', 'host', 'state'],
        ['RelocateVM_Task', 'datastore'],
        ['RelocateVM_Task', 'host', 'datastore', 'pool'],
      ],
    );
    // The platform's own look at the power, in the call that acts.
    assert.match(orders[0]?.head ?? '', />poweredOn</);
  });

  it('orders nothing when the VM is there already', async () => {
    await using opened = await openMoving();
    const { migration, vm } = opened;
    const host = await refPart(opened, 'host', FROM);
    const datastore = await refPart(opened, 'datastore', 'datastore-1011');

    const tasks = [
      await migration.move(vm, { way: 'live', host, datastore }, newCall()),
      await migration.move(vm, { way: 'live', datastore }, newCall()),
    ];

    assert.deepEqual(tasks, [undefined, undefined]);
    assert.equal(countOrders(opened), 0);
  });

  it('H02 refuses before anything is sent what does not fit', async () => {
    await using opened = await openMoving();
    const { migration, maintenance, vm, host } = opened;
    const resting = await refPart(opened, 'datastore', 'datastore-1014');
    const entering = await refPart(opened, 'host', 'host-1001');
    await maintenance.mark(entering, { drain: false }, newCall());
    const refusals: readonly (readonly [wish: MoveWish, code: string, words?: string])[] = [
      [{ way: 'quick', host }, 'not_supported'],
      [{ way: 'live' }, 'request_invalid'],
      [{ way: 'off', host }, 'wrong_power_state', 'poweredOn'],
      [
        { way: 'live', host: await refPart(opened, 'host', 'host-1004') },
        ...(['host_unavailable', 'inMaintenanceMode'] as const),
      ],
      [{ way: 'live', host: entering }, 'host_unavailable', 'enteringMaintenanceMode'],
      [
        { way: 'live', host: await refPart(opened, 'host', 'host-1007') },
        ...(['host_unavailable', 'notResponding'] as const),
      ],
      [{ way: 'live', datastore: resting }, 'datastore_unavailable', 'inMaintenance'],
      [{ way: 'live', host: { ...host, identity: 'another' } }, 'not_the_vm_approved'],
      [{ way: 'live', host: { ...host, handle: 'host-9' } }, 'not_found'],
    ];
    for (const [wish, code, words] of refusals) {
      await assert.rejects(migration.move(vm, wish, newCall()), (error: OperationError) => {
        assert.deepEqual([error.code, error.facts.words], [code, words]);
        assert.notEqual(error.end, 'unknown');
        return true;
      });
    }
    assert.equal(countOrders(opened), 0);
  });

  const refused: readonly (readonly [fault: string, code: string, end: string])[] = [
    ['CpuIncompatible', 'platform_refused', 'refused'],
    ['VMotionNotConfigured', 'platform_refused', 'refused'],
    ['RuleViolation', 'platform_refused', 'refused'],
    ['CannotAccessVmDisk', 'disk_unusable', 'refused'],
    ['CannotAccessNetwork', 'network_unavailable', 'refused'],
    ['NoActiveHostInCluster', 'host_unavailable', 'refused'],
    ['InsufficientMemoryResourcesFault', 'not_enough_memory', 'refused'],
    ['NoDiskSpace', 'not_enough_space', 'refused'],
    ['TaskInProgress', 'another_task_runs', 'refused'],
    ['NoPermission', 'not_permitted_on_platform', 'refused'],
    ['Timedout', 'no_answer', 'unknown'],
    ['HostCommunication', 'host_unavailable', 'unknown'],
    ['SystemError', 'platform_refused', 'unknown'],
  ];
  it('is refused with the code of the platform’s fault and its words', async () => {
    await using opened = await openMoving();
    const { migration, vm, host, datastore, vcsim } = opened;
    for (const [fault, code, end] of refused) {
      for (const wish of [{ host }, { datastore }]) {
        const method = 'host' in wish ? 'MigrateVM_Task' : 'RelocateVM_Task';
        const when = 'host' in wish ? 'call' : 'before';
        await vcsim.control('rule', { method, fault, when });

        const failing = carryOut(opened, (call) =>
          migration.move(vm, { way: 'live', ...wish }, call),
        );

        await assert.rejects(failing, (error: OperationError) => {
          assert.deepEqual([error.code, error.end, error.facts.fault], [code, end, fault]);
          assert.equal(error.facts.words, fault);
          return true;
        });
      }
    }
    assert.deepEqual(await readPlace(opened), [FROM, 'on']);
  });

  const cuts: readonly (readonly [why: string, fault: Fault, code: string])[] = [
    ['the answer never arrives', { kind: 'drop_answer' }, 'no_answer'],
    ['the request is cut off', { kind: 'drop_request' }, 'no_answer'],
    ['the answer ends in the middle', { kind: 'cut_answer', afterBytes: 40 }, 'no_answer'],
    ['nobody answers in time', { kind: 'black_hole', reachesServer: true }, 'no_answer'],
    ['a gateway answers', { kind: 'answer_status', status: 503 }, 'answer_not_understood'],
  ];
  for (const [why, fault, code] of cuts) {
    it(`H13 is unknown when ${why}, and nothing is sent twice`, async () => {
      await using opened = await openMoving({ config: HASTY });
      const { migration, vm, host } = opened;
      opened.proxy.add({ method: 'MigrateVM_Task', fault });

      const failing = migration.move(vm, { way: 'live', host }, newCall());

      await assert.rejects(failing, { code, end: 'unknown' });
      assert.equal(countOrders(opened), 1);
    });
  }
});
