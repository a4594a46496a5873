/** Votes that do not count: each with its code, nothing changed, and one event in the audit. */
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import type { VoteOutcome } from '#approvals/decide.ts';
import type { VoteRefusal } from '#approvals/judge-vote.ts';
import type { Request } from '#approvals/request-store.ts';
import { change, listEvents, moveExpiry, open, openAgreed, read, vote } from './house-deeds.ts';
import { type House, openHouse } from './open-house.ts';

/** Votes, and checks that nothing but one event came of it. */
async function assertRefused(
  house: House,
  request: Pick<Request, 'id'>,
  code: VoteRefusal,
  cast: () => Promise<VoteOutcome>,
): Promise<Extract<VoteOutcome, { outcome: 'refused' }>> {
  const before = await read(house, request.id);
  const eventsBefore = await listEvents(house);
  house.told.length = 0;

  const outcome = await cast();

  const events = (await listEvents(house)).slice(eventsBefore.length);
  assert.equal(outcome.outcome === 'refused' && outcome.code, code);
  assert.deepEqual(
    events.map(({ event, facts }) => [event, facts.code]),
    [['vote_refused', code]],
  );
  assert.deepEqual(await read(house, request.id), before);
  assert.deepEqual(house.told, []);
  return outcome as Extract<VoteOutcome, { outcome: 'refused' }>;
}

describe('a vote that does not count', () => {
  it('lesson S9: is one on the own request, also by who is among the approvers', async () => {
    await using house = await openHouse();
    change(house, 'ann', { groups: ['web-team', 'leads'] });
    const request = await open(house);

    await assertRefused(house, request, 'self_approval', () => vote(house, request, 'ann'));
  });

  it('is one by somebody outside of the groups', async () => {
    await using house = await openHouse();
    const request = await open(house);

    await assertRefused(house, request, 'not_an_approver', () => vote(house, request, 'dora'));
  });

  for (const state of ['disabled', 'locked', 'expired'])
    it(`is one by a voter whose account is ${state}`, async () => {
      await using house = await openHouse();
      const request = await open(house);
      change(house, 'bob', { state });

      await assertRefused(house, request, 'account_not_active', () => vote(house, request, 'bob'));
    });

  it('H34 is the same word twice, whichever way it comes, and says when it was counted', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');
    const [first] = (await read(house, request.id)).votes;

    const again = await assertRefused(house, request, 'already_counted', () =>
      vote(house, request, 'bob', 'approve', { via: 'terminal', reason: 'an edited reason' }),
    );

    assert.deepEqual(again.votedAt, first?.votedAt);
  });

  it('H34 is one on an older revision of the card', async () => {
    await using house = await openHouse();
    const request = await open(house);

    await assertRefused(house, request, 'card_is_old', () =>
      vote(house, request, 'bob', 'approve', { revision: 0 }),
    );
  });

  it('H23 is any after the decision, which nothing changes', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);

    const outcome = await assertRefused(house, request, 'already_decided', () =>
      vote(house, request, 'carl', 'deny', { reason: 'too late' }),
    );

    assert.equal(outcome.request?.state, 'approved');
  });

  it('is one after a no', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob', 'deny', { reason: 'no' });

    await assertRefused(house, request, 'already_decided', () => vote(house, request, 'eva'));
  });

  it('H29 is one at the deadline or later, though no wake-up has ended the request yet', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await moveExpiry(house, request, 0);

    await assertRefused(house, request, 'expired', () => vote(house, request, 'bob'));
  });

  it('H29 is judged by the clock of the database, not of this process', async () => {
    await using house = await openHouse();
    const waiting = await open(house);
    const over = await open(house, { as: 'ann' });
    await moveExpiry(house, over, 0);
    const dayMs = 86_400_000;
    const outcomes: VoteOutcome[] = [];

    for (const [request, offMs] of [
      [waiting, dayMs],
      [over, -dayMs],
    ] as const) {
      mock.timers.enable({ apis: ['Date'], now: Date.now() + offMs });
      outcomes.push(await vote(house, request, 'bob'));
      mock.timers.reset();
    }

    assert.deepEqual(
      outcomes.map((it) => (it.outcome === 'refused' ? it.code : it.outcome)),
      ['counted', 'expired'],
    );
  });

  it('is a no without a reason where a rule asks for one; being asked for it leaves no event', async () => {
    await using house = await openHouse();
    const request = await open(house);
    const before = await listEvents(house);

    const outcome = await vote(house, request, 'bob', 'deny');

    assert.equal(outcome.outcome === 'refused' && outcome.code, 'reason_needed');
    assert.deepEqual((await read(house, request.id)).votes, []);
    assert.deepEqual(await listEvents(house), before);
  });

  it('is one on a request that there is not', async () => {
    await using house = await openHouse();
    const before = await listEvents(house);

    const outcome = await vote(house, { id: 'none' }, 'bob');

    assert.deepEqual(outcome, { outcome: 'refused', code: 'no_such_request' });
    assert.deepEqual(await listEvents(house), before);
  });
});
