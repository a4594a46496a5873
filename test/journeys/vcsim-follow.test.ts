/** A task runs at the vCenter, and following it is cut: by a time limit, the network, the session, or our own end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import {
  askAndAgree,
  type End,
  MADE,
  openStage,
  readMade,
  seeCard,
  seeEnd,
} from './vcsim-stage.ts';

const OPTIONS = { timeout: 120_000, ...needsPeer('vcsim', 'pyvmomi') };

function assertMadeOnce({ words, unknown: _, ...end }: End): void {
  assert.deepEqual(end, {
    job: 'done',
    steps: { 'clone-vm': 'done', 'start-vm': 'done' },
    made: [`${MADE}, poweredOn`],
    orders: ['CloneVM_Task', 'PowerOnVM_Task'],
  });
  assert.match(words, /J-1 · done\n/);
}

describe('a clone that is followed', OPTIONS, () => {
  it('H13 H18 outlives its time limit, is followed on, and is done when it ends', async () => {
    const taskDelayMs = { CloneVM_Task: 2500 };
    await using stage = await openStage({ taskDelayMs, timeLimitMs: 400 });

    await askAndAgree(stage);
    const looking = await seeCard(stage.app, (text) => text.includes('looking'));

    assert.match(
      looking,
      /\? make web-07 from its template: done or not, nobody knows yet\. The platform did not finish within the time limit of this step; it is followed until it does\. The order went out \d\d:\d\d/,
    );
    const end = await seeEnd(stage);
    assertMadeOnce(end);
    assert.ok(end.unknown.includes('clone-vm'));
  });

  it('H09 H13 goes on while nobody reaches the vCenter, and is found when it is back', async () => {
    // Nothing can hold a clone of vcsim: it takes far longer than the vCenter is away.
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 6000 } });
    stage.at('started', () => stage.proxy.refuseConnections());

    await askAndAgree(stage);
    const looking = await seeCard(stage.app, (text) => text.includes('looking'));
    await stage.proxy.acceptConnections();

    assert.match(looking, /nobody knows yet\. The platform is not reachable: ECONNREFUSED\./);
    const end = await seeEnd(stage);
    assertMadeOnce(end);
    assert.deepEqual(end.unknown, ['clone-vm']);
  });

  it('has ended while nobody reached the vCenter: done, and the warning says how it is known', async () => {
    await using stage = await openStage();
    stage.at('started', () => stage.proxy.refuseConnections());

    await askAndAgree(stage);
    await stage.until('clone-vm', 'unknown');
    await stage.proxy.acceptConnections();

    const { words, made, orders, steps } = await seeEnd(stage);
    assert.equal(steps['clone-vm'], 'done_with_warning answer_lost');
    assert.match(words, /the result was looked at and is as wished/);
    assert.deepEqual(made, [`${MADE}, poweredOn`]);
    assert.deepEqual(orders, ['CloneVM_Task', 'PowerOnVM_Task']);
  });

  it('H13 goes on with the same task after Drover was ended and started anew', async () => {
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 4000 } });
    await askAndAgree(stage);
    const before = await stage.until('clone-vm', 'started');

    await stage.restart();

    assertMadeOnce(await seeEnd(stage));
    const after = await stage.until('clone-vm', 'done');
    assert.ok(before.task);
    assert.equal(after.task, before.task);
  });

  it('H13 is found done after Drover was ended and started anew', async () => {
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 1000 } });
    await askAndAgree(stage);
    await stage.until('clone-vm', 'started');

    await stage.restart(() => eventually(async () => (await readMade(stage.vcsim)).length > 0));

    assertMadeOnce(await seeEnd(stage));
  });
});

describe('a session that the vCenter ends', OPTIONS, () => {
  for (const seam of ['sending', 'started', 'followed']) {
    it(`is renewed in silence at the seam “${seam}”: one VM, and no warning`, async () => {
      await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 800 } });
      stage.at(seam, async () => {
        assert.deepEqual(await stage.vcsim.control('expire'), { ended: 1 });
      });

      await askAndAgree(stage);

      const end = await seeEnd(stage);
      assertMadeOnce(end);
      assert.deepEqual(end.unknown, []);
    });
  }

  it('refuses the order itself, which then goes out a second time: it did nothing before', async () => {
    await using stage = await openStage();
    const rule = { method: 'CloneVM_Task', fault: 'NotAuthenticated', when: 'call' };
    await stage.vcsim.control('rule', rule);

    await askAndAgree(stage);

    const { orders, ...end } = await seeEnd(stage);
    assert.deepEqual(orders, ['CloneVM_Task', 'CloneVM_Task', 'PowerOnVM_Task']);
    assertMadeOnce({ ...end, orders: orders.slice(1) });
  });
});
