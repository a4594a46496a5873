/** A cancel ends in a state that is read back from the platform (H18), and who may ask for it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
  withoutRights,
} from '#test/helpers/open-test-app.ts';
import { openAgreed } from './agreed.ts';
import { hurry } from './alterations.ts';
import { buttonsOf, byOthers, cardOf, deedsOf, readJob, untilKnown } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
/** Tasks take so long that only a cancel ends them in time. */
const SLOW = labConfig((text) => text.replace('speed: 0', 'speed: 0.1'));

async function untilDeed(app: TestApp, deed: string): Promise<void> {
  await eventually(() => deedsOf(app).includes(deed));
  await eventually(async () => {
    const { id } = await readJob(app, 1);
    const steps = await app.drover.house.store.read(({ jobs }) => jobs.listSteps({ jobId: id }));
    return steps.some(({ state }) => state === 'started');
  });
}

describe('a cancel', { timeout: 60_000 }, () => {
  it('H18 before the start ends the job with nothing done and nothing held', async () => {
    await using agreed = await openAgreed('ann', CREATE);
    const { app } = agreed;

    const answer = await app.say('ann', 'job cancel J-1');
    const state = await agreed.start();

    assert.match(textOf(answer), /J-1 is being stopped/);
    assert.equal(state, 'cancelled');
    assert.match(await cardOf(app, 'ann', 'J-1'), /J-1 · cancelled/);
    assert.match(await cardOf(app, 'ann', 'R-1'), /J-1 is cancelled/);
    assert.deepEqual(await buttonsOf(app, 'ann', 'J-1'), []);
    assert.deepEqual(deedsOf(app), []);
    const held = await app.drover.house.store.read((reads) => reads.reservations.list());
    assert.deepEqual(held, []);
  });

  it('H18 of a running clone stops it on the platform, and the end says what was read back', async () => {
    await using app = await openTestApp({ config: SLOW, alter: hurry });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    await untilDeed(app, 'clone');

    await app.say('ann', 'job cancel J-1');
    const state = await app.jobEnd(1);

    assert.equal(state, 'cancelled');
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 0);
    const card = await cardOf(app, 'ann', 'J-1');
    assert.match(card, /make web-07 from its template: cancelled/);
    assert.match(card, /start web-07, then check: cancelled/);
    assert.deepEqual(deedsOf(app), ['clone']);
    const again = await app.say('ann', 'job cancel J-1');
    assert.match(textOf(again), /J-1 is cancelled.*nothing left to stop/s);
  });

  it('H18 that the platform does not heed ends as what is there: it happened', async () => {
    await using app = await openTestApp({ config: SLOW, alter: hurry });
    app.drover.lab?.faults.refuse('cancel', 'not_supported', { count: 100 });
    await app.say('carl', 'vm stop app-01');
    await app.say('bob', 'approval approve R-1');
    await untilDeed(app, 'stop');

    await app.say('carl', 'job cancel J-1');
    byOthers(app, (console) => console.setPower('app-01', 'off'));
    app.drover.lab?.faults.forgetTasks('lab-vc');
    app.drover.lab?.faults.loseSession('lab-vc');
    const state = await app.jobEnd(1);

    assert.match(state, /^done/);
  });

  it('H18 by right stops it too, and the audit names who did', async () => {
    await using app = await openTestApp({ config: SLOW, alter: hurry });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    await untilDeed(app, 'clone');

    const byLead = await app.say('eva', 'job show J-1');
    await app.say('eva', 'job cancel J-1');
    const state = await app.jobEnd(1);

    assert.ok(byLead.card.actions.some(({ label }) => label.startsWith('Cancel')));
    assert.equal(state, 'cancelled');
    const [event] = await app.audit('cancel_asked');
    assert.equal(event?.personId, 'lab-eva');
  });

  it('H23 until the first act may come from who agreed, also without a role for it', async () => {
    const config = labConfig((text) => withoutRights(text, 'job.cancel', 'job.answer'));
    await using agreed = await openAgreed('ann', CREATE, { config });
    const { app } = agreed;

    const stopped = await app.say('bob', 'job cancel J-1');
    const state = await agreed.start();

    assert.match(textOf(stopped), /J-1 is being stopped/);
    assert.deepEqual([state, deedsOf(app)], ['cancelled', []]);
  });

  it('H18 by somebody without part in it is refused, and the job goes on', async () => {
    const config = withoutRights(SLOW, 'job.cancel', 'job.answer');
    await using app = await openTestApp({ config, alter: hurry });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    await untilDeed(app, 'clone');

    const byCarl = await app.say('carl', 'job cancel J-1');
    const byBob = await app.say('bob', 'job cancel J-1');

    for (const answer of [byCarl, byBob])
      assert.match(textOf(answer), /Not allowed: job cancel J-1/);
    assert.equal((await app.audit('refused')).length, 2);
    assert.equal((await readJob(app, 1)).cancelAskedAt, null);
    await app.say('ann', 'job cancel J-1');
    await app.jobEnd(1);
  });
});
