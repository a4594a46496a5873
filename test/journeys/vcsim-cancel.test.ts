/** A job is cancelled in the middle: what came of it is read from the vCenter, not taken for granted. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textOf } from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { askAndAgree, MADE, openStage, type Stage, seeCard, seeEnd } from './vcsim-stage.ts';

const OPTIONS = { timeout: 120_000, ...needsPeer('vcsim', 'pyvmomi') };

describe('a cancel in the middle of a clone', OPTIONS, () => {
  it('H18 stops the task; nothing is there, and the card says that it was looked at', async () => {
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 20_000 } });
    await askAndAgree(stage);

    const answer = await cancelRunning(stage);

    assert.match(answer, /J-1 is being stopped/);
    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'cancelled');
    assert.deepEqual(steps, {
      'clone-vm': 'cancelled cancelled_on_platform',
      'start-vm': 'cancelled',
    });
    assert.match(
      words,
      /– make web-07 from its template: cancelled\. The platform was looked at afterwards: it is not done\./,
    );
    assert.match(words, /– start web-07, then check: cancelled before it was ordered/);
    assert.deepEqual([made, orders], [[], ['CloneVM_Task']]);
    assert.equal((await stage.app.audit('cancel_asked')).length, 1);
  });

  it('H18 comes too late: the VM is there, off, and the card says so', async () => {
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 1500 } });
    const rule = { method: 'CancelTask', fault: 'InvalidState', when: 'call' };
    await stage.vcsim.control('rule', rule);
    const cancelled = Promise.withResolvers<void>();
    // However long the cancel takes, it comes before the next step would begin.
    stage.at('followed', () => cancelled.promise);
    await askAndAgree(stage);

    await cancelRunning(stage);
    cancelled.resolve();

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'cancelled');
    assert.deepEqual(steps, { 'clone-vm': 'done', 'start-vm': 'cancelled' });
    assert.match(words, /✔ make web-07 from its template/);
    assert.match(words, /What was done before is not undone\./);
    assert.deepEqual([made, orders], [[`${MADE}, poweredOff`], ['CloneVM_Task']]);
  });

  it('H13 H18 ends only when it is known, where the answer to the order was dropped', async () => {
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 2000 } });
    stage.proxy.add({ method: 'CloneVM_Task', fault: { kind: 'drop_answer' } });
    const cancelled = Promise.withResolvers<void>();
    // The first claim is for the order, the second for a look, which might find it.
    stage.at('claimed', () => stage.at('claimed', () => cancelled.promise));
    await askAndAgree(stage);
    await stage.until('clone-vm', 'unknown');
    await seeCard(stage.app, (text) => text.includes('Cancel…'));

    await stage.app.click('ann', 'Cancel…');
    cancelled.resolve();

    const { job, made, orders } = await seeEnd(stage);
    assert.equal(job, 'cancelled');
    // Nobody knows its task, so it goes on; it is there, and its step says so.
    assert.deepEqual([made, orders], [[`${MADE}, poweredOff`], ['CloneVM_Task']]);
  });
});

/** Ann clicks Cancel once the clone runs; answers what she is told. */
async function cancelRunning(stage: Stage): Promise<string> {
  await stage.until('clone-vm', 'started');
  await seeCard(stage.app, (text) => text.includes('Cancel…'));
  return textOf(await stage.app.click('ann', 'Cancel…'));
}
