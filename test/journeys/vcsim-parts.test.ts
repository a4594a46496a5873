/** Disks and networks of a VM on a vCenter, and what becomes of them when an answer or Drover itself is lost. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textOf } from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { askAndAgree, openStage, type Stage, seeCard, seeEnd } from './vcsim-stage.ts';

const OPTIONS = { timeout: 120_000, ...needsPeer('vcsim', 'pyvmomi') };
const ADD = 'vm disk add web-01 --size 20GiB --reason "logs"';
const SLOW = { taskDelayMs: { ReconfigVM_Task: 3000 } };
const ONCE = ['ReconfigVM_Task'];

const show = async ({ app }: Stage) => textOf(await app.say('ann', 'vm show web-01'));

async function assertOneAdded(stage: Stage): Promise<void> {
  const disks = (await show(stage)).match(/^SCSI .*/gm) ?? [];
  assert.equal(disks.length, 2, disks.join('\n'));
  assert.match(
    disks[1] ?? '',
    /^SCSI 0:1 +20 GiB +SAN-A +\[SAN-A\] web-01\/drover-[\w-]+_add-disk\.vmdk/,
  );
}

describe('a new disk', OPTIONS, () => {
  it('is there, once, and can be taken off again', async () => {
    await using stage = await openStage();

    await askAndAgree(stage, ADD);

    const { job, steps, orders } = await seeEnd(stage);
    assert.deepEqual([job, steps, orders], ['done', { 'add-disk': 'done' }, ONCE]);
    await assertOneAdded(stage);
    await stage.app.say('ann', 'vm disk remove web-01 "SCSI 0:1"');
    await stage.app.click('bob', 'Approve');
    assert.equal(await stage.app.jobEnd(2), 'done');
    assert.doesNotMatch(await show(stage), /SCSI 0:1/);
    const files = (await stage.vcsim.control('files', { datastore: 'SAN-A' })) as string[];
    assert.ok(files.some((file) => /^web-01\/drover-.*_add-disk\.vmdk$/.test(file)));
  });

  it('H13 is done, with a warning, when its answer is dropped', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'ReconfigVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage, ADD);

    const { job, steps, orders } = await seeEnd(stage);
    assert.equal(job, 'done_with_warning');
    assert.deepEqual(steps, { 'add-disk': 'done_with_warning answer_lost' });
    assert.deepEqual(orders, ONCE);
    await assertOneAdded(stage);
  });

  it('H13 is not called undone while it may still happen, after an answer that was dropped', async () => {
    await using stage = await openStage(SLOW);
    stage.proxy.add({ method: 'ReconfigVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage, ADD);
    const looking = await seeCard(stage.app, (text) => text.includes('looking'));

    assert.match(
      looking,
      /\? add an empty disk of 20 GiB to web-01: done or not, nobody knows yet\./,
    );
    const { job, orders } = await seeEnd(stage);
    assert.deepEqual([job, orders], ['done_with_warning', ONCE]);
    await assertOneAdded(stage);
  });

  it('H13 goes on with its task after Drover was ended and started anew', async () => {
    await using stage = await openStage(SLOW);
    await askAndAgree(stage, ADD);
    const before = await stage.until('add-disk', 'started');

    await stage.restart();

    const { job, orders } = await seeEnd(stage);
    assert.ok(before.task);
    assert.deepEqual([job, orders], ['done', ONCE]);
    await assertOneAdded(stage);
  });

  it('has failed in the platform’s words when it said no', async () => {
    await using stage = await openStage();
    await stage.vcsim.control('rule', { method: 'ReconfigVM_Task', fault: 'NoDiskSpace' });

    await askAndAgree(stage, ADD);

    const { job, steps, words } = await seeEnd(stage);
    assert.deepEqual([job, steps], ['failed', { 'add-disk': 'failed not_enough_space' }]);
    assert.match(words, /✖ add an empty disk of 20 GiB to web-01: .* has not enough space/);
  });
});

describe('an adapter', OPTIONS, () => {
  it('comes to a distributed network, is taken off it, and comes back', async () => {
    await using stage = await openStage();
    const agree = async (number: number, line: string) => {
      await askAndAgree(stage, line);
      assert.equal(await stage.app.jobEnd(number), 'done');
      return show(stage);
    };

    const moved = await agree(1, 'vm network connect web-01 VLAN-100');
    const off = await agree(2, 'vm network disconnect web-01');
    const back = await agree(3, 'vm network connect web-01 office');

    const nicOf = (text: string) =>
      /^ethernet-0.*|^Network adapter.*|^NIC .*/m.exec(text)?.[0] ?? text;
    assert.match(nicOf(moved), /VLAN-100 \(dvs-prod\) .* connected/);
    assert.doesNotMatch(nicOf(moved), /not connected/);
    assert.match(nicOf(off), /VLAN-100 \(dvs-prod\) .* not connected/);
    assert.match(nicOf(back), /office .* connected/);
    assert.doesNotMatch(nicOf(back), /not connected/);
  });

  it('H13 whose answer is dropped is done, with a warning, and ordered once', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'ReconfigVM_Task', fault: { kind: 'drop_answer' } });

    await askAndAgree(stage, 'vm network connect web-01 VLAN-100');

    const { job, steps, orders } = await seeEnd(stage);
    assert.equal(job, 'done_with_warning');
    assert.deepEqual(steps, { 'set-nic': 'done_with_warning answer_lost' });
    assert.deepEqual(orders, ONCE);
  });

  it('is refused a VLAN of its own, in words', async () => {
    await using stage = await openStage();

    const text = textOf(await stage.app.say('ann', 'vm network connect web-01 VLAN-100 --vlan 20'));

    assert.match(
      text,
      /On vCenter the network has its VLAN; connect it to the network of that VLAN\./,
    );
  });
});
