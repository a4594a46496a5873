/** What happened is what the platform shows, not what it said (H13); what nothing can prove is done once (H14). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { Parts } from '#bot/drover.ts';
import type { AnyStepKind } from '#core/jobs/step-kind.ts';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type Alter, alterBy, hurry } from './alterations.ts';
import { cardOf, deedsOf, findVm } from './look.ts';

async function stopApp01(app: TestApp): Promise<void> {
  await app.say('carl', 'vm stop app-01');
  await app.say('bob', 'approval approve R-1');
}

async function untilCard(app: TestApp, words: RegExp): Promise<string> {
  await eventually(async () => words.test(await cardOf(app, 'carl', 'J-1')));
  return cardOf(app, 'carl', 'J-1');
}

describe('an outcome', { timeout: 60_000 }, () => {
  it('H13 that the platform calls failed and that is there as wished is done, with a warning', async () => {
    await using app = await openTestApp();
    app.drover.lab?.faults.failWithEffect('stop');

    await stopApp01(app);
    const state = await app.jobEnd(1);

    assert.equal(state, 'done_with_warning');
    const card = await untilCard(app, /done, with a warning/);
    assert.match(card, /The platform said it failed.*, and the result is there as wished/);
    assert.match(await cardOf(app, 'carl', 'R-1'), /J-1 is done, with a warning/);
    assert.equal(findVm(app, 'app-01').body.power, 'off');
  });

  it('H13 B43 that the platform calls done and that is not there has failed', async () => {
    await using app = await openTestApp();
    app.drover.lab?.faults.succeedWithoutEffect('stop');

    await stopApp01(app);
    const state = await app.jobEnd(1);

    assert.equal(state, 'failed');
    const card = await untilCard(app, /failed/);
    assert.match(card, /The platform said done, and the result is not as wished/);
    assert.equal(findVm(app, 'app-01').body.power, 'on');
    assert.deepEqual(deedsOf(app), ['stop']);
  });

  for (const when of ['before', 'after'] as const) {
    it(`H13 whose answer was lost ${when} the platform took it is looked for, and never ordered twice`, async () => {
      await using app = await openTestApp({ alter: hurry });
      app.drover.lab?.faults.dropAnswer('stop', { when });

      await stopApp01(app);
      const state = await untilEndOrQuestion(app);

      assert.equal(state, when === 'after' ? 'done_with_warning' : 'asking');
      assert.deepEqual(deedsOf(app), when === 'after' ? ['stop'] : []);
      if (when === 'before') return;
      assert.match(await untilCard(app, /warning/), /answer was lost on the way/);
    });
  }

  it('H13 that stays unknown is asked of operators alone, and their word ends it', async () => {
    await using app = await openTestApp({ alter: hurry });
    app.drover.lab?.faults.dropAnswer('stop', { when: 'before' });
    await stopApp01(app);
    const asking = await untilCard(app, /needs an operator/);

    const forAnn = await app.say('ann', 'job show J-1');
    const answered = await app.click('carl', 'It did not happen');
    const state = await app.jobEnd(1);

    assert.match(asking, /an operator has to look and say/);
    assert.deepEqual(
      forAnn.card.actions.filter(({ label }) => /happen/.test(label)),
      [],
    );
    assert.match(textOf(answered), /J-1/);
    assert.equal(state, 'failed');
    assert.match(await untilCard(app, /failed/), /An operator looked and said so/);
    const [event] = await app.audit('gate_answered');
    assert.deepEqual([event?.personId, deedsOf(app)], ['lab-carl', []]);
  });

  it('H13 H18 of a look once more is what is there by then', async () => {
    await using app = await openTestApp({ alter: hurry });
    app.drover.lab?.faults.dropAnswer('stop', { when: 'before' });
    await stopApp01(app);
    await untilCard(app, /needs an operator/);
    app.drover.lab?.faults.changeByOthers('lab-vc', (console) => console.setPower('app-01', 'off'));

    await app.click('carl', 'Look again');
    const state = await app.jobEnd(1);

    assert.equal(state, 'done_with_warning');
    assert.deepEqual(deedsOf(app), []);
  });
});

async function untilEndOrQuestion(app: TestApp): Promise<string> {
  const read = () =>
    app.drover.house.store.read(async ({ jobs }) => {
      const job = await jobs.findByNumber(1);
      const steps = job ? await jobs.listSteps({ jobId: job.id }) : [];
      return steps.some(({ state }) => state === 'asking') ? 'asking' : job?.endedAt && job.state;
    });
  await eventually(async () => Boolean(await read()));
  return String(await read());
}

/** In the place of a stop: a deed that leaves no trace, as a restart does. */
function createTraceless(deeds: string[], act: (signal: AbortSignal) => Promise<void>): Alter {
  const traceless: AnyStepKind = {
    ...{ name: 'stop-vm', version: 1, input: z.unknown(), evidence: 'none' },
    ...{ settleMs: 1, timeLimitMs: 60_000, usualMs: 1 },
    permits: () => [],
    look: () => Promise.reject(new Error('nothing shows it')),
    verify: () => Promise.reject(new Error('nothing shows it')),
    async act(_input, { stepToken, signal }) {
      deeds.push(stepToken);
      await act(signal);
      return {};
    },
  };
  const listStepKinds: (parts: Parts) => Parts['listStepKinds'] =
    (parts) =>
    (...given) => [
      ...parts.listStepKinds(...given).filter(({ name }) => name !== 'stop-vm'),
      traceless,
    ];
  return (parts) => ({ ...parts, listStepKinds: listStepKinds(parts) });
}

/** The process ends in the middle of the act: nothing is concluded, as after a kill. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

describe('a deed that nothing proves afterwards', { timeout: 60_000 }, () => {
  it('H14 is done once, on the platform’s word', async () => {
    const deeds: string[] = [];
    await using app = await openTestApp({ alter: createTraceless(deeds, async () => undefined) });

    await stopApp01(app);
    const state = await app.jobEnd(1);

    assert.deepEqual([state, deeds.length], ['done', 1]);
  });

  it('H14 is not done again after a crash in between: a person is asked, and says what happened', async () => {
    const deeds: string[] = [];
    using folder = createTemporaryFolder('crash');
    const config = labConfig();
    {
      const dies = createTraceless(deeds, untilAborted);
      await using app = await openTestApp({ alter: dies, dataFolder: folder.path, config });
      await stopApp01(app);
      await eventually(() => deeds.length === 1);
      assert.deepEqual(await app.audit('gate_opened'), []);
    }
    const alter = alterBy(
      hurry,
      createTraceless(deeds, async () => undefined),
    );
    await using app = await openTestApp({ alter, dataFolder: folder.path, config });

    const card = await untilCard(app, /needs an operator/);
    await app.click('carl', 'It happened');
    const state = await app.jobEnd(1);

    assert.match(card, /Whether it happened is not known/);
    assert.deepEqual([state, deeds.length], ['done_with_warning', 1]);
  });
});
