/** `vm save`, `vm pause` and `vm resume` when the answer, the process or the VM is not as it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, labConfig, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openAgreed } from './agreed.ts';
import { hurry } from './alterations.ts';
import { bringTo, byOthers, cardOf, deedsOf, findVm, readRequest, untilKnown } from './look.ts';

const stateOf = (app: TestApp, name: string) => findVm(app, name).body.power;

const HALTS = [
  ['save', 'on', 'suspended'],
  ['pause', 'on', 'paused'],
  ['resume', 'paused', 'on'],
] as const;

describe('a VM that stands still, or goes on, cut in the middle', { timeout: 120_000 }, () => {
  for (const [verb, from, to] of HALTS) {
    it(`H13 ${verb}: the state decides what became of it, and nothing is ordered twice`, async () => {
      await using app = await openTestApp({ alter: hurry });
      const faults = app.drover.lab?.faults;
      faults?.dropAnswer(verb, { when: 'after', vm: 'sql-01' });
      faults?.failWithEffect(verb, 'platform_refused', { vm: 'sql-02' });
      faults?.succeedWithoutEffect(verb, 'all', { vm: 'sql-03' });
      faults?.dropAnswer(verb, { when: 'before', vm: 'sql-04' });
      const names = ['sql-01', 'sql-02', 'sql-03', 'sql-04'];
      for (const name of names) {
        await bringTo(app, name, from);
        await app.say('carl', `vm ${verb} ${name}`);
        if (verb !== 'resume') await app.click('bob', 'Approve');
      }

      const ends = await Promise.all([1, 2, 3].map((number) => app.jobEnd(number)));
      await eventually(async () => /needs an operator/.test(await jobCard(app, 4)));

      assert.deepEqual(ends, ['done_with_warning', 'done_with_warning', 'failed']);
      const words = await Promise.all([1, 2, 3].map((number) => untilEnded(app, number)));
      assert.match(words[0] ?? '', /answer was lost on the way/);
      assert.match(words[1] ?? '', /said it failed.*and the result is there as wished/s);
      assert.match(words[2] ?? '', /said done, and the result is not as wished/);
      assert.match(await jobCard(app, 4), /an operator has to look and say/);
      assert.deepEqual(deedsOf(app), [verb, verb, verb]);
      for (const [at, state] of [to, to, from, from].entries())
        await untilKnown(app, () => stateOf(app, names[at] ?? '') === state);
    });

    it(`H13 ${verb}: goes on with its task after Drover was ended and started anew`, async () => {
      using folder = createTemporaryFolder('halt');
      {
        await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });
        await bringTo(app, 'sql-01', from);
        app.drover.lab?.faults.finishLate(verb, 1500);
        await app.say('carl', `vm ${verb} sql-01`);
        if (verb !== 'resume') await app.click('bob', 'Approve');
        await eventually(() => deedsOf(app).length === 1);
      }
      await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });

      const state = await app.jobEnd(1);

      assert.match(state, /^done/);
      assert.deepEqual([stateOf(app, 'sql-01'), deedsOf(app)], [to, [verb]]);
    });
  }

  it('a refusal of the platform is told in its words', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'sql-01', 'on');
    app.drover.lab?.faults.refuse('save', 'not_enough_space');

    await app.say('carl', 'vm save sql-01');
    await app.click('bob', 'Approve');

    assert.equal(await app.jobEnd(1), 'failed');
    assert.match(await untilEnded(app, 1), /write the memory of sql-01.*has not enough space/s);
  });

  it('a saved VM that was paused when its resumption was agreed to goes back, both shown', async () => {
    const config = labConfig((text) =>
      text
        .replace('[vm.start, vm.resume]', '[vm.start]')
        .replace('[vm.shutdown,', '[vm.resume, vm.shutdown,'),
    );
    await using agreed = await openAgreed('carl', 'vm resume sql-01', {
      config,
      before: (app) => byOthers(app, (console) => console.setPower('sql-01', 'paused'), 'lab-hv'),
    });
    const { app } = agreed;
    await bringTo(app, 'sql-01', 'suspended');

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.match(await cardOf(app, 'bob', 'R-1'), /state +paused +saved/);
    assert.deepEqual(deedsOf(app), []);
    assert.equal(await agreed.agreeAgain(), 'done');
    assert.deepEqual([stateOf(app, 'sql-01'), deedsOf(app)], ['on', ['start']]);
  });
});

const jobCard = async (app: TestApp, number: number) =>
  cardOf(app, 'carl', `J-${number}`).catch(() => '');

async function untilEnded(app: TestApp, number: number): Promise<string> {
  await eventually(async () => /· (failed|done)/.test(await jobCard(app, number)));
  return jobCard(app, number);
}
