/** Maintenance of hosts on the lab's vCenter: entered when nothing runs there any more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMoving, type Moving } from './moving.ts';
import { newCall, openTestLab, readAll, type TestLab } from './open-lab.ts';

/** Moves all that runs on a host of cluster prod to the others, but the one that is tied. */
async function empty({ vc }: TestLab, { stand, move }: Moving, host: string): Promise<void> {
  const hosts = ['esx-01', 'esx-02', 'esx-03', 'esx-04'].filter((it) => it !== host);
  const tied = new Set(
    (await readAll(vc)).flatMap((it) => (it.kind === 'vm' && it.body.ties ? [it.body.name] : [])),
  );
  for (const { name, power } of (await stand(host)).vms) {
    if (power !== 'on' || tied.has(name)) continue;
    for (const to of hosts) if (await tryMove(() => move(name, { host: to }))) break;
  }
}

async function tryMove(move: () => Promise<unknown>): Promise<boolean> {
  try {
    await move();
    return true;
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'platform_refused');
    return false;
  }
}

describe('maintenance on the vCenter', () => {
  it('is entered when the last VM that runs has left, and takes nothing meanwhile', async () => {
    await using test = openTestLab();
    const { clock, vc, lab } = test;
    const moving = createMoving(vc);
    const { mark, stand, follow, move, ref } = moving;
    lab.faults.changeByOthers(vc.id, (it) => {
      it.moveVm('web-01', { host: 'esx-03' });
      it.moveVm('proxy-01', { host: 'esx-03' });
      it.setPower('proxy-01', 'off');
    });

    const task = await mark('esx-03');
    clock.advance(3_600_000);
    const waiting = await stand('esx-03');
    assert.equal(await mark('esx-03'), task);
    await assert.rejects(move('web-02', { host: 'esx-03' }), { code: 'host_unavailable' });
    const off = await ref('vm', 'proxy-01');
    await assert.rejects(vc.power.start(off, newCall()), { code: 'host_unavailable' });
    const wish = await test.wish('web-07', { host: await test.ref('host', 'esx-03') });
    await assert.rejects(vc.provisioning.clone(wish, newCall()), { code: 'host_unavailable' });
    await empty(test, moving, 'esx-03');
    clock.advance(3_600_000);
    await follow(task);

    assert.deepEqual([waiting.mark, waiting.task], ['entering', task]);
    const inside = await stand('esx-03');
    assert.equal(inside.mark, 'in');
    assert.ok(inside.vms.length > 0 && inside.vms.every(({ power }) => power === 'off'));
    const host = (await test.find('host', 'esx-03')).body;
    assert.equal(host.inMaintenance, true);
    const [entered] = lab.history();
    const lastMove = Math.max(
      ...lab
        .history()
        .slice(1)
        .map((it) => it.endedAt ?? 0),
    );
    assert.equal(entered?.endedAt, lastMove + 2000);
  });

  it('B60 waits for a VM that is starting, which comes to its end', async () => {
    await using test = openTestLab();
    const { clock, vc, lab } = test;
    const { mark, stand, where, ref } = createMoving(vc);
    lab.faults.changeByOthers(vc.id, (it) => {
      it.setHost('esx-05', { inMaintenance: false });
      it.setPower('web-01', 'off');
      it.moveVm('web-01', { host: 'esx-05' });
    });

    await vc.power.start(await ref('vm', 'web-01'), newCall());
    await mark('esx-05');
    clock.advance(5000);
    const early = await stand('esx-05');
    clock.advance(60_000);

    assert.deepEqual([early.mark, early.vms[0]?.power], ['entering', 'off']);
    assert.deepEqual(await where('web-01'), ['esx-05', 'on']);
    assert.equal((await stand('esx-05')).mark, 'entering');
  });

  it('B60 waits for an inbound move', async () => {
    await using test = openTestLab();
    const { clock, vc, lab } = test;
    const { mark, stand, where, ref } = createMoving(vc);
    lab.faults.changeByOthers(vc.id, (it) => {
      it.setHost('esx-05', { inMaintenance: false });
      it.orderMove('web-01', 'esx-05');
    });

    await mark('esx-05');
    clock.advance(5000);
    const early = await stand('esx-05');
    clock.advance(60_000);

    assert.deepEqual([early.mark, early.vms], ['entering', []]);
    assert.deepEqual(await where('web-01'), ['esx-05', 'on']);
    assert.equal((await stand('esx-05')).mark, 'entering');
    const vm = await ref('vm', 'web-01');
    await vc.power.stop(vm, newCall());
    clock.advance(5000);
    assert.equal((await stand('esx-05')).mark, 'in');
  });

  it('B58 leaves by an unmark or by a cancel of the task, from every part of the way', async () => {
    await using test = openTestLab();
    const { clock, vc } = test;
    const { mark, unmark, stand, follow } = createMoving(vc);
    const task = await mark('esx-03');
    const following = assert.rejects(follow(task), { code: 'cancelled_on_platform' });

    await unmark('esx-03');
    clock.advance(3000);
    await following;
    const unmarked = await stand('esx-03');
    await vc.tasks.cancel(await mark('esx-03'), newCall().signal);
    const cancelled = await stand('esx-03');
    await unmark('esx-05');
    clock.advance(3000);

    for (const it of [unmarked, cancelled])
      assert.deepEqual([it.mark, it.task], ['none', undefined]);
    assert.equal((await stand('esx-05')).mark, 'none');
  });

  it('B58 stays in entering after an unmark when that is ordered, and says done', async () => {
    await using test = openTestLab({ speed: 0 });
    const { mark, unmark, stand, follow } = createMoving(test.vc);
    const task = await mark('esx-03');
    test.lab.faults.succeedWithoutEffect('unmarkHost', 'all', { vm: 'esx-03' });

    await follow(await unmark('esx-03'));
    const limbo = await stand('esx-03');
    await follow(await unmark('esx-03'));

    assert.deepEqual([limbo.mark, limbo.task], ['entering', task]);
    assert.equal((await stand('esx-03')).mark, 'none');
  });

  it('fails, or says done and is not, and leaves no mark behind', async () => {
    await using test = openTestLab({ speed: 0 });
    const { mark, stand, follow } = createMoving(test.vc);
    test.lab.faults.failTask('markHost', 'platform_refused');

    await assert.rejects(follow(await mark('esx-03')), { code: 'platform_refused' });
    const failed = await stand('esx-03');
    test.lab.faults.succeedWithoutEffect('markHost');
    await follow(await mark('esx-03'));
    const idle = await stand('esx-03');

    assert.deepEqual([failed.mark, idle.mark], ['none', 'none']);
  });

  it('moves by itself with drain only where DRS is fully automated', async () => {
    for (const automation of ['partial', 'full'] as const) {
      await using test = openTestLab({ speed: 0 });
      const { mark, stand } = createMoving(test.vc);
      const before = (await stand('esx-03')).vms.filter(({ power }) => power === 'on').length;
      test.lab.faults.changeByOthers('lab-vc', (it) => it.setCluster('prod', { automation }));

      await mark('esx-03', true);

      const after = await stand('esx-03');
      const isFull = automation === 'full';
      assert.equal(after.mark, isFull ? 'in' : 'entering');
      const running = after.vms.filter(({ power }) => power === 'on').length;
      assert.equal(running, isFull ? 0 : before);
    }
  });
});
