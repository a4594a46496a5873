import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startAnsweringServer, toObject } from './answering-server.ts';
import {
  doElsewhere,
  FROM,
  type OpenedMoving,
  openMoving,
  readPlace,
  SLOW,
  TO,
  toHost,
} from './open-moving.ts';
import { carryOut, connectTo, newCall, patience, refPart, untilSeen } from './open-vcenter.ts';

describe('what a vCenter says of moves', needsPeer('vcsim', 'openssl'), () => {
  it('judges a move that it would refuse, in its own words, and then refuses it', async () => {
    await using opened = await openMoving();
    const { migration, vm, host, datastore, vcsim } = opened;
    await vcsim.control('compat', { vm: vm.handle, host: TO, fault: 'CpuIncompatible' });
    await vcsim.control('compat', { fault: 'NoGuestHeartbeat', warning: true });
    for (const wish of [{ host }, { host, datastore }]) {
      const findings = await migration.check(vm, { way: 'live', ...wish }, patience());

      assert.deepEqual(findings, [
        { severity: 'error', code: 'CpuIncompatible', words: 'CpuIncompatible' },
        { severity: 'warning', code: 'NoGuestHeartbeat', words: 'NoGuestHeartbeat' },
      ]);
      const moving = carryOut(opened, (call) => migration.move(vm, { way: 'live', ...wish }, call));
      await assert.rejects(moving, { code: 'platform_refused', end: 'refused' });
    }
    assert.deepEqual(await readPlace(opened), [FROM, 'on']);
  });

  it('judges files that move on the host where the VM is, not on every host', async () => {
    await using opened = await openMoving();
    const { migration, vm, datastore, vcsim } = opened;
    await vcsim.control('compat', { host: TO, fault: 'CpuIncompatible' });

    const findings = await migration.check(vm, { way: 'live', datastore }, patience());

    assert.deepEqual(findings, []);
  });

  it('judges by the power that the way needs', async () => {
    await using opened = await openMoving();
    const { migration, vm, host } = opened;
    await carryOut(opened, (call) => opened.power.stop(vm, call));
    const check = (way: MoveWish['way']) => migration.check(vm, { way, host }, patience());

    const [live, off] = [await check('live'), await check('off')];

    assert.deepEqual([live.map(({ code }) => code), off], [['InvalidPowerState'], []]);
    await assert.rejects(check('quick'), { code: 'not_supported', end: 'not_started' });
  });

  it('never calls a check that failed an unknown change', async () => {
    await using opened = await openMoving();
    const { migration, vm, host, vcsim, proxy } = opened;
    const check = () => migration.check(vm, { way: 'live', host }, patience());
    const failures = [
      { fault: 'NotSupported', when: 'call', code: 'not_supported' },
      { fault: 'HostCommunication', when: 'before', code: 'host_unavailable' },
    ];
    for (const { code, ...rule } of failures) {
      await vcsim.control('rule', { method: 'CheckMigrate_Task', ...rule });

      await assert.rejects(check(), { code, end: 'not_started' });
    }
    proxy.add({ method: 'CheckMigrate_Task', fault: { kind: 'drop_answer' } });

    await assert.rejects(check(), { code: 'no_answer', end: 'not_started' });
  });

  it('H09 takes a check without a result for no leave to move', async () => {
    await using opened = await openMoving();
    const { migration, vm, host } = opened;
    await opened.vcsim.control('rule', { method: 'CheckMigrate_Task', noEffect: true });

    const checking = migration.check(vm, { way: 'live', host }, patience());

    await assert.rejects(checking, { code: 'answer_not_understood', end: 'not_started' });
  });

  it('H17 finds the move that somebody else ordered, and orders none beside it', async () => {
    await using opened = await openMoving(SLOW);
    const { migration, tasks, vm, host } = opened;
    const theirs = doElsewhere(opened, 'MigrateVM_Task', vm.handle, {
      ...{ Host: toHost('host-1001'), Priority: 'defaultPriority' },
    });

    const look = await untilSeen(
      () => migration.findMove(vm, patience()),
      ({ found }) => found === 'running',
    );
    const beside = carryOut(opened, (call) => migration.move(vm, { way: 'live', host }, call));

    await assert.rejects(beside, { code: 'another_task_runs', end: 'refused' });
    assert.ok(look.found === 'running');
    await tasks.follow(look.task, newCall());
    await theirs;
    assert.deepEqual(await readPlace(opened), ['host-1001', 'on']);
    assert.deepEqual(await migration.findMove(vm, patience()), { found: 'nothing' });
  });

  it('takes no other task of the VM for a move', async () => {
    await using opened = await openMoving({ taskDelayMs: { SuspendVM_Task: 1000 } });
    const { migration, power, tasks, vm } = opened;
    const task = (await power.save?.(vm, newCall())) ?? '';

    const look = await migration.findMove(vm, patience());

    assert.deepEqual(look, { found: 'nothing' });
    await tasks.follow(task, newCall());
  });

  it('H09 cannot tell when tasks or identity are not shown; H02 refuses another VM', async () => {
    await using opened = await openMoving();
    const { migration, vm, vcsim } = opened;
    const look = (changed = {}) => migration.findMove({ ...vm, ...changed }, patience());

    const failing = look({ identity: '00000000-0000-4000-8000-00000000dead' });
    await assert.rejects(failing, { code: 'not_the_vm_approved', end: 'not_started' });
    await vcsim.control('set', { object: vm.handle, hide: ['recentTask'] });
    const withoutTasks = await look();
    const shown = { show: ['recentTask'], hide: ['summary.config'] };
    await vcsim.control('set', { object: vm.handle, ...shown });
    const withoutIdentity = await look();

    assert.deepEqual(withoutTasks, { found: 'cannot_tell' });
    assert.deepEqual(withoutIdentity, { found: 'cannot_tell' });
    const gone = migration.findMove({ ...vm, handle: 'vm-9' }, patience());
    await assert.rejects(gone, { code: 'not_found', end: 'not_started' });
  });

  const drs = 'Drm.ExecuteVMotionLRO';
  const recorded: readonly (readonly [what: string, task: object, found: string])[] = [
    ['what DRS moves by itself', { 'info.descriptionId': drs, 'info.state': 'running' }, 'running'],
    ['a move that waits', { 'info.name': 'RelocateVM_Task', 'info.state': 'queued' }, 'running'],
    ['one that is over', { 'info.descriptionId': drs, 'info.state': 'success' }, 'nothing'],
    [
      'a question about a move',
      {
        'info.name': 'CheckMigrate_Task',
        'info.descriptionId': 'vm.check.ProvisioningChecker.checkMigrate',
        'info.state': 'running',
      },
      'nothing',
    ],
    ['a task without a name', { 'info.state': 'running' }, 'cannot_tell'],
    ['a task without a state', { 'info.descriptionId': drs }, 'cannot_tell'],
  ];
  for (const [what, task, found] of recorded) {
    it(`H09 H13 tells ${what} by its task`, async () => {
      const identity = '11111111-2222-4333-8444-555555555555';
      const text = (value: string) => `<val xsi:type="xsd:string">${value}</val>`;
      const recent =
        '<val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Task">' +
        'task-7</ManagedObjectReference></val>';
      const shown = Object.entries(task).map(([path, value]) => [path, text(value)] as const);
      const objects =
        toObject('VirtualMachine', 'vm-1', {
          'summary.config.instanceUuid': text(identity),
          recentTask: recent,
        }) + toObject('Task', 'task-7', Object.fromEntries(shown));
      await using server = await startAnsweringServer({
        RetrievePropertiesEx: `<returnval>${objects}</returnval>`,
      });
      const connection = connectTo(server, { user: 'drover', password: 'secret' });
      const vm = { connectionId: 'vc-1', kind: 'vm', handle: 'vm-1', identity } as const;

      const look = await connection.migration?.findMove(vm, patience());

      assert.equal(look?.found, found);
      await connection.close();
    });
  }

  it('H04 H15 shows every VM of that identity, and one whose configuration is dark', async () => {
    await using opened = await openMoving();
    const { migration, vm, vcsim } = opened;
    const identity = {
      'config.instanceUuid': vm.identity,
      'summary.config.instanceUuid': vm.identity,
    };
    await vcsim.control('set', { object: 'vm-1104', set: identity });

    const two = await listCopies(opened);
    await vcsim.control('set', { object: vm.handle, hide: ['config'] });
    const dark = await listCopies(opened);

    assert.deepEqual(two, ['vm-1104', vm.handle]);
    assert.deepEqual(dark, ['vm-1104', vm.handle]);
    await doElsewhere(opened, 'Destroy_Task', 'vm-1104');
    const gone = { ...vm, handle: 'vm-1104' };
    const { copies } = await migration.findCopies(gone, patience());
    assert.deepEqual(copies, []);
    await vcsim.control('set', { object: vm.handle, show: ['config'] });
    const other = await migration.findCopies({ ...vm, handle: 'vm-1105' }, patience());
    assert.deepEqual(
      other.copies.map(({ handle }) => handle),
      [vm.handle],
    );
  });

  it('names its limits for a host that sets none of its own', async () => {
    await using opened = await openMoving();
    const host = await opened.connection.estate.read(
      await refPart(opened, 'host', FROM),
      patience(),
    );

    assert.deepEqual(opened.migration.limits, {
      ...{ movesPerHost: 8, storageMovesPerHost: 2, storageMovesPerDatastore: 8 },
    });
    assert.ok(host?.kind === 'host' && host.body.moveLimits === undefined);
  });

  it('says not started when nothing can be reached', async () => {
    await using opened = await openMoving();
    const { migration, vm, host } = opened;
    await opened.proxy.refuseConnections();
    const asks = [
      migration.check(vm, { way: 'live', host }, patience()),
      migration.findMove(vm, patience()),
      migration.findCopies(vm, patience()),
      migration.move(vm, { way: 'live', host }, newCall()),
    ];
    for (const end of await Promise.allSettled(asks)) {
      assert.ok(end.status === 'rejected');
      const { code, end: became } = end.reason as OperationError;
      assert.deepEqual([code, became], ['not_reachable', 'not_started']);
    }
  });
});

async function listCopies({ migration, vm }: OpenedMoving): Promise<readonly string[]> {
  const { copies } = await migration.findCopies(vm, patience());
  return copies.map(({ handle }) => handle).toSorted();
}
