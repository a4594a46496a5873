/** Who asked loses the right while their job runs: what is in hand ends, nothing else begins, and operators are asked (H26). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Parts } from '#bot/drover.ts';
import { OperationError } from '#core/errors.ts';
import { ASK_AFTER_MS } from '#core/jobs/hold.ts';
import { eventually, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { createPeople, type LabPerson } from './alterations.ts';
import { buttonsOf, listFacts, readJob } from './look.ts';
import { endCard, markOf, readCard, vmsOn } from './moves-stage.ts';
import {
  ALL,
  countMoved,
  movesOf,
  openEvacuation,
  openRunning,
  untilAsked,
} from './rights-lost-stage.ts';

async function findButton(app: TestApp, person: string, label: string): Promise<string> {
  const actions = (await app.messages(person)).flatMap(({ card }) => card.actions);
  return actions.findLast((action) => action.label === label)?.id ?? '';
}

const NO_RIGHT = { groups: ['web-team'] };
const LOST: Record<string, [Partial<LabPerson> | 'gone', string]> = {
  'is disabled': [{ state: 'disabled' }, 'The account of Carl Wu is disabled'],
  'is gone': ['gone', 'The account of Carl Wu is gone'],
  'lost the right': [NO_RIGHT, 'Carl Wu no longer has the right host.maintenance.enter'],
};

describe('a requester who, while the job runs,', { timeout: 100_000 }, () => {
  for (const [how, [change, words]] of Object.entries(LOST)) {
    it(`H26 ${how}: the move in hand ends, no other begins, and it ends as an operator says`, async () => {
      await using running = await openEvacuation();
      const { app, people } = running;

      if (change === 'gone') people.remove('carl');
      else people.change('carl', change);
      running.letGo(ALL);
      await untilAsked(app);
      const asked = await readCard(app, 'J-1', 'bob');
      await eventually(async () => (await countMoved(app)) === 1);
      const inMiddle = [movesOf(app), await markOf(app, 'esx-01')];
      await app.click('bob', 'End it here');
      const card = await endCard(app, 1, 'bob');

      assert.ok(asked.includes(`${words}. So it begins nothing more, since `), asked);
      assert.match(asked, /An operator says whether it goes on, until .*; else it ends here\./);
      assert.deepEqual(inMiddle, [1, 'entering']);
      assert.match(card, /J-1 · cancelled .*esx-01 takes VMs again/);
      assert.ok(card.toLowerCase().includes(`ended before its time: ${words.toLowerCase()}`), card);
      assert.deepEqual(
        [movesOf(app), await markOf(app, 'esx-01'), (await vmsOn(app, 'esx-01')).length],
        [1, 'none', 3],
      );
    });
  }

  it('H26 lost the right: it goes on by an operator’s right, and is asked about again when that is lost', async () => {
    await using running = await openEvacuation();
    const { app, people } = running;
    people.change('carl', NO_RIGHT);
    running.letGo(1);
    await untilAsked(app);

    await app.click('bob', 'Go on by my right');
    await running.untilBegun(2);
    const byBob = await readCard(app, 'J-1', 'eva');
    people.change('bob', NO_RIGHT);
    running.letGo(ALL);
    await untilAsked(app, 'eva');
    const again = await readCard(app, 'J-1', 'eva');
    await app.click('eva', 'Go on by my right');
    const card = await endCard(app, 1, 'eva');

    assert.match(byBob, /Goes on by the word and the right of Bob Stein\./);
    assert.match(again, /Bob Stein no longer has the right host\.maintenance\.enter\./);
    assert.match(card, /J-1 · done/);
    assert.deepEqual([await markOf(app, 'esx-01'), movesOf(app)], ['in', ALL]);
    assert.deepEqual(
      (await app.audit('gate_answered')).map(({ personId }) => personId),
      ['lab-eva', 'lab-bob'],
    );
  });

  it('H26 lost the right does not go on by somebody without it, who may still end it', async () => {
    await using running = await openEvacuation();
    const { app, people } = running;
    people.change('carl', NO_RIGHT);
    running.letGo(ALL);
    await untilAsked(app);
    await untilAsked(app, 'dora');

    const buttons = await buttonsOf(app, 'dora', 'J-1');
    const goOn = await findButton(app, 'bob', 'Go on by my right');
    people.change('bob', { groups: ['drover-admins'] });
    const refused = await app.clickId('bob', goOn);
    await app.click('dora', 'End it here');
    const card = await endCard(app, 1, 'bob');

    assert.deepEqual(buttons, ['End it here', 'Cancel…']);
    assert.match(textOf(refused), /Not allowed: host maintenance enter J-1/);
    assert.match(card, /J-1 · cancelled .*Ended before its time: Carl Wu no longer has the right/);
    assert.deepEqual([movesOf(app), await markOf(app, 'esx-01')], [1, 'none']);
  });

  it('H26 lost the right while Drover was down begins nothing after its start', async () => {
    using folder = createTemporaryFolder('moves');
    const people = createPeople();
    {
      await using running = await openEvacuation({ folder: folder.path, people });
      people.change('carl', NO_RIGHT);
      running.letGo(0);
    }
    await using running = await openRunning({ folder: folder.path, people });
    const { app } = running;
    running.letGo(ALL);

    await untilAsked(app);
    const before = movesOf(app);
    await app.click('bob', 'Go on by my right');
    const card = await endCard(app, 1, 'bob');

    assert.ok(before <= 1, String(before));
    assert.match(card, /J-1 · done/);
    assert.deepEqual([movesOf(app), await vmsOn(app, 'esx-01')], [ALL, []]);
  });

  it('H26 lost the right is asked about once, though what was read was lost on the way and Drover started anew', async () => {
    using folder = createTemporaryFolder('moves');
    const people = createPeople();
    let lost = 0;
    const seam = (name: string) => {
      if (name !== 'rights_read' || lost > 0) return;
      lost += 1;
      throw new Error('the worker dies here');
    };
    {
      const alter = (parts: Parts): Parts => ({ ...parts, seam });
      await using running = await openEvacuation({ folder: folder.path, people, alter });
      people.change('carl', NO_RIGHT);
      running.letGo(1);
      await untilAsked(running.app);
    }
    await using running = await openRunning({ folder: folder.path, people });
    const { app } = running;
    running.letGo(ALL);

    await app.click('bob', 'End it here');
    const card = await endCard(app, 1, 'bob');

    assert.equal(lost, 1);
    assert.match(card, /J-1 · cancelled/);
    assert.deepEqual([movesOf(app), (await listFacts(app, 'job_held')).length], [1, 1]);
  });
});

describe('a directory that does not answer while a job runs', { timeout: 100_000 }, () => {
  it('H26 H09 ends nothing: no other move begins, and it goes on by itself when there is an answer', async () => {
    await using running = await openEvacuation();
    const { app, people } = running;

    people.fall(true);
    running.letGo(ALL);
    await eventually(async () => (await readJob(app, 1)).code === 'rights_unknown');
    await eventually(async () => (await countMoved(app)) === 1);
    const held = [movesOf(app), (await readJob(app, 1)).state];
    people.fall(false);
    const card = await endCard(app);

    assert.deepEqual(held, [1, 'running']);
    assert.match(card, /J-1 · done/);
    assert.deepEqual([movesOf(app), await markOf(app, 'esx-01')], [ALL, 'in']);
    const [fact, ...others] = await listFacts(app, 'job_held');
    assert.deepEqual(fact, { code: 'rights_unknown', cause: 'directory_not_reachable' });
    assert.deepEqual(others, []);
  });

  it('H26 H09 and then says that the right is lost: the operators are asked', async () => {
    await using running = await openEvacuation();
    const { app, people } = running;
    people.fall(true);
    running.letGo(ALL);
    await eventually(async () => (await readJob(app, 1)).code === 'rights_unknown');

    people.change('carl', { state: 'disabled' });
    people.fall(false);
    await untilAsked(app);
    await app.click('bob', 'End it here');
    const card = await endCard(app, 1, 'bob');

    assert.match(
      card,
      /J-1 · cancelled .*Ended before its time: the account of Carl Wu is disabled/,
    );
    assert.equal(movesOf(app), 1);
  });

  it('H18 H26 H09 of the requester alone: after a quarter of an hour it goes on by an operator’s right', async () => {
    const clock = createShiftedClock();
    let isUnread = false;
    const alter = (parts: Parts): Parts =>
      clock.alter({
        ...parts,
        directory: {
          ...parts.directory,
          async findAccount(id) {
            if (isUnread && id === 'lab-carl')
              throw new OperationError('directory_not_reachable', 'not_started', {});
            return parts.directory.findAccount(id);
          },
        },
      });
    await using running = await openEvacuation({ alter });
    const { app } = running;
    isUnread = true;
    running.letGo(ALL);
    await eventually(async () => (await readJob(app, 1)).code === 'rights_unknown');

    clock.forward(ASK_AFTER_MS);
    await untilAsked(app);
    const asked = await readCard(app, 'J-1', 'bob');
    // A click that is as old as that would be late.
    clock.forward(-ASK_AFTER_MS);
    await app.click('bob', 'Go on by my right');
    const card = await endCard(app, 1, 'bob');

    assert.match(asked, /or an operator says whether it goes on, until .*; else it ends here\./);
    assert.match(card, /J-1 · done/);
    assert.equal(movesOf(app), ALL);
  });
});
