/** A platform that has emptied its host by the time the job is cancelled. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '#test/helpers/open-test-app.ts';
import { openDrain } from './drain-stage.ts';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import {
  ask,
  endCard,
  holdStep,
  markOf,
  names,
  say,
  stepsOf,
  untilCard,
  vmsOn,
} from './moves-stage.ts';

const ENTER = 'host maintenance enter esx-01';

for (const kind of ['vcenter', 'hyperv'] as const)
  describe(`a ${kind} that has emptied its host before a cancel`, { timeout: 180_000 }, () => {
    it('H13 H18 has done so: the job ends as that, with the way back', async () => {
      const held = holdStep('drain-host', 'verify');
      await using app = await openDrain({ ...(kind === 'hyperv' && { kind }), alter: held.alter });
      await ask(app, ENTER);
      await held.reached;

      await say(app, 'carl', 'job cancel J-1');
      held.release();
      await app.jobEnd(1);
      const drained = (await stepsOf(app)).find((step) => step.kind === 'drain-host');
      const mark = await markOf(app, 'esx-01');
      const card = await endCard(app);
      const answer = await say(app, 'carl', 'job retry J-1');

      assert.deepEqual([drained?.state, mark], ['done', 'in']);
      assert.match(card, /J-1 · done, with a warning for Carl Wu/);
      assert.match(
        card,
        /esx-01 is in maintenance and nothing runs on it: that was over before the cancel\. To let VMs come to it again: host maintenance exit esx-01/,
      );
      assert.match(card, /\[host maintenance exit esx-01 --move-back\]/);
      assert.doesNotMatch(card, /Retry/);
      assert.match(answer, /It has ended as done/);
      assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
      assert.deepEqual(deedsOf(app), ['markHost', ...names(5).map(() => 'move')]);
    });

    it('is retried as what was wished once the VM that was left has gone off', async () => {
      const ties = [{ what: 'passthrough', label: 'PCI device 0' }] as const;
      await using app = await openDrain({
        ...(kind === 'hyperv' && { kind }),
        vms: { 'app-01': { ties: [...ties] } },
      });
      await ask(app, ENTER);
      await untilCard(app, /\[Leave: app-01\]/);
      await app.click('carl', 'Leave: app-01');
      const left = await endCard(app);
      byOthers(app, (console) => console.setPower('app-01', 'off'));
      await eventually(async () => (await markOf(app, 'esx-01')) === 'in');
      await untilKnown(app, () => findVm(app, 'app-01').body.power === 'off');

      const answer = await say(app, 'carl', 'job retry J-1');
      const card = await endCard(app);

      assert.match(left, /J-1 · incomplete/);
      assert.match(answer, /J-1 goes on/);
      assert.match(card, /J-1 · done/);
      assert.equal(deedsOf(app).filter((deed) => deed === 'markHost').length, 1);
    });
  });
