/** What other chat bots got wrong about rights and votes, played to a whole Drover (lessons S4, S5, S9, S14). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labConfig, openTestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { createPeople, holdStarts } from './alterations.ts';
import { findButton } from './chats.ts';
import { buttonsOf, cardOf, deedsOf, findVm, readRequest } from './look.ts';

const toCreate = (name: string) => `vm create ${name} --template ubuntu-24`;
const timeout = 60_000;

describe('a vote', { timeout }, () => {
  it('lesson S4: is for the request on whose card it was given, and for no other that waits beside it', async () => {
    await using app = await openTestApp();
    await app.say('ann', toCreate('web-90'));
    await app.say('ann', toCreate('web-91'));
    const views = await app.messages('bob');
    const approve = findButton(
      views.filter(({ subject }) => subject?.label === 'R-1'),
      'Approve',
    );

    await app.clickId('bob', approve);

    assert.equal(await app.jobEnd(1), 'done');
    assert.equal(findVm(app, 'web-90').body.power, 'on');
    assert.deepEqual(app.drover.house.index.byName('vm', 'web-91'), []);
    assert.equal((await readRequest(app, 2)).state, 'open');
    assert.match(await cardOf(app, 'ann', 'R-2'), /R-2 · 0 of 1 agreed/);
  });

  it('lesson S5: counts by the right of who clicks at that moment, not by who had the button', async () => {
    const people = createPeople();
    await using app = await openTestApp({ alter: people.alter });
    await app.say('ann', toCreate('web-90'));
    const approve = findButton(await app.messages('bob'), 'Approve');
    people.change('bob', { groups: ['web-team'] });

    const answer = await app.clickId('bob', approve);

    assert.match(textOf(answer), /You are not among those who are asked for R-1/);
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.deepEqual([deedsOf(app), await app.audit('vote_cast')], [[], []]);
  });

  it('lesson S9: of somebody else is needed where the requester is among the approvers', async () => {
    const people = createPeople();
    people.change('ann', { groups: ['web-team', 'ops-leads', 'operators'] });
    await using app = await openTestApp({ alter: people.alter });

    await app.say('ann', toCreate('web-90'));
    const own = await app.say('ann', 'approval approve R-1');

    assert.match(textOf(own), /R-1 is your own request/);
    assert.ok(!(await buttonsOf(app, 'ann', 'R-1')).includes('Approve'));
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.deepEqual(deedsOf(app), []);
    await app.say('bob', 'approval approve R-1');
    assert.equal(await app.jobEnd(1), 'done');
  });
});

describe('a right', { timeout }, () => {
  it('lesson S5: is the person’s own: Drover could do it, and does not for who may not', async () => {
    await using app = await openTestApp();

    const answer = await app.say('ann', 'vm stop db-01');

    assert.match(textOf(answer), /^Not allowed: vm stop db-01/);
    await app.say('carl', 'vm stop db-01');
    await app.say('bob', 'approval approve R-1');
    assert.equal(await app.jobEnd(1), 'done');
    assert.deepEqual(deedsOf(app), ['stop']);
  });

  it('lesson S14: that the file gives no more is gone at the next start, for what waits too', async () => {
    using folder = createTemporaryFolder('stale');
    const dataFolder = folder.path;
    {
      await using before = await openTestApp({ dataFolder, alter: holdStarts().alter });
      await before.say('ann', toCreate('web-90'));
      await before.say('ann', toCreate('web-91'));
      await before.say('bob', 'approval approve R-1');
      assert.equal((await readRequest(before, 1)).state, 'approved');
    }
    const without = labConfig((text) =>
      text.replace(/allow:\s*\[\s*vm\.create,[^\]]*\]/, 'allow: [vm.start, vm.shutdown]'),
    );

    await using app = await openTestApp({ dataFolder, config: without });

    assert.equal(await app.jobEnd(1), 'refused');
    assert.match(
      await cardOf(app, 'ann', 'R-1'),
      /Not started: Ann Berg no longer has the right vm\.create/,
    );
    await app.say('bob', 'approval approve R-2');
    assert.equal(await app.jobEnd(2), 'refused');
    assert.match(textOf(await app.say('ann', toCreate('web-92'))), /^Not allowed: vm create/);
    assert.deepEqual(deedsOf(app), []);
  });
});
