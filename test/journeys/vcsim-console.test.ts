/** Somebody changes things at the vCenter's own console while a job of ours is under way. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { askAndAgree, atConsole, openStage, type Stage, seeEnd } from './vcsim-stage.ts';

const OPTIONS = { timeout: 120_000, ...needsPeer('vcsim', 'pyvmomi') };
const START = 'vm start web-01 --reason "needed again"';
const OTHER_IDENTITY = '11111111-2222-3333-4444-555555555555';

describe('a clone that finds another world than the approved one', OPTIONS, () => {
  it('has failed when the name was given away meanwhile, and makes no second one', async () => {
    await using stage = await openStage();
    stage.at('sending', () => atConsole(stage, 'Rename_Task', 'web-01', { NewName: 'web-07' }));

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.deepEqual(steps, { 'clone-vm': 'failed name_taken', 'start-vm': 'skipped' });
    assert.match(
      words,
      /✖ make web-07 from its template: The name web-07 is taken in that folder\./,
    );
    assert.deepEqual([made, orders], [[], ['CloneVM_Task']]);
  });

  it('has failed when there is no space any more', async () => {
    await using stage = await openStage();
    await stage.vcsim.control('rule', { method: 'CloneVM_Task', fault: 'NoDiskSpace', at: 50 });

    await askAndAgree(stage);

    const { job, steps, words, made } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.equal(steps['clone-vm'], 'failed not_enough_space');
    assert.match(words, /The datastore has not enough space: NoDiskSpace\./);
    assert.deepEqual(made, []);
  });

  it('has failed when the template is gone, and orders nothing', async () => {
    await using stage = await openStage();
    stage.at('sending', () => atConsole(stage, 'Destroy_Task', 'ubuntu-24'));

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.equal(steps['clone-vm'], 'failed not_found');
    assert.match(words, /The template is no more where it stood, says its platform\./);
    assert.deepEqual([made, orders], [[], []]);
  });

  it('H13 does not make a second VM when the first was deleted before anyone saw it', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'CloneVM_Task', fault: { kind: 'drop_answer' } });
    stage.at('acted', () => atConsole(stage, 'Destroy_Task', 'web-07'));

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.equal(steps['clone-vm'], 'failed did_not_happen');
    assert.match(words, /It did not happen, or is gone again; give the command again/);
    assert.deepEqual([made, orders], [[], ['CloneVM_Task']]);
  });

  it('H01 H13 finds the first VM under another name, and does not make a second one', async () => {
    await using stage = await openStage();
    stage.proxy.add({ method: 'CloneVM_Task', fault: { kind: 'drop_answer' } });
    stage.at('acted', () => atConsole(stage, 'Rename_Task', 'web-07', { NewName: 'mine' }));

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.equal(steps['clone-vm'], 'failed success_without_effect');
    assert.match(words, /is not as wished: name is mine instead of web-07\./);
    assert.deepEqual(made, ['mine in /Munich/vm/prod/web, 4 CPUs, 8192 MiB, poweredOff']);
    assert.deepEqual(orders, ['CloneVM_Task']);
  });

  it('does not make a second VM when the first was deleted before its start', async () => {
    await using stage = await openStage();
    stage.at('verified', () => atConsole(stage, 'Destroy_Task', 'web-07'));

    await askAndAgree(stage);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.deepEqual(steps, { 'clone-vm': 'done', 'start-vm': 'failed not_found' });
    assert.match(words, /✖ start web-07, then check: web-07 is no more where it stood, says its/);
    assert.deepEqual([made, orders], [[], ['CloneVM_Task']]);
  });
});

describe('another VM under the handle that was approved', OPTIONS, () => {
  for (const seam of ['start_checked', 'claimed', 'sending']) {
    it(`H02 is left alone when it comes at the seam “${seam}”`, async () => {
      await using stage = await openStage();
      await turnOff(stage);
      stage.at(seam, () => giveIdentity(stage));

      await askAndAgree(stage, START);

      await assertLeftAlone(stage);
    });
  }

  it('H02 is left alone when it came before the approval', async () => {
    await using stage = await openStage();
    await turnOff(stage);
    await stage.app.say('ann', START);

    await giveIdentity(stage);
    await stage.app.click('bob', 'Approve');

    const { orders, job } = await seeEnd(stage);
    assert.notEqual(job, 'done');
    assert.deepEqual(orders, []);
  });

  it('H02 H03 orders nothing when the VM was registered anew after the start of its job', async () => {
    await using stage = await openStage();
    await turnOff(stage);
    stage.at('claimed', () => registerAnew(stage));

    await askAndAgree(stage, START);

    const { job, steps, words, made, orders } = await seeEnd(stage);
    assert.equal(job, 'failed');
    assert.deepEqual(steps, { 'start-vm': 'failed not_found' });
    assert.match(words, /✖ start web-01: web-01 is no more where it stood, says its platform\./);
    assert.deepEqual(made, ['web-01 in /Munich/vm/prod/web, 2 CPUs, 4096 MiB, poweredOff']);
    assert.deepEqual(orders, []);
  });

  it('H03 sends the request back when the VM was registered anew before the approval', async () => {
    await using stage = await openStage();
    await turnOff(stage);
    await stage.app.say('ann', START);

    await registerAnew(stage);
    await stage.app.click('bob', 'Approve');

    const { job, made, orders } = await seeEnd(stage);
    assert.equal(job, 'superseded');
    assert.deepEqual(made, ['web-01 in /Munich/vm/prod/web, 2 CPUs, 4096 MiB, poweredOff']);
    assert.deepEqual(orders, []);
  });
});

async function assertLeftAlone(stage: Stage): Promise<void> {
  const { job, steps, words, orders } = await seeEnd(stage);
  assert.equal(job, 'failed');
  assert.deepEqual(steps, { 'start-vm': 'failed not_the_vm_approved' });
  assert.match(
    words,
    /✖ start web-01: Under that handle stands another VM than the one that was approved( \(web-01\))?; nothing was done\./,
  );
  assert.deepEqual(orders, []);
}

async function turnOff(stage: Stage): Promise<void> {
  await atConsole(stage, 'PowerOffVM_Task', 'web-01');
  await eventually(() => find(stage, 'vm', 'web-01')?.body.power === 'off');
}

function giveIdentity({ vcsim }: Stage): Promise<unknown> {
  const paths = ['config.instanceUuid', 'summary.config.instanceUuid'];
  const set = Object.fromEntries(paths.map((path) => [path, OTHER_IDENTITY]));
  return vcsim.control('set', { object: 'vm-402', set });
}

/** The same VM, under a new handle. */
async function registerAnew(stage: Stage): Promise<void> {
  const folder = find(stage, 'folder', 'web')?.handle ?? '';
  await atConsole(stage, 'UnregisterVM', 'vm-402');
  const registered = await atConsole(stage, 'RegisterVM_Task', folder, {
    ...{ Path: '[SAN-A] web-01/web-01.vmx', Name: 'web-01', AsTemplate: false },
    Host: { Type: 'HostSystem', Value: 'host-101' },
  });
  assert.equal((registered as { state: string }).state, 'success');
}

function find<K extends 'vm' | 'folder'>({ app }: Stage, kind: K, name: string) {
  return app.drover.house.index.byName(kind, name)[0];
}
