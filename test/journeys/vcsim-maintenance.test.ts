/** A VM's maintenance on a vCenter: its adapters and its memory, Drover ended in between, and the way back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually, textOf } from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { findVm } from './look.ts';
import { openStage, type Stage } from './vcsim-stage.ts';

const OPTIONS = { timeout: 180_000, ...needsPeer('vcsim', 'pyvmomi') };
const ENTER = 'vm maintenance enter web-01 --off-network --save --reason repair';
const EXIT = 'vm maintenance exit web-01';

const say = async ({ app }: Stage, line: string) =>
  textOf(await app.say('carl', line)).replaceAll(/\s+/g, ' ');

async function agree(stage: Stage, number: number, line: string) {
  const asked = await say(stage, line);
  await stage.app.say('bob', `approval approve R-${number}`);
  return asked;
}

const standOf = ({ app }: Stage) => {
  const { power, nics } = findVm(app, 'web-01').body;
  return [power, ...nics.map(({ networkHandle, connected }) => [networkHandle, connected])];
};

/** A notice of a moment before may still be on its way to the index. */
const untilItStands = (stage: Stage, as: unknown) =>
  eventually(() => isDeepStrictEqual(standOf(stage), as));

describe('a VM in maintenance on a vCenter', OPTIONS, () => {
  it('is off its network and suspended, and comes back as it was', async () => {
    await using stage = await openStage();
    const before = standOf(stage);

    const asked = await agree(stage, 1, ENTER);
    const entered = await stage.app.jobEnd(1);
    const [power, [network, connected] = []] = standOf(stage) as [string, [string, boolean]];
    const exit = await agree(stage, 2, EXIT);
    const left = await stage.app.jobEnd(2);

    assert.equal(before[0], 'on', 'the test wants a VM that runs');
    assert.match(asked, /is taken off \S+; its traffic ends at once/);
    assert.deepEqual([entered, power, connected], ['done', 'suspended', false]);
    assert.equal(network, (before[1] as [string, boolean])[0]);
    assert.match(exit, /web-01 is started again, as it was before\./);
    assert.equal(left, 'done');
    await untilItStands(stage, before);
  });

  it('H13 is known as it was when Drover ends while the vCenter still writes its memory', async () => {
    await using stage = await openStage({ taskDelayMs: { SuspendVM_Task: 3000 } });
    const before = standOf(stage);
    await agree(stage, 1, ENTER);
    await stage.until('save-vm', 'started');

    await stage.restart();
    const entered = await stage.app.jobEnd(1);
    const shown = await say(stage, 'vm show web-01');
    await agree(stage, 2, EXIT);

    assert.match(entered, /^done/);
    assert.match(shown, /Maintenance: off its networks and saved, since .* by Carl Wu \(J-1\)/);
    assert.equal(await stage.app.jobEnd(2), 'done');
    await untilItStands(stage, before);
  });

  it('has what stood before when the vCenter refuses to suspend it, and comes back from there', async () => {
    await using stage = await openStage();
    const before = standOf(stage);
    await stage.vcsim.control('rule', { method: 'SuspendVM_Task', fault: 'NoDiskSpace' });

    await agree(stage, 1, ENTER);
    const entered = await stage.app.jobEnd(1);
    await agree(stage, 2, EXIT);

    assert.equal(entered, 'failed');
    assert.equal(await stage.app.jobEnd(2), 'done');
    await untilItStands(stage, before);
  });
});
