/** Moves that something ends in the middle: the guest, a host, somebody else; ordered by a test or by a configuration. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copiesOf, createMoving } from './moving.ts';
import { GIB, newCall, openTestLab } from './open-lab.ts';

const { signal } = newCall();

describe('a move that is ended', () => {
  for (const way of ['ordered', 'by hand'] as const)
    it(`B61 goes off at 60 % (${way}): off on its host, the move failed, and it starts again`, async () => {
      await using test = openTestLab();
      const { move, where, ref } = createMoving(test.vc);
      if (way === 'ordered') test.lab.faults.endMove('guest_off', 60);
      const percents: number[] = [];
      const call = newCall({ onProgress: (it) => void percents.push(it) });
      const following = test.vc.tasks.follow(await move('web-01', { host: 'esx-01' }), call);
      const failed = assert.rejects(following, { code: 'wrong_power_state', end: 'refused' });
      await new Promise(setImmediate);

      test.clock.advance(5999);
      const early = await where('web-01');
      test.clock.advance(1);
      if (way === 'by hand')
        test.lab.faults.changeByOthers('lab-vc', (it) => it.setPower('web-01', 'off'));
      test.clock.advance(4000);

      await failed;
      const last = percents.at(-1) ?? 0;
      assert.ok(last > 50 && (way === 'by hand' || last < 60), `${last}`);
      assert.deepEqual(
        [early, await where('web-01')],
        [
          ['esx-03', 'on'],
          ['esx-03', 'off'],
        ],
      );
      assert.deepEqual((await copiesOf(test, 'web-01')).places, [['esx-03', 'off']]);
      await test.vc.power.start(await ref('vm', 'web-01'), newCall());
      test.clock.advance(8000);
      assert.deepEqual(await where('web-01'), ['esx-03', 'on']);
    });

  it('fails at once when its target dies, and the VM runs on where it was', async () => {
    await using test = openTestLab();
    const { move, follow, where } = createMoving(test.vc);
    test.lab.faults.endMove('target_dies', 50, { vm: 'web-01' });
    const first = await move('web-01', { host: 'esx-01' });
    const second = await move('db-01', { host: 'esx-01' });
    const from = await where('db-01');

    test.clock.advance(5000);

    for (const task of [first, second])
      await assert.rejects(follow(task), { code: 'host_unavailable', end: 'refused' });
    assert.deepEqual(await where('web-01'), ['esx-03', 'on']);
    assert.deepEqual(await where('db-01'), from);
    assert.equal((await test.find('host', 'esx-01')).body.state, 'not_responding');
  });

  it('is told of at once to all who follow, when its host dies', async () => {
    await using test = openTestLab();
    const { move, follow } = createMoving(test.vc);
    const tasks = [
      await move('web-01', { host: 'esx-01' }),
      await move('db-01', { host: 'esx-01' }),
    ];
    const ends = tasks.map((task) => assert.rejects(follow(task), { code: 'host_unavailable' }));
    await new Promise(setImmediate);

    test.lab.faults.changeByOthers('lab-vc', (it) => it.failHost('esx-01'));

    await Promise.all(ends);
  });

  it('has its source die: what is highly available starts elsewhere, the rest is unknown', async () => {
    await using test = openTestLab();
    const { move, follow, stand, find } = createMoving(test.vc);
    const before = (await stand('esx-03')).vms.filter(({ power }) => power === 'on');
    test.lab.faults.changeByOthers('lab-vc', (it) => it.editVm('web-05', { priority: 'none' }));
    test.lab.faults.endMove('source_dies', 50);
    const task = await move('web-01', { host: 'esx-01' });

    test.clock.advance(5000);
    await assert.rejects(follow(task), { code: 'host_unavailable' });
    const restarting = (await find('vm', 'web-01')).body;
    test.clock.advance(8000);

    const dead = (await find('host', 'esx-03')).handle;
    assert.deepEqual([restarting.power, restarting.isReachable], ['off', true]);
    assert.ok(before.some(({ name }) => name === 'web-05'));
    for (const { name } of before) {
      const { hostHandle, power } = (await find('vm', name)).body;
      const isLeft = name === 'web-05';
      assert.deepEqual(
        [hostHandle === dead, power],
        isLeft ? [true, 'unknown'] : [false, 'on'],
        name,
      );
    }
    assert.equal((await copiesOf(test, 'web-01')).places.length, 1);
    test.lab.faults.changeByOthers('lab-vc', (it) => it.setHost('esx-03', { state: 'connected' }));
    assert.equal((await find('vm', 'web-05')).body.power, 'off');
    assert.equal((await find('host', 'esx-03')).body.memoryUsedBytes, 6 * GIB);
  });

  it('starts nothing on a host that has no memory for it', async () => {
    await using test = openTestLab({ speed: 0 });
    const { find } = createMoving(test.vc);
    test.lab.faults.changeByOthers('lab-vc', (it) => {
      for (const host of ['esx-01', 'esx-02', 'esx-04'])
        it.setHost(host, { memoryUsedBytes: 2 ** 50 });
      it.failHost('esx-03');
    });

    const { power, isReachable } = (await find('vm', 'web-01')).body;

    assert.deepEqual([power, isReachable], ['unknown', false]);
  });
});

describe('faults of moves in a configuration', () => {
  it('are planned from their list', async () => {
    await using test = openTestLab({
      speed: 0,
      faults: [
        { fault: 'leave_copy', vm: 'web-01', code: 'platform_refused', sourceLost: false },
        { fault: 'end_move', by: 'guest_off', percent: 60, vm: 'web-02' },
        { fault: 'hide_move' },
        { fault: 'refuse', method: 'markHost', code: 'platform_refused', vm: 'esx-01' },
        {
          ...{ fault: 'by_others', method: 'checkMove', does: 'order_move' },
          ...{ connection: 'lab-vc', what: 'web-03', to: 'esx-02' },
        },
        {
          ...{ fault: 'by_others', method: 'findCopies', does: 'fail_host' },
          ...{ connection: 'lab-vc', what: 'esx-01' },
        },
        {
          ...{ fault: 'by_others', method: 'readHost', does: 'mark_host' },
          ...{ connection: 'lab-vc', what: 'esx-06' },
        },
        {
          ...{ fault: 'by_others', method: 'unmarkHost', does: 'power_off' },
          ...{ connection: 'lab-vc', what: 'test-web-01' },
        },
      ],
    });
    const { vc, lab } = test;
    const { move, follow, where, mark, unmark, stand, ref, wish } = createMoving(vc);

    await assert.rejects(follow(await move('web-01', { host: 'esx-01' })));
    await assert.rejects(follow(await move('web-02', { host: 'esx-01' })));
    await assert.rejects(mark('esx-01'), { code: 'platform_refused' });
    const vm = await ref('vm', 'web-03');
    await vc.migration.findMove(vm, signal);
    await vc.migration.check(vm, await wish({ host: 'esx-01' }), signal);
    const { silent } = await vc.migration.findCopies(vm, signal);
    const entering = await stand('esx-06');
    await unmark('esx-06');

    assert.equal((await where('web-02'))[1], 'off');
    assert.deepEqual(await where('web-03'), ['esx-02', 'on']);
    assert.deepEqual(silent, ['esx-01', 'esx-08']);
    assert.equal(entering.mark, 'entering');
    assert.equal((await where('test-web-01'))[1], 'off');
    assert.deepEqual(lab.faults.unused(), []);
  });
});
