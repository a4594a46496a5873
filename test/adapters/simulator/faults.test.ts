/** Faults to order: each does what its name says, as often as was ordered, and to nothing else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GIB, newCall, openTestLab, type TestLab } from './open-lab.ts';

const open = () => openTestLab({ speed: 0 });
const { signal } = newCall();

async function carryOut(test: TestLab, name: string): Promise<string> {
  const call = newCall();
  const task = await test.vc.provisioning.clone(
    await test.wish(name, { memoryBytes: 16 * GIB, diskBytes: 50 * GIB }),
    call,
  );
  await test.vc.tasks.follow(task ?? '', call);
  return call.stepToken;
}

describe('a fault on the way', () => {
  it('drops an answer before or after the effect', async () => {
    await using test = open();
    const { lab, vc } = test;
    lab.faults.dropAnswer('start', { when: 'before', vm: 'web-01' });
    lab.faults.dropAnswer('start', { when: 'after', vm: 'web-02' });
    for (const name of ['web-01', 'web-02']) {
      lab.faults.changeByOthers(vc.id, (it) => it.setPower(name, 'off'));
      const failing = vc.power.start(await test.ref('vm', name), newCall());
      await assert.rejects(failing, { code: 'no_answer', end: 'unknown' });
    }

    assert.equal((await test.find('vm', 'web-01')).body.power, 'off');
    assert.equal((await test.find('vm', 'web-02')).body.power, 'on');
    assert.equal(lab.history().length, 1);
  });

  it('lets a call arrive long after its sender gave up', async () => {
    await using test = open();
    const { lab, vc } = test;
    lab.faults.dropAnswer('clone', { when: 'after', arrivesAfterMs: 5000 });
    const call = newCall();

    await assert.rejects(vc.provisioning.clone(await test.wish('web-07'), call), {
      code: 'no_answer',
    });

    const early = await vc.provisioning.findByToken(call.stepToken, 'web-07', signal);
    test.clock.advance(5000);
    const late = await vc.provisioning.findByToken(call.stepToken, 'web-07', signal);
    assert.deepEqual([early.found, late.found], ['nothing', 'vm']);
  });

  it('refuses as often as was ordered, and names what nobody met', async () => {
    await using test = open();
    const { lab, vc } = test;
    lab.faults.refuse('stop', 'not_permitted_on_platform', { count: 2 });
    lab.faults.refuse('delete', 'platform_refused');
    const vm = await test.ref('vm', 'web-01');
    const refused = { code: 'not_permitted_on_platform', end: 'refused' };

    await assert.rejects(vc.power.stop(vm, newCall()), refused);
    await assert.rejects(vc.power.stop(vm, newCall()), refused);
    await vc.power.stop(vm, newCall());

    assert.deepEqual(lab.faults.unused(), ['refuse of delete, 1 times']);
  });

  it('B38 cuts a connection in each way, and none of them says gone', async () => {
    await using test = open();
    const { lab, vc } = test;
    const vm = await test.ref('vm', 'web-01');
    for (const how of ['not_reachable', 'certificate_not_trusted', 'login_refused'] as const) {
      lab.faults.disconnect(vc.id, how);
      await assert.rejects(vc.estate.read(vm, signal), { code: how, end: 'not_started' });
      await assert.rejects(vc.power.stop(vm, newCall()), { code: how, end: 'not_started' });
    }
    await test.hv.estate.identify(signal);
    lab.faults.disconnect(vc.id, 'silence');
    const patience = new AbortController();
    const silent = vc.power.stop(vm, newCall({ signal: patience.signal }));
    setImmediate(() => patience.abort());

    await assert.rejects(silent, { code: 'no_answer', end: 'unknown' });
    lab.faults.reconnect(vc.id);
    assert.equal((await test.find('vm', 'web-01')).body.power, 'on');
  });

  it('ends what waits when the way is cut, and the task goes on', async () => {
    await using test = openTestLab();
    const { lab, vc, clock } = test;
    const mark = await vc.estate.snapshot(async () => {}, signal);
    const call = newCall();
    const task = await vc.provisioning.clone(await test.wish('web-07'), call);
    const following = vc.tasks.follow(task ?? '', call);
    const changes = vc.estate.changes(mark, async () => {}, signal);
    setImmediate(() => lab.faults.disconnect(vc.id));

    await assert.rejects(following, { end: 'unknown' });
    await assert.rejects(changes, { code: 'not_reachable' });

    clock.advance(38_000);
    lab.faults.reconnect(vc.id);
    await vc.tasks.follow(task ?? '', call);
    assert.ok((await test.names('vm')).includes('web-07'));
  });

  it('makes marks and tasks useless when a session is lost or tasks are forgotten', async () => {
    await using test = openTestLab();
    const { lab, vc } = test;
    const mark = await vc.estate.snapshot(async () => {}, signal);
    const task = await vc.provisioning.clone(await test.wish('web-07'), newCall());

    lab.faults.loseSession(vc.id);
    lab.faults.forgetTasks(vc.id);

    await assert.rejects(
      vc.estate.changes(mark, async () => {}, signal),
      { code: 'session_lost' },
    );
    await assert.rejects(vc.tasks.follow(task ?? '', newCall()), { end: 'unknown' });
  });

  it('cannot tell, when the token is hidden', async () => {
    await using test = open();
    test.lab.faults.hideToken();

    const look = await test.vc.provisioning.findByToken('token', 'web-07', signal);

    assert.equal(look.found, 'cannot_tell');
  });
});

describe('a fault in a task', () => {
  it('fails it, with or without its effect', async () => {
    await using test = open();
    test.lab.faults.failTask('clone', 'platform_refused', { vm: 'none' });
    test.lab.faults.failWithEffect('clone', 'no_answer', { vm: 'whole' });
    test.lab.faults.halfEffect('clone', 'platform_refused', { vm: 'half' });

    for (const name of ['none', 'whole', 'half'])
      await assert.rejects(carryOut(test, name), { end: 'refused' });

    assert.ok(!(await test.names('vm')).includes('none'));
    assert.equal((await test.find('vm', 'whole')).body.memoryBytes, 16 * GIB);
    const half = (await test.find('vm', 'half')).body;
    assert.equal(half.memoryBytes, 4 * GIB);
    assert.equal(half.disks[0]?.sizeBytes, 40 * GIB);
  });

  it('B43 says done and leaves out a part of the wish', async () => {
    await using test = open();
    const { faults } = test.lab;
    for (const part of ['memory', 'disk', 'datastore', 'host', 'folder', 'token', 'all'] as const)
      faults.succeedWithoutEffect('clone', part, { vm: part });
    for (const part of ['memory', 'disk', 'datastore', 'host', 'folder', 'token', 'all'])
      await carryOut(test, part);

    const wish = await test.wish('');
    assert.equal((await test.find('vm', 'memory')).body.memoryBytes, 4 * GIB);
    assert.equal((await test.find('vm', 'disk')).body.disks[0]?.sizeBytes, 40 * GIB);
    const { datastoreHandle } = (await test.find('vm', 'datastore')).body;
    assert.notEqual(datastoreHandle, wish.datastore.handle);
    assert.notEqual((await test.find('vm', 'host')).body.hostHandle, wish.host.handle);
    assert.notEqual((await test.find('vm', 'folder')).body.folderHandle, wish.folder.handle);
    assert.equal((await test.find('vm', 'token')).body.stepToken, undefined);
    assert.ok(!(await test.names('vm')).includes('all'));
    assert.deepEqual(faults.unused(), []);
  });

  it('makes it late', async () => {
    await using test = open();
    const { lab, vc } = test;
    lab.faults.finishLate('stop', 60_000);
    const vm = await test.ref('vm', 'web-01');

    await vc.power.stop(vm, newCall());

    test.clock.advance(59_999);
    assert.equal((await test.find('vm', 'web-01')).body.power, 'on');
    test.clock.advance(1);
    assert.equal((await test.find('vm', 'web-01')).body.power, 'off');
  });

  it('makes the VM ask, until somebody answers', async () => {
    await using test = open();
    const { lab, vc } = test;
    lab.faults.ask('stop', 'Was this VM moved or copied?');
    const vm = await test.ref('vm', 'web-01');
    const task = await vc.power.stop(vm, newCall());
    const following = vc.tasks.follow(task ?? '', newCall());

    const asking = (await test.find('vm', 'web-01')).body;
    lab.faults.changeByOthers(vc.id, (it) => it.answerQuestion('web-01'));
    await following;

    assert.deepEqual([asking.question, asking.power], ['Was this VM moved or copied?', 'on']);
    const after = (await test.find('vm', 'web-01')).body;
    assert.deepEqual([after.question, after.power], [undefined, 'off']);
  });

  it('is planned from a list, as a configuration has it', async () => {
    await using test = openTestLab({
      speed: 0,
      faults: [
        { fault: 'drop_answer', method: 'clone', when: 'after' },
        { fault: 'succeed_without_effect', method: 'stop', part: 'all', vm: 'web-01' },
        { fault: 'disconnect', connection: 'lab-hv', how: 'not_reachable' },
      ],
    });
    const { vc } = test;

    await assert.rejects(vc.provisioning.clone(await test.wish('web-07'), newCall()), {
      end: 'unknown',
    });
    await vc.power.stop(await test.ref('vm', 'web-01'), newCall());

    assert.equal((await test.find('vm', 'web-01')).body.power, 'on');
    await assert.rejects(test.hv.estate.identify(signal), { code: 'not_reachable' });
  });
});

describe('progress', () => {
  it('is told while a task is followed, by time', async () => {
    await using test = openTestLab();
    const { vc, clock } = test;
    const percents: number[] = [];
    const call = newCall({ onProgress: (it) => void percents.push(it) });
    const task = await vc.provisioning.clone(await test.wish('web-07'), call);

    const following = vc.tasks.follow(task ?? '', call);
    await new Promise(setImmediate);
    for (let i = 0; i < 4; i++) clock.advance(9500);
    await following;

    assert.deepEqual([percents[0], percents.at(-1)], [0, 100]);
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    );
    assert.ok(percents.length > 20);
    assert.equal(clock.timerCount(), 0);
  });
});
