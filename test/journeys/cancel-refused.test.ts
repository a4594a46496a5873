/** A platform does not take a cancel (H18): people read what it said and what to do, and a second cancel is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { hurry } from './alterations.ts';
import { buttonsOf, cardOf, deedsOf, untilKnown } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
/** Tasks take so long that only a cancel ends them in time. */
const SLOW = labConfig((text) => text.replace('speed: 0', 'speed: 0.1'));

interface Way {
  readonly person?: string;
  readonly dataFolder?: string;
}

async function openUnderWay(
  command: string,
  deed: string,
  { person = 'ann', ...folder }: Way = {},
): Promise<TestApp> {
  const app = await openTestApp({ config: SLOW, alter: hurry, ...folder });
  await app.say(person, command);
  await app.say('bob', 'approval approve R-1');
  await eventually(() => deedsOf(app).includes(deed));
  await eventually(async () => (await stateOf(app)) === 'started');
  return app;
}

async function stateOf({ drover }: TestApp): Promise<string | undefined> {
  return drover.house.store.read(async ({ jobs }) => {
    const job = await jobs.findByNumber(1);
    const [step] = job ? await jobs.listSteps({ jobId: job.id }) : [];
    return step?.state;
  });
}

/** The card says it without anybody asking. */
async function readHindered(app: TestApp, person = 'ann'): Promise<string> {
  await eventually(async () => /not taken/.test(await cardOf(app, person, 'J-1')));
  return cardOf(app, person, 'J-1');
}

describe('a cancel that the platform does not take', { timeout: 60_000 }, () => {
  it('H18 stands on the card with its words, and a second one stops the job', async () => {
    await using app = await openUnderWay(CREATE, 'clone');
    app.drover.lab?.faults.refuse('cancel', 'another_task_runs');
    await app.say('ann', 'job cancel J-1');

    const card = await readHindered(app);
    const shown = textOf(await app.say('ann', 'job show J-1'));
    const listed = textOf(await app.say('ann', 'job list'));
    const buttons = await buttonsOf(app, 'ann', 'J-1');
    const again = textOf(await app.say('ann', 'job cancel J-1'));
    const end = await app.jobEnd(1);

    for (const text of [card, shown]) {
      assert.match(text, /J-1 · stopping, the cancel was not taken/);
      assert.match(
        text,
        /lab-vc refused the cancel of “make web-07 from its template” \(.+?\): Another task runs on/,
      );
      assert.match(text, /To send the cancel once more: job cancel J-1/);
    }
    assert.match(listed, /J-1 .*is being stopped/);
    assert.doesNotMatch(listed, /is running/);
    assert.ok(buttons.includes('Cancel again…'), buttons.join());
    assert.match(again, /J-1 is being stopped; its platform is asked once more/);
    assert.equal(end, 'cancelled');
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 0);
    assert.equal((await app.audit('cancel_asked_again')).length, 1);
  });

  it('H18 because it cannot cancel that: nobody is sent to try again, and its end is read', async () => {
    await using app = await openUnderWay('vm stop app-01', 'stop', { person: 'carl' });
    await app.say('carl', 'job cancel J-1');

    const card = await readHindered(app, 'carl');

    assert.match(
      card,
      /lab-vc refused the cancel of “power app-01 off” \(.+?\): it does not let that be cancelled\./,
    );
    assert.match(card, /nothing to do but wait for it/);
  });

  it('H18 whose answer is lost is not said to be taken, and a second one stops the job', async () => {
    await using app = await openUnderWay(CREATE, 'clone');
    app.drover.lab?.faults.dropAnswer('cancel', { when: 'before' });
    await app.say('ann', 'job cancel J-1');

    const card = await readHindered(app);
    await app.say('ann', 'job cancel J-1');
    const end = await app.jobEnd(1);

    assert.match(card, /lab-vc has not answered the cancel of “make web-07 from its template”/);
    assert.equal(end, 'cancelled');
  });

  it('H18 is sent anew by a Drover that was started again', async () => {
    await using folder = createTemporaryFolder('cancel');
    const dataFolder = folder.path;
    {
      await using app = await openUnderWay(CREATE, 'clone', { dataFolder });
      app.drover.lab?.faults.refuse('cancel', 'another_task_runs');
      await app.say('ann', 'job cancel J-1');
      await readHindered(app);
    }

    await using app = await openTestApp({ config: SLOW, alter: hurry, dataFolder });
    const end = await app.jobEnd(1);

    assert.equal(end, 'cancelled');
  });
});
