import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  countOrders,
  doElsewhere,
  FROM,
  type OpenedMoving,
  openMoving,
  readPlace,
  SLOW,
  TO,
} from './open-moving.ts';
import { carryOut, newCall, patience, untilSeen } from './open-vcenter.ts';

describe('a move on a vCenter that does not go straight', needsPeer('vcsim', 'openssl'), () => {
  it('H13 finds the move whose answer was lost, and follows it to its end', async () => {
    await using opened = await openMoving(SLOW);
    const { migration, tasks, vm, host } = opened;
    opened.proxy.add({ method: 'MigrateVM_Task', fault: { kind: 'drop_answer' } });
    const failing = migration.move(vm, { way: 'live', host }, newCall());
    await assert.rejects(failing, { end: 'unknown' });

    const look = await migration.findMove(vm, patience());

    assert.ok(look.found === 'running', look.found);
    await tasks.follow(look.task, newCall());
    assert.deepEqual(await readPlace(opened), [TO, 'on']);
    assert.equal(countOrders(opened), 1);
  });

  it('logs in again once when the session ends between look and order', async () => {
    await using opened = await openMoving();
    const { migration, vm, host, proxy } = opened;
    const gone = { method: 'MigrateVM_Task', fault: 'NotAuthenticated', when: 'call' };
    await opened.vcsim.control('rule', gone);

    await carryOut(opened, (call) => migration.move(vm, { way: 'live', host }, call));

    assert.deepEqual(await readPlace(opened), [TO, 'on']);
    assert.equal(proxy.methods.filter((method) => method === 'Login').length, 2);
  });

  it('H13 follows a move whose session ended after the order', async () => {
    await using opened = await openMoving(SLOW);
    const { migration, tasks, vm, host } = opened;
    const task = (await migration.move(vm, { way: 'live', host }, newCall())) ?? '';
    await opened.vcsim.control('expire');

    await tasks.follow(task, newCall());

    assert.deepEqual(await readPlace(opened), [TO, 'on']);
    assert.equal(countOrders(opened), 1);
  });

  it('H13 H15 says unknown when the target dies in the middle, and shows the one VM', async () => {
    await using opened = await openMoving(SLOW);
    const { migration, tasks, vm, host, vcsim } = opened;
    const task = (await migration.move(vm, { way: 'live', host }, newCall())) ?? '';

    await vcsim.control('host', { host: TO, state: 'notResponding' });

    const failing = tasks.follow(task, newCall());
    await assert.rejects(failing, { code: 'host_unavailable', end: 'unknown' });
    assert.deepEqual(await readPlace(opened), [FROM, 'on']);
    const { copies, silent } = await migration.findCopies(vm, patience());
    assert.deepEqual(
      copies.map(({ handle, body }) => [handle, body.hostHandle]),
      [[vm.handle, FROM]],
    );
    assert.deepEqual(silent.toSorted(), ['esx5.test', 'esx7.test']);
    assert.deepEqual(await migration.findMove(vm, patience()), { found: 'nothing' });
  });

  it('H09 still says whether a move is under way when the VM’s own host is away', async () => {
    await using opened = await openMoving();
    const { migration, vm, host } = opened;
    await opened.vcsim.control('host', { host: FROM, state: 'notResponding' });

    const moving = migration.move(vm, { way: 'live', host }, newCall());
    await assert.rejects(moving, { code: 'host_unavailable', end: 'not_started' });
    const look = await migration.findMove(vm, patience());

    assert.deepEqual(look, { found: 'nothing' });
    const { copies, silent } = await migration.findCopies(vm, patience());
    assert.deepEqual([copies[0]?.body.power, copies.length], ['unknown', 1]);
    assert.ok(silent.includes('esx3.test'));
  });

  it('H17 shows a guest off that went off at 60 %, whichever way the move ends', async () => {
    await using opened = await openMoving(SLOW);
    const { migration, vm, host, vcsim } = opened;
    const move = () => carryOut(opened, (call) => migration.move(vm, { way: 'live', host }, call));

    await vcsim.control('guest-off', { vm: vm.handle, at: 60 });
    await assert.rejects(move(), { code: 'wrong_power_state', end: 'refused' });
    const stayed = await readPlace(opened);
    await carryOut(opened, (call) => opened.power.start(vm, call));
    await vcsim.control('guest-off', { vm: vm.handle, at: 60, fault: 'none' });
    await move();
    const went = await readPlace(opened);

    assert.deepEqual(stayed, [FROM, 'off']);
    assert.deepEqual(went, [TO, 'off']);
  });

  it('H16 shows the question that a move asks, and goes on with somebody’s answer', async () => {
    await using opened = await openMoving();
    const { migration, tasks, vm, host, vcsim } = opened;
    const choices = [
      { key: '0', label: 'Go on' },
      { key: '1', label: 'Stop' },
    ];
    const question = { vm: vm.handle, id: '7', text: 'Disconnect?', choices, cancel: '1' };
    /** Orders the move, and answers what it asks. */
    const move = async (answerChoice: string) => {
      await vcsim.control('question', { ...question, method: 'MigrateVM_Task' });
      const task = (await migration.move(vm, { way: 'live', host }, newCall())) ?? '';
      const asked = await untilSeen(() => readQuestion(opened), Boolean);
      const look = await migration.findMove(vm, patience());
      const answered = { questionId: '7', answerChoice };
      await doElsewhere(opened, 'AnswerVM', vm.handle, answered);
      assert.deepEqual([asked, look], ['Disconnect?', { found: 'running', task }]);
      await tasks.follow(task, newCall());
    };

    await assert.rejects(move('1'), { code: 'platform_refused', end: 'refused' });
    const stopped = await readPlace(opened);
    await move('0');

    assert.deepEqual(stopped, [FROM, 'on']);
    assert.deepEqual(await readPlace(opened), [TO, 'on']);
    assert.equal(await readQuestion(opened), undefined);
  });
});

async function readQuestion({ connection, vm }: OpenedMoving): Promise<string | undefined> {
  const read = await connection.estate.read(vm, patience());
  return read?.kind === 'vm' ? read.body.question : undefined;
}
