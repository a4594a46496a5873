/** A platform that has emptied its host by the time the job is cancelled. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDrain } from './drain-stage.ts';
import { deedsOf } from './look.ts';
import { ask, endCard, holdStep, markOf, names, say, stepsOf, vmsOn } from './moves-stage.ts';

const ENTER = 'host maintenance enter esx-01';

for (const kind of ['vcenter', 'hyperv'] as const)
  describe(`a ${kind} that has emptied its host before a cancel`, { timeout: 180_000 }, () => {
    it('H13 H18 has done so, and a retry ends as that without a second order', async () => {
      const held = holdStep('drain-host', 'verify');
      await using app = await openDrain({ ...(kind === 'hyperv' && { kind }), alter: held.alter });
      await ask(app, ENTER);
      await held.reached;

      await say(app, 'carl', 'job cancel J-1');
      held.release();
      await app.jobEnd(1);
      const drained = (await stepsOf(app)).find((step) => step.kind === 'drain-host');
      const mark = await markOf(app, 'esx-01');
      const answer = await say(app, 'carl', 'job retry J-1');
      const card = await endCard(app);

      assert.deepEqual([drained?.state, mark], ['done', 'in']);
      assert.match(answer, /J-1 goes on/);
      assert.match(card, /J-1 · done for Carl Wu/);
      assert.deepEqual([await markOf(app, 'esx-01'), await vmsOn(app, 'esx-01')], ['in', []]);
      assert.deepEqual(deedsOf(app), ['markHost', ...names(5).map(() => 'move')]);
    });
  });
