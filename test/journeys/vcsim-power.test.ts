/** The start and the shutdown of a VM, which nothing but its state and a task show. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textOf } from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { doAtConsole, readBackVms } from '../helpers/peers/pyvmomi.ts';
import {
  askAndAgree,
  atConsole,
  MADE,
  openStage,
  type Stage,
  seeCard,
  seeEnd,
} from './vcsim-stage.ts';

const OPTIONS = { timeout: 120_000, ...needsPeer('vcsim', 'pyvmomi') };
const ORDERS = ['CloneVM_Task', 'PowerOnVM_Task'];
const SLOW = { taskDelayMs: { PowerOnVM_Task: 3000 } };
const GO_ON = [{ key: '0', label: 'Go on' }];

describe('the start of a VM that was made', OPTIONS, () => {
  it('H13 is done, with a warning, when its answer is dropped', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'done_with_warning');
    assert.deepEqual(steps, { 'clone-vm': 'done', 'start-vm': 'done_with_warning answer_lost' });
    assert.match(words, /! start web-07, then check: The answer was lost on the way/);
    assert.deepEqual([made, orders], [[`${MADE}, poweredOn`], ORDERS]);
  });

  it('H13 is not called undone while it may still happen, after an answer that was dropped', async () => {
    await using stage = await openStage(SLOW);
    stage.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage);
    const looking = await seeCard(stage.app, (text) => text.includes('looking'));

    assert.match(looking, /\? start web-07, then check: done or not, nobody knows yet\./);
    const { job, steps, made, orders } = await seeEnd(stage);
    assert.equal(job, 'done_with_warning');
    assert.equal(steps['start-vm'], 'done_with_warning answer_lost');
    assert.deepEqual([made, orders], [[`${MADE}, poweredOn`], ORDERS]);
  });

  it('H13 has failed once its time is over and the VM is still off', async () => {
    await using stage = await openStage({ timeLimitMs: 1000 });
    stage.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_request' } });

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.equal(steps['start-vm'], 'failed did_not_happen');
    assert.match(words, /✖ start web-07, then check: The platform shows no trace of it/);
    assert.match(words, /What was done before is not undone\./);
    assert.deepEqual([made, orders], [[`${MADE}, poweredOff`], ORDERS]);
  });

  it('H13 goes on with its task after Drover was ended and started anew', async () => {
    await using stage = await openStage(SLOW);
    await askAndAgree(stage);
    const before = await stage.until('start-vm', 'started');

    await stage.restart();

    const { job, steps, made, orders } = await seeEnd(stage);
    assert.ok(before.task);
    assert.equal(job, 'done');
    assert.deepEqual(steps, { 'clone-vm': 'done', 'start-vm': 'done' });
    assert.deepEqual([made, orders], [[`${MADE}, poweredOn`], ORDERS]);
  });

  it('H09 goes on with its task when the vCenter is reached again', async () => {
    await using stage = await openStage();
    // Its start goes on until that is answered, however long the rest takes.
    const asked = { vm: 'web-07', id: '7', text: 'Go on?', choices: GO_ON };
    stage.at('verified', () => stage.vcsim.control('question', asked));
    await askAndAgree(stage);
    await stage.until('start-vm', 'started');

    await stage.proxy.refuseConnections();
    await stage.until('start-vm', 'unknown');
    await stage.proxy.acceptConnections();
    await stage.until('start-vm', 'started');
    await doAtConsole(stage.vcsim, 'answer', 'web-07', '0');

    const { job, made, orders, unknown } = await seeEnd(stage);
    assert.equal(job, 'done');
    assert.deepEqual(unknown, ['start-vm']);
    assert.deepEqual([made, orders], [[`${MADE}, poweredOn`], ORDERS]);
  });

  it('has failed in the platform’s words when it said no; the VM stays, off', async () => {
    await using stage = await openStage();
    const rule = { method: 'PowerOnVM_Task', fault: 'InsufficientMemoryResourcesFault' };
    await stage.vcsim.control('rule', rule);

    await askAndAgree(stage);

    const { job, steps, words, made } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.equal(steps['start-vm'], 'failed not_enough_memory');
    assert.match(words, /has not enough memory: InsufficientMemoryResourcesFault\./);
    assert.match(words, /What was done before is not undone\./);
    assert.deepEqual(made, [`${MADE}, poweredOff`]);
  });

  it('H13 ends when somebody deletes the VM while nobody knows: gone, on the platform’s word', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_answer' } });
    // Its order is the second: the first made it.
    stage.at('acted', () =>
      stage.at('acted', async () => {
        await atConsole(stage, 'PowerOffVM_Task', 'web-07');
        await atConsole(stage, 'Destroy_Task', 'web-07');
      }),
    );

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.deepEqual(steps, { 'clone-vm': 'done', 'start-vm': 'failed not_found' });
    assert.match(
      words,
      /✖ start web-07, then check: web-07 is no more where it stood, says its platform\./,
    );
    assert.deepEqual([made, orders], [[], ORDERS]);
  });
});

describe('a VM whose memory is written to disk', OPTIONS, () => {
  const SAVE = 'vm save web-01 --reason "host repair"';

  it('is suspended by the vCenter, and its resumption is a power-on', async () => {
    await using stage = await openStage();

    await askAndAgree(stage, SAVE);
    const saved = await seeEnd(stage);
    const suspended = await powerOf(stage);
    const plan = await stage.app.say('ann', 'vm resume web-01 --plan');
    await askAndAgree(stage, 'vm resume web-01');
    const resumed = await stage.app.jobEnd(2);

    assert.deepEqual([saved.job, saved.steps], ['done', { 'save-vm': 'done' }]);
    assert.match(saved.words, /✔ write the memory of web-01 to disk and halt it/);
    assert.match(textOf(plan), /started from its memory on disk/);
    assert.deepEqual([suspended, resumed], ['suspended', 'done']);
    assert.equal(await powerOf(stage), 'poweredOn');
    const orders = stage.proxy.methods.filter((method) => method.endsWith('_Task'));
    assert.deepEqual(orders, ['SuspendVM_Task', 'PowerOnVM_Task']);
  });

  it('H13 is done, with a warning, when its answer is dropped', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'SuspendVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage, SAVE);

    const { job, steps, orders } = await seeEnd(stage);
    assert.equal(job, 'done_with_warning');
    assert.deepEqual(steps, { 'save-vm': 'done_with_warning answer_lost' });
    assert.deepEqual([await powerOf(stage), orders], ['suspended', ['SuspendVM_Task']]);
  });

  it('H13 is not called done while it may still happen, and has failed once its time is over', async () => {
    await using stage = await openStage({ timeLimitMs: 1000 });
    stage.proxy.add({ method: 'SuspendVM_Task', fault: { kind: 'drop_request' } });

    await askAndAgree(stage, SAVE);

    const { job, steps, orders, unknown } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.deepEqual(steps, { 'save-vm': 'failed did_not_happen' });
    assert.deepEqual([await powerOf(stage), orders], ['poweredOn', ['SuspendVM_Task']]);
    assert.deepEqual(unknown, ['save-vm']);
  });

  it('H13 is followed by its task after Drover was ended and started anew', async () => {
    await using stage = await openStage({ taskDelayMs: { SuspendVM_Task: 3000 } });
    await askAndAgree(stage, SAVE);
    const before = await stage.until('save-vm', 'started');

    await stage.restart();

    const { job, orders } = await seeEnd(stage);
    assert.ok(before.task);
    assert.deepEqual([job, orders], ['done', ['SuspendVM_Task']]);
    assert.equal(await powerOf(stage), 'suspended');
  });

  it('has failed in the platform’s words when somebody powered it off before', async () => {
    await using stage = await openStage();
    stage.at('sending', () => atConsole(stage, 'PowerOffVM_Task', 'web-01'));

    await askAndAgree(stage, SAVE);

    const { job, steps, words } = await seeEnd(stage);
    assert.deepEqual([job, steps], ['failed', { 'save-vm': 'failed wrong_power_state' }]);
    assert.match(words, /The platform does not do that while web-01 is/);
  });

  it('is not paused: a vCenter cannot, and the remedy is named', async () => {
    await using stage = await openStage();

    const answer = textOf(await stage.app.say('ann', 'vm pause web-01')).replaceAll(/\s+/g, ' ');

    assert.match(answer, /vCenter cannot pause a VM; vm save web-01 writes it to disk instead\./);
  });
});

async function powerOf({ vcsim }: Stage): Promise<string | null | undefined> {
  return (await readBackVms(vcsim)).find(({ name }) => name === 'web-01')?.powerState;
}

describe('a guest that is asked to shut down', OPTIONS, () => {
  it('H18 has failed when it stays up beyond its time, and the way on is said', async () => {
    await using stage = await openStage({ timeLimitMs: 700, guestDelayMs: 60_000 });

    await askAndAgree(stage, 'vm shutdown web-01 --reason "patches"');

    const { job, steps, words, orders, unknown } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.deepEqual(Object.values(steps), ['failed guest_did_not_shut_down']);
    assert.match(
      words,
      /The guest of web-01 was asked to shut down and did not\. vm stop web-01 powers/,
    );
    assert.deepEqual([orders, unknown], [['ShutdownGuest'], []]);
  });
});
