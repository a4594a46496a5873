/** A VM whose job has made it and still works on it is changed by no other job (H17). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, openTestApp, textOf } from '#test/helpers/open-test-app.ts';
import { hurry } from './alterations.ts';
import { byOthers, cardOf, findVm } from './look.ts';

describe('a VM that is being made', { timeout: 60_000 }, () => {
  it('H17 takes no other job until its own has ended', async () => {
    await using app = await openTestApp({ alter: hurry });
    app.drover.lab?.faults.dropAnswer('start', { when: 'before' });
    await app.say('carl', 'vm create w-1 --template debian-12 --folder /test');
    await eventually(async () => /needs an operator/.test(await cardOf(app, 'carl', 'J-1')));

    for (const deed of [
      'vm delete w-1 --reason gone',
      'vm disk add w-1 --size 1GiB',
      'vm start w-1',
    ])
      assert.match(textOf(await app.say('carl', deed)), /J-1 is changing w-1/);
    const shown = textOf(await app.say('carl', 'vm show w-1'));
    assert.match(shown, /J-1 is changing it/);

    await app.click('carl', 'It did not happen');
    await app.jobEnd(1);
    assert.doesNotMatch(textOf(await app.say('carl', 'vm show w-1')), /is changing it/);
    assert.doesNotMatch(textOf(await app.say('carl', 'vm start w-1 --plan')), /is changing/);
    assert.equal(findVm(app, 'w-1').body.power, 'off');
  });

  it('H16 shows on its job what its platform asks at the start', async () => {
    await using app = await openTestApp();
    app.drover.lab?.faults.ask('start', 'Overwrite <b>it</b>?');
    await app.say('carl', 'vm create w-1 --template debian-12 --folder /test');

    await eventually(async () =>
      (await cardOf(app, 'carl', 'J-1')).includes('its platform asks: Overwrite <b>it</b>?'),
    );

    assert.equal(findVm(app, 'w-1').body.question, 'Overwrite <b>it</b>?');
    byOthers(app, (console) => console.answerQuestion('w-1'));
    assert.equal(await app.jobEnd(1), 'done');
  });
});
