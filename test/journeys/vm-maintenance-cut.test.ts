/** A VM's maintenance when the answer, the process or the platform is not as it was, on the lab's platforms of both kinds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { hurry } from './alterations.ts';
import { bringTo, buttonsOf, cardOf, deedsOf, findVm } from './look.ts';

const PLATFORMS = [
  ['lab-vc', 'web-01'],
  ['lab-hv', 'sql-01'],
] as const;

const standOf = (app: TestApp, name: string) => {
  const { power, nics } = findVm(app, name).body;
  return [power, nics];
};

async function agree(app: TestApp, number: number, line: string): Promise<void> {
  await app.say('carl', line);
  await app.say('bob', `approval approve R-${number}`);
}

const enterLine = (name: string) => `vm maintenance enter ${name} --off-network --save`;
const exitLine = (name: string) => `vm maintenance exit ${name}`;

describe('a VM in maintenance, cut in the middle', { timeout: 120_000 }, () => {
  for (const [on, name] of PLATFORMS) {
    for (const deed of ['setNic', 'save'] as const)
      it(`H13 is known as it was when Drover ends while “${deed}” is under way on ${on}`, async () => {
        using folder = createTemporaryFolder('maintenance-cut');
        let before: unknown;
        {
          await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });
          await bringTo(app, name, 'on', on);
          before = standOf(app, name);
          app.drover.lab?.faults.finishLate(deed, 1500);
          await agree(app, 1, enterLine(name));
          await eventually(() => deedsOf(app).includes(deed));
        }
        await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });

        const entered = await app.jobEnd(1);
        const shown = textOf(await app.say('carl', `vm show ${name}`));
        await agree(app, 2, exitLine(name));
        const left = await app.jobEnd(2);

        assert.match(entered, /^done/);
        assert.match(shown.replaceAll(/\s+/g, ' '), /since .* by Carl Wu \(J-1\)/);
        assert.equal(left, 'done');
        assert.deepEqual(standOf(app, name), before);
        assert.deepEqual(deedsOf(app), ['setNic', 'save', 'start', 'setNic']);
      });

    it(`H13 whose answers are lost is looked for, ordered once, and comes back on ${on}`, async () => {
      await using app = await openTestApp({ alter: hurry });
      await bringTo(app, name, 'on', on);
      const before = standOf(app, name);
      for (const deed of ['setNic', 'save', 'start'] as const)
        app.drover.lab?.faults.dropAnswer(deed, { when: 'after' });

      await agree(app, 1, enterLine(name));
      const entered = await app.jobEnd(1);
      await agree(app, 2, exitLine(name));
      const left = await app.jobEnd(2);

      assert.deepEqual([entered, left], ['done_with_warning', 'done_with_warning']);
      assert.deepEqual(standOf(app, name), before);
      assert.deepEqual(deedsOf(app), ['setNic', 'save', 'start', 'setNic']);
    });
  }

  it('is in it with what was done when its platform refuses the rest, and its card offers the way back', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    const before = standOf(app, 'web-01');
    app.drover.lab?.faults.refuse('save', 'not_enough_space');

    await agree(app, 1, enterLine('web-01'));
    const entered = await app.jobEnd(1);
    await eventually(async () => /failed/.test(await cardOf(app, 'carl', 'J-1')));
    const buttons = await buttonsOf(app, 'carl', 'J-1');
    const again = textOf(await app.say('carl', enterLine('web-01')));
    await agree(app, 2, exitLine('web-01'));
    const left = await app.jobEnd(2);

    assert.equal(entered, 'failed');
    assert.match(await cardOf(app, 'carl', 'J-1'), /What was done before is not undone\./);
    assert.deepEqual(buttons, ['Retry…', 'vm show web-01', 'vm maintenance exit web-01']);
    assert.match(again, /web-01 is in maintenance since/);
    assert.equal(left, 'done');
    assert.deepEqual(standOf(app, 'web-01'), before);
    assert.deepEqual(deedsOf(app), ['setNic', 'setNic']);
  });

  it('stays in it when its return is refused by its platform, and can be brought back again', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    const before = standOf(app, 'web-01');
    await agree(app, 1, enterLine('web-01'));
    await app.jobEnd(1);
    app.drover.lab?.faults.refuse('setNic', 'network_unavailable');

    await agree(app, 2, exitLine('web-01'));
    const refused = await app.jobEnd(2);
    await agree(app, 3, exitLine('web-01'));
    const left = await app.jobEnd(3);

    assert.deepEqual([refused, left], ['failed', 'done']);
    assert.deepEqual(standOf(app, 'web-01'), before);
    assert.deepEqual(deedsOf(app), ['setNic', 'save', 'start', 'setNic']);
  });

  it('keeps what it was when its entry is cancelled between two steps', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    const before = standOf(app, 'web-01');
    app.drover.lab?.faults.finishLate('setNic', 1500);
    await agree(app, 1, enterLine('web-01'));
    await eventually(() => deedsOf(app).includes('setNic'));

    await app.say('carl', 'job cancel J-1');
    const entered = await app.jobEnd(1);
    await agree(app, 2, exitLine('web-01'));
    const left = await app.jobEnd(2);

    assert.equal(entered, 'cancelled');
    assert.equal(left, 'done');
    assert.deepEqual(standOf(app, 'web-01'), before);
    assert.ok(!deedsOf(app).includes('save'));
  });
});

describe('a VM in maintenance, whose entry is retried', { timeout: 60_000 }, () => {
  it('goes on with what is left, though an adapter is off its network already', async () => {
    await using app = await openTestApp({ alter: hurry });
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    const before = standOf(app, 'web-01');
    app.drover.lab?.faults.refuse('save', 'not_enough_space');
    await agree(app, 1, enterLine('web-01'));
    const failed = await app.jobEnd(1);

    const answer = textOf(await app.say('carl', 'job retry J-1'));
    const entered = await app.jobEnd(1);
    await agree(app, 2, exitLine('web-01'));
    const left = await app.jobEnd(2);

    assert.match(answer, /J-1 goes on.*Done again: write the memory of web-01 to disk/s);
    assert.deepEqual([failed, entered, left], ['failed', 'done', 'done']);
    assert.deepEqual(standOf(app, 'web-01'), before);
    assert.deepEqual(deedsOf(app), ['setNic', 'save', 'start', 'setNic']);
  });

  it('remembers what it was anew once its end has forgotten that, and comes back', async () => {
    await using app = await openTestApp({ alter: hurry });
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    const before = standOf(app, 'web-01');
    app.drover.lab?.faults.refuse('save', 'not_enough_space');
    await agree(app, 1, enterLine('web-01'));
    await app.jobEnd(1);
    await agree(app, 2, exitLine('web-01'));
    await app.jobEnd(2);

    const answer = textOf(await app.say('carl', 'job retry J-1'));
    const entered = await app.jobEnd(1);
    await agree(app, 3, exitLine('web-01'));
    const left = await app.jobEnd(3);

    assert.match(answer, /J-1 goes on.*Done again: remember what web-01 is/s);
    assert.deepEqual([entered, left], ['done', 'done']);
    assert.deepEqual(standOf(app, 'web-01'), before);
  });
});
