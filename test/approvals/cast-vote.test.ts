/** A vote: what counts, and what is written of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { castVote } from '#approvals/decide.ts';
import { change, findAccount, listEvents, open, read, start, vote } from './house-deeds.ts';
import { ask, group, makePolicy } from './house-rules.ts';
import { openHouse } from './open-house.ts';

describe('a vote that counts', () => {
  it('keeps the request open while others are needed, and tells of it', async () => {
    await using house = await openHouse();
    const request = await open(house);
    house.told.length = 0;

    const outcome = await vote(house, request, 'bob', 'approve', { reason: 'seen', via: 'cli' });

    const { votes, job, request: now } = await read(house, request.id);
    assert.deepEqual([outcome.outcome, now.state, job], ['counted', 'open', undefined]);
    assert.deepEqual(
      votes.map(({ personName, word, reason, via }) => [personName, word, reason, via]),
      [['Bob Stein', 'approve', 'seen', 'cli']],
    );
    assert.deepEqual(house.told, [request.id]);
  });

  it('decides with the last one that is needed, and makes the job of the approved plan', async () => {
    await using house = await openHouse();
    const request = await open(house);

    await vote(house, request, 'bob');
    const outcome = await vote(house, request, 'eva');

    const { request: now, job, plan } = await read(house, request.id);
    assert.deepEqual(
      [outcome.outcome === 'counted' && outcome.decided, now.state, job?.state, job?.number],
      ['approved', 'approved', 'starting', 1],
    );
    assert.ok(now.decidedAt);
    assert.equal(job?.planId, now.planId);
    const steps = await house.store.read((reads) => reads.jobs.listSteps({ jobId: job?.id ?? '' }));
    assert.deepEqual(
      steps.map(({ key, state }) => [key, state]),
      plan.steps.map(({ key }) => [key, 'blocked']),
    );
  });

  it('ends the request with one no, its reason and its reservation', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');

    const outcome = await vote(house, request, 'eva', 'deny', { reason: 'the release is frozen' });

    const { request: now, reservation, job } = await read(house, request.id);
    assert.equal(outcome.outcome === 'counted' && outcome.decided, 'denied');
    assert.deepEqual(
      [now.state, now.code, now.facts, reservation, job],
      ['denied', 'denied', { reason: 'the release is frozen' }, undefined, undefined],
    );
    const last = (await listEvents(house, request.id)).at(-1);
    assert.deepEqual([last?.event, last?.personId], ['request_denied', 'lab-eva']);
  });

  it('needs no reason for a no where the rule asks for none', async () => {
    const policies = [makePolicy({ approvals: ask({ reasonOnDeny: false }) })];
    await using house = await openHouse({ rules: { policies } });
    const request = await open(house);

    const outcome = await vote(house, request, 'eva', 'deny');

    assert.equal(outcome.outcome === 'counted' && outcome.decided, 'denied');
  });

  it('H23 a changed mind before the decision counts, and both words stay in the audit', async () => {
    const policies = [makePolicy(), makePolicy({ name: 'capacity', approvals: askCapacity() })];
    await using house = await openHouse({ rules: { policies } });
    const request = await open(house);
    await vote(house, request, 'bob', 'approve', { reason: 'fine' });

    const outcome = await vote(house, request, 'bob', 'deny', { reason: 'on second thought' });

    const { votes } = await read(house, request.id);
    assert.equal(outcome.outcome === 'counted' && outcome.decided, 'denied');
    assert.deepEqual(
      votes.map(({ word, reason }) => [word, reason]),
      [['deny', 'on second thought']],
    );
    const cast = (await listEvents(house, request.id)).filter(({ event }) => event === 'vote_cast');
    assert.deepEqual(
      cast.map(({ facts }) => [facts.word, facts.reason]),
      [
        ['approve', 'fine'],
        ['deny', 'on second thought'],
      ],
    );
  });

  it('counts once over two stages of two groups (B31)', async () => {
    const policies = [makePolicy(), makePolicy({ name: 'capacity', approvals: askCapacity() })];
    await using house = await openHouse({ rules: { policies } });
    change(house, 'bob', { groups: ['leads', 'capacity'] });
    const request = await open(house);

    for (const login of ['bob', 'eva']) await vote(house, request, login);
    const before = (await read(house, request.id)).request.state;
    await vote(house, request, 'carl');

    assert.deepEqual([before, (await read(house, request.id)).request.state], ['open', 'approved']);
  });
});

describe('a vote beside another', () => {
  it('H22 is read again when somebody voted whose account was not read, and leaves nothing', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');
    const before = [await read(house, request.id), await listEvents(house)];
    const eva = await findAccount(house, 'eva');
    const cast = { requestId: request.id, personId: eva.id, word: 'approve', via: 'cli' } as const;

    const outcome = await house.store.transact((tx) =>
      castVote(tx, house.deps, { ...cast, reason: null }, new Map([[eva.id, eva]])),
    );

    assert.equal(outcome, 'reread');
    assert.deepEqual([await read(house, request.id), await listEvents(house)], before);
  });
});

describe('votes of those who left', () => {
  it('H22 count no more at the next vote, and the audit says why', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');
    change(house, 'bob', { groups: [] });

    await vote(house, request, 'eva');

    const { request: now, votes } = await read(house, request.id);
    assert.equal(now.state, 'open');
    assert.deepEqual(
      votes.map(({ personId, voidCode }) => [personId, voidCode]),
      [
        ['lab-bob', 'not_an_approver'],
        ['lab-eva', null],
      ],
    );
    const told = (await listEvents(house, request.id)).filter(({ event }) => event === 'vote_void');
    assert.deepEqual(told, [
      { ...told[0], personId: 'lab-bob', facts: { code: 'not_an_approver', revision: 1 } },
    ]);
  });

  it('H22 of the disabled and the gone count no more either', async () => {
    const policies = [makePolicy({ approvals: ask({ needed: 3 }) })];
    await using house = await openHouse({ rules: { policies } });
    const request = await open(house);
    await vote(house, request, 'bob');
    await vote(house, request, 'eva');
    change(house, 'bob', { state: 'disabled' });
    house.people.delete('eva');

    await vote(house, request, 'carl');

    const { votes } = await read(house, request.id);
    assert.deepEqual(
      votes.map(({ voidCode }) => voidCode),
      ['account_not_active', 'account_not_active', null],
    );
  });

  it('H22 who comes back may vote again, and counts then', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');
    change(house, 'bob', { groups: [] });
    await vote(house, request, 'eva');
    change(house, 'bob', { groups: ['leads'] });

    const outcome = await vote(house, request, 'bob');

    assert.equal(outcome.outcome === 'counted' && outcome.decided, 'approved');
    assert.equal((await start(house, request)).job?.state, 'running');
  });
});

function askCapacity() {
  return ask({ needed: 1, group: group('capacity'), reasonOnDeny: false });
}
