/** The order for a clone is sent, and what comes back is no plain yes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from '../helpers/peers/fault-rules.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { askAndAgree, atConsole, MADE, openStage, seeCard, seeEnd } from './vcsim-stage.ts';

const LOST = {
  job: 'done_with_warning',
  steps: { 'clone-vm': 'done_with_warning answer_lost', 'start-vm': 'done' },
  made: [`${MADE}, poweredOn`],
  orders: ['CloneVM_Task', 'PowerOnVM_Task'],
};
const NEVER_ARRIVED = {
  job: 'failed',
  steps: { 'clone-vm': 'failed did_not_happen', 'start-vm': 'skipped' },
  made: [],
  orders: ['CloneVM_Task'],
};
const OPTIONS = { timeout: 120_000, ...needsPeer('vcsim', 'pyvmomi') };

const ARRIVED: Readonly<Record<string, Fault>> = {
  'is dropped': { kind: 'drop_answer' },
  'comes in half': { kind: 'cut_answer' },
  'never comes': { kind: 'black_hole', reachesServer: true },
};
const LOST_ON_THE_WAY: Readonly<Record<string, Fault>> = {
  'is dropped': { kind: 'drop_request' },
  'goes into a black hole': { kind: 'black_hole' },
  'is answered by a gateway': { kind: 'answer_status', status: 503 },
};

describe('an order to clone that arrives', OPTIONS, () => {
  for (const [how, fault] of Object.entries(ARRIVED)) {
    it(`H13 makes one VM when its answer ${how}: done, with a warning`, async () => {
      await using stage = await openStage({ answerTimeoutMs: 700 });
      stage.proxy.add({ method: 'CloneVM_Task', fault });

      await askAndAgree(stage);

      const { words, unknown: _, ...end } = await seeEnd(stage);
      assert.deepEqual(end, LOST);
      assert.match(words, /J-1 · done, with a warning/);
      assert.match(
        words,
        /! make web-07 from its template: The answer was lost on the way; the result was looked at and is as wished\./,
      );
    });
  }

  it('H13 makes one VM when its answer is dropped and it goes on for a while', async () => {
    await using stage = await openStage({ taskDelayMs: { CloneVM_Task: 1500 } });
    stage.proxy.add({ method: 'CloneVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage);
    const looking = await seeCard(stage.app, (text) => text.includes('looking'));

    assert.match(looking, /done or not, nobody knows yet\. .* did not answer after the order/);
    assert.match(looking, /Drover looks again and will not order it twice\./);
    const end = await seeEnd(stage);
    assert.deepEqual(end.made, LOST.made);
    assert.deepEqual(end.orders, LOST.orders);
    assert.deepEqual(end.unknown, ['clone-vm']);
  });

  it('H13 has made the VM though its task says that it failed: done, with a warning', async () => {
    await using stage = await openStage();
    const fault = { fault: 'GenericVmConfigFault', when: 'after' };
    await stage.vcsim.control('rule', { method: 'CloneVM_Task', ...fault });

    await askAndAgree(stage);

    const { words, ...end } = await seeEnd(stage);
    const warned = { 'clone-vm': 'done_with_warning effect_without_success', 'start-vm': 'done' };
    assert.deepEqual(end, { ...LOST, steps: warned, unknown: [] });
    assert.match(words, /The platform said it failed: GenericVmConfigFault, and the result is/);
  });

  it('H13 has failed though its task says done: nothing is there', async () => {
    await using stage = await openStage();
    await stage.vcsim.control('rule', { method: 'CloneVM_Task', noEffect: true });

    await askAndAgree(stage);

    const { words, ...end } = await seeEnd(stage);
    const failed = { 'clone-vm': 'failed success_without_effect', 'start-vm': 'skipped' };
    assert.deepEqual(end, { ...NEVER_ARRIVED, steps: failed, unknown: [] });
    assert.match(words, /The platform said done, and the result is not as wished\./);
  });

  it('H13 has failed when the memory is not as asked; the VM stays, off and hers', async () => {
    await using stage = await openStage();
    stage.at('followed', () =>
      atConsole(stage, 'ReconfigVM_Task', 'web-07', { Spec: { MemoryMB: 4096 } }),
    );

    await askAndAgree(stage);

    const { words, ...end } = await seeEnd(stage);
    assert.equal(end.job, 'failed');
    assert.deepEqual(end.steps, {
      'clone-vm': 'failed success_without_effect',
      'start-vm': 'skipped',
    });
    assert.match(words, /is not as wished: memory is 4 GiB instead of 8 GiB\./);
    assert.deepEqual(end.made, ['web-07 in /Munich/vm/prod/web, 4 CPUs, 4096 MiB, poweredOff']);
    const [vm] = stage.app.drover.house.index.byName('vm', 'web-07');
    assert.ok(vm?.ownerId, 'it counts in her quota');
  });

  it('H13 has failed when the answer is dropped and the memory is not as asked', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'CloneVM_Task', fault: { kind: 'drop_answer' } });
    stage.at('acted', () =>
      atConsole(stage, 'ReconfigVM_Task', 'web-07', { Spec: { MemoryMB: 4096 } }),
    );

    await askAndAgree(stage);

    const { steps, words, made, orders } = await seeEnd(stage);
    assert.equal(steps['clone-vm'], 'failed success_without_effect');
    assert.match(words, /is not as wished: memory is 4 GiB instead of 8 GiB\./);
    assert.deepEqual(orders, ['CloneVM_Task']);
    assert.deepEqual(made, ['web-07 in /Munich/vm/prod/web, 4 CPUs, 4096 MiB, poweredOff']);
  });
});

describe('an order to clone that gets lost', OPTIONS, () => {
  for (const [how, fault] of Object.entries(LOST_ON_THE_WAY)) {
    it(`H13 has failed when it ${how}, and is not sent again`, async () => {
      await using stage = await openStage({ answerTimeoutMs: 700 });
      stage.proxy.add({ method: 'CloneVM_Task', fault });

      await askAndAgree(stage);

      const { words, ...end } = await seeEnd(stage);
      assert.deepEqual(end, { ...NEVER_ARRIVED, unknown: ['clone-vm'] });
      assert.match(words, /✖ make web-07 from its template: The platform shows no trace of it/);
      assert.match(words, /give the command again if it is still wanted\./);
    });
  }

  it('is tried again when no connection came about, and then done', async () => {
    await using stage = await openStage({ tries: 20 });
    stage.at('sending', () => stage.proxy.refuseConnections());

    await askAndAgree(stage);
    const waiting = await seeCard(stage.app, (text) => text.includes('tries again'));
    await stage.proxy.acceptConnections();

    assert.match(waiting, /tries again \(\d so far\)\. The platform is not reachable/);
    const end = await seeEnd(stage);
    assert.equal(end.job, 'done');
    assert.deepEqual(end.made, LOST.made);
    assert.deepEqual(end.orders, LOST.orders);
    assert.deepEqual(end.unknown, []);
  });
});
