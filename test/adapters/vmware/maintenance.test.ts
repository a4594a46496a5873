import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostStanding } from '#core/ports/moving.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  doElsewhere,
  FROM,
  openMoving,
  readMark,
  readPlace,
  refHosts,
  SLOW,
  TO,
} from './open-moving.ts';
import { carryOut, newCall, patience, refVm, untilSeen } from './open-vcenter.ts';

const STAY = { drain: false };
const LEAVE = { failback: false };

describe('maintenance on a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('reads every VM of a host, running or not, and no template', async () => {
    await using opened = await openMoving();
    const { maintenance } = opened;
    const [first, second] = await refHosts(opened, 'host-1001', 'host-1002');

    const standings = [
      await maintenance.read(first, patience()),
      await maintenance.read(second, patience()),
    ];

    assert.deepEqual(
      standings.map(({ mark, vms }) => [mark, vms.map(({ name, power }) => [name, power])]),
      [
        [
          'none',
          [
            ['web', 'on'],
            ['no-tools', 'on'],
            ['orphan', 'unknown'],
          ],
        ],
        [
          'none',
          [
            ['two-disks', 'off'],
            ['idle', 'off'],
          ],
        ],
      ],
    );
  });

  it('H18 waits with a task while a VM stays, and cancels it', async () => {
    await using opened = await openMoving();
    const { maintenance, tasks } = opened;
    const [host] = await refHosts(opened, FROM);

    const task = (await maintenance.mark(host, STAY, newCall())) ?? '';
    const waiting = await maintenance.read(host, patience());
    const following = tasks.follow(task, newCall());
    const cancelled = assert.rejects(following, { code: 'cancelled_on_platform' });
    await carryOut(opened, (call) => maintenance.unmark(host, LEAVE, call));

    await cancelled;
    assert.deepEqual([waiting.mark, waiting.task], ['entering', task]);
    assert.deepEqual(await readMark(opened, host), 'none');
    assert.deepEqual(await readPlace(opened), [FROM, 'on']);
  });

  it('enters once the last running VM was moved off; one that is off may stay', async () => {
    await using opened = await openMoving();
    const { maintenance, migration, tasks, vm } = opened;
    const [host, target] = await refHosts(opened, FROM, TO);
    const pinned = await refVm(opened, 'vm-1202');
    await carryOut(opened, (call) => opened.power.stop(pinned, call));
    const task = (await maintenance.mark(host, STAY, newCall())) ?? '';

    await carryOut(opened, (call) => migration.move(vm, { way: 'live', host: target }, call));

    await tasks.follow(task, newCall());
    const { mark, vms } = await maintenance.read(host, patience());
    assert.deepEqual([mark, vms.map(({ name }) => name)], ['in', ['pinned']]);
  });

  it('waits for those that are off as well where the platform is to drain', async () => {
    await using opened = await openMoving();
    const { maintenance, migration, tasks, proxy } = opened;
    const [host, target] = await refHosts(opened, 'host-1002', TO);
    const task = (await maintenance.mark(host, { drain: true }, newCall())) ?? '';
    const waiting = await maintenance.read(host, patience());

    for (const handle of ['vm-1104', 'vm-1105']) {
      const vm = await refVm(opened, handle);
      await carryOut(opened, (call) => migration.move(vm, { way: 'off', host: target }, call));
    }

    await tasks.follow(task, newCall());
    assert.equal(waiting.mark, 'entering');
    assert.equal(await readMark(opened, host), 'in');
    const order = proxy.calls.find(({ method }) => method === 'EnterMaintenanceMode_Task');
    assert.match(order?.head ?? '', /timeout>0<.*evacuatePoweredOffVms>true</s);
  });

  it('lets DRS move what it can, waits for what it cannot, and moves nothing back', async () => {
    await using opened = await openMoving({ isDrsOn: true });
    const { maintenance } = opened;
    const [host] = await refHosts(opened, FROM);
    await maintenance.mark(host, STAY, newCall());

    const left = await untilSeen(
      () => maintenance.read(host, patience()),
      ({ vms }) => vms.length < 2,
    );
    await carryOut(opened, (call) => maintenance.unmark(host, { failback: true }, call));
    const after = await maintenance.read(host, patience());

    assert.deepEqual([left.mark, left.vms.map(({ name }) => name)], ['entering', ['pinned']]);
    assert.deepEqual([after.mark, after.vms], ['none', left.vms]);
    const [at, power] = await readPlace(opened);
    assert.ok(at !== FROM && power === 'on');
  });

  it('orders nothing for a host that somebody else has marked, and gives their task', async () => {
    await using opened = await openMoving();
    const { maintenance, tasks, proxy } = opened;
    const [host] = await refHosts(opened, FROM);
    const args = { Timeout: 0, EvacuatePoweredOffVms: false };
    const theirs = doElsewhere(opened, 'EnterMaintenanceMode_Task', FROM, args);
    const seen = await untilSeen(
      () => maintenance.read(host, patience()),
      ({ mark }) => mark === 'entering',
    );

    const task = await maintenance.mark(host, STAY, newCall());

    assert.equal(task, seen.task);
    assert.ok(!proxy.methods.includes('EnterMaintenanceMode_Task'));
    await tasks.cancel(task ?? '', patience());
    assert.partialDeepStrictEqual(await theirs, { state: 'error', fault: 'RequestCanceled' });
  });

  it('B60 refuses a move that was on its way onto the host when it was marked', async () => {
    await using opened = await openMoving(SLOW);
    const { maintenance, migration, tasks, vm, host } = opened;
    const task = (await migration.move(vm, { way: 'live', host }, newCall())) ?? '';

    await carryOut(opened, (call) => maintenance.mark(host, STAY, call));

    const failing = tasks.follow(task, newCall());
    await assert.rejects(failing, { code: 'host_unavailable', end: 'refused' });
    assert.deepEqual(await readPlace(opened), [FROM, 'on']);
    assert.equal(await readMark(opened, host), 'in');
  });

  it('H17 shows a VM that somebody powered on meanwhile, and waits for it', async () => {
    await using opened = await openMoving();
    const { maintenance } = opened;
    const [host] = await refHosts(opened, 'host-1002');
    const before = await maintenance.read(host, patience());
    await doElsewhere(opened, 'PowerOnVM_Task', 'vm-1105');

    await maintenance.mark(host, STAY, newCall());

    const { mark, vms } = await maintenance.read(host, patience());
    const states = (list: HostStanding['vms']) => list.map(({ power }) => power);
    assert.deepEqual(
      [states(before.vms), states(vms)],
      [
        ['off', 'off'],
        ['off', 'on'],
      ],
    );
    assert.equal(mark, 'entering');
    const refused = await doElsewhere(opened, 'PowerOnVM_Task', 'vm-1104');
    assert.partialDeepStrictEqual(refused, { state: 'error', fault: 'InvalidState' });
  });

  it('leaves a host that entered in the very moment of the cancel', async () => {
    await using opened = await openMoving();
    const { maintenance, vcsim, proxy } = opened;
    const [host] = await refHosts(opened, 'host-1002');
    await doElsewhere(opened, 'PowerOnVM_Task', 'vm-1105');
    await maintenance.mark(host, STAY, newCall());
    await vcsim.control('rule', { method: 'CancelTask', fault: 'InvalidState', when: 'call' });

    const leaving = carryOut(opened, (call) => maintenance.unmark(host, LEAVE, call));
    await untilSeen(
      async () => proxy.methods,
      (methods) => methods.includes('CancelTask'),
    );
    await doElsewhere(opened, 'PowerOffVM_Task', 'vm-1105');

    await leaving;
    assert.equal(await readMark(opened, host), 'none');
    assert.ok(proxy.methods.includes('ExitMaintenanceMode_Task'));
  });
});
