/** Between approval and start: what has become of those who asked and agreed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labConfig, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { openAgreed } from './agreed.ts';
import type { LabPerson } from './alterations.ts';
import { buttonsOf, cardOf, deedsOf, readRequest } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
const TWO = labConfig((text) =>
  text.replace('approvals: 1, from: ops-leads', 'approvals: 2, from: ops-leads'),
);

function listReservations({ drover }: TestApp) {
  return drover.house.store.read((reads) => reads.reservations.list());
}

describe('a voter who', { timeout: 60_000 }, () => {
  const changes: Record<string, [Partial<LabPerson> | 'gone', RegExp]> = {
    'left the group': [
      { groups: [] },
      /the vote of Bob Stein no longer counts \(not an approver\)/,
    ],
    'is disabled': [{ state: 'disabled' }, /the vote of Bob Stein no longer counts/],
    'is gone': ['gone', /the vote of Bob Stein no longer counts \(account gone\)/],
  };
  for (const [how, [change, words]] of Object.entries(changes)) {
    it(`H22 ${how} has no vote any more: the request waits again and a colleague decides`, async () => {
      await using agreed = await openAgreed('ann', CREATE);
      const { app, people } = agreed;
      if (change === 'gone') people.remove('bob');
      else people.change('bob', change);

      const state = await agreed.start();

      assert.deepEqual([state, (await readRequest(app, 1)).state], ['superseded', 'open']);
      for (const person of ['ann', 'eva']) {
        const card = await cardOf(app, person, 'R-1');
        assert.match(card, words);
        assert.match(card, /R-1 · 0 of 1 agreed/);
      }
      assert.deepEqual(deedsOf(app), []);
      assert.equal((await listReservations(app)).length, 1);
      assert.equal(await agreed.agreeAgain('eva'), 'done');
      assert.match(await cardOf(app, 'ann', 'J-2'), /agreed by Eva Lang/);
    });
  }

  it('H22 left one of two seats empties the count: the card shows whom it waits for now', async () => {
    await using agreed = await openAgreed('ann', CREATE, { voters: ['bob', 'eva'], config: TWO });
    const { app, people } = agreed;
    people.change('eva', { groups: ['operators'] });
    people.change('carl', { groups: ['ops-leads'] });

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.match(await cardOf(app, 'bob', 'R-1'), /R-1 · 0 of 2 agreed/);
    assert.deepEqual(await buttonsOf(app, 'eva', 'R-1'), []);
    const refused = await app.say('eva', 'approval approve R-1');
    assert.match(textOf(refused), /not among those who are asked/);
    await app.say('bob', 'approval approve R-1');
    assert.equal(await agreed.agreeAgain('carl'), 'done');
  });
});

describe('a requester who', { timeout: 60_000 }, () => {
  const changes: Record<string, [Partial<LabPerson> | 'gone', RegExp]> = {
    'is disabled': [{ state: 'disabled' }, /Not started: the account of Ann Berg is disabled/],
    'is gone': ['gone', /Not started: the account of Ann Berg is gone/],
    'lost the right': [{ groups: [] }, /Not started: Ann Berg no longer has the right vm\.create/],
  };
  for (const [how, [change, words]] of Object.entries(changes)) {
    it(`H26 lesson S5: ${how} starts nothing: the request ends, and what it held is free`, async () => {
      await using agreed = await openAgreed('ann', CREATE);
      const { app, people } = agreed;
      if (change === 'gone') people.remove('ann');
      else people.change('ann', change);

      const state = await agreed.start();

      assert.deepEqual([state, (await readRequest(app, 1)).state], ['refused', 'ended']);
      for (const person of change === 'gone' ? ['bob', 'eva'] : ['ann', 'bob', 'eva']) {
        const card = await cardOf(app, person, 'R-1');
        assert.match(card, words);
        assert.match(card, /R-1 · not started/);
      }
      assert.deepEqual(await buttonsOf(app, 'bob', 'R-1'), ['Show job']);
      assert.deepEqual([deedsOf(app), await listReservations(app)], [[], []]);
      const late = await app.say('eva', 'approval approve R-1');
      assert.match(textOf(late), /R-1 was decided before/);
    });
  }
});
