/** Between decision and start: who asked and who agreed are read again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { change, listEvents, listWakeUps, openAgreed, read, start, vote } from './house-deeds.ts';
import { makeRole } from './house-rules.ts';
import { type House, openHouse } from './open-house.ts';

describe('a start with all as it was', () => {
  it('goes, with the steps placed and the first of them ready', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);

    const { job, request: now, reservation } = await start(house, request);

    assert.deepEqual([job?.state, job?.facts, now.state], ['running', null, 'approved']);
    assert.ok(reservation);
    const [step] = await house.store.read((reads) =>
      reads.jobs.listSteps({ jobId: job?.id ?? '' }),
    );
    const placed = { ...(step?.input as object) } as Record<string, { handle?: string }>;
    assert.ok(placed.host?.handle && placed.datastore?.handle);
    const last = (await listEvents(house, request.id)).at(-1);
    assert.deepEqual([last?.event, last?.facts], ['job_started', { differences: [] }]);
  });

  it('goes once, however often it is woken', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    await start(house, request);
    const events = await listEvents(house);

    await Promise.all([start(house, request), start(house, request)]);

    assert.deepEqual(await listEvents(house), events);
  });
});

const LEFT = {
  'is out of the group': [{ groups: [] }, 'not_an_approver'],
  'is disabled': [{ state: 'disabled' }, 'account_not_active'],
  'is locked': [{ state: 'locked' }, 'account_not_active'],
  'is gone': [undefined, 'account_gone'],
} as const;

describe('a voter who', () => {
  for (const [how, [changes, reason]] of Object.entries(LEFT))
    it(`H22 ${how} has no vote any more, and the request waits again`, async () => {
      await using house = await openHouse();
      const request = await openAgreed(house);
      const held = (await read(house, request.id)).reservation;
      if (changes) change(house, 'bob', changes);
      else house.people.delete('bob');

      const { job, request: now, votes, reservation } = await start(house, request);

      assert.deepEqual([job?.state, job?.code], ['superseded', 'vote_void']);
      assert.deepEqual([now.state, now.revision, now.decidedAt, votes], ['open', 2, null, []]);
      assert.deepEqual(now.planId, request.planId);
      assert.deepEqual((now.cameBack as { facts: object }).facts, { person: 'Bob Stein', reason });
      assert.deepEqual(reservation, held);
      const ends = (await listEvents(house, request.id)).slice(-2);
      assert.deepEqual(
        ends.map(({ event, facts }) => [event, facts.code]),
        [
          ['job_ended', 'vote_void'],
          ['request_came_back', 'vote_void'],
        ],
      );
      assert.deepEqual((await listWakeUps(house)).at(-1), { topic: 'request', key: request.id });
    });

  it('H22 left is replaced by another vote of a colleague, and the job of it starts', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    change(house, 'bob', { groups: [] });
    await start(house, request);

    for (const login of ['bob', 'eva', 'carl']) await vote(house, request, login);
    const { job, request: now } = await start(house, request);

    assert.deepEqual([job?.number, job?.state, now.state], [2, 'running', 'approved']);
  });
});

async function assertEnded(house: House, request: { id: string }, code: string): Promise<void> {
  const standing = await start(house, request);
  const { job, request: now, reservation } = standing;
  assert.deepEqual([job?.state, job?.code], ['refused', code]);
  assert.deepEqual([now.state, now.code, now.facts], ['ended', code, job?.facts]);
  assert.equal(reservation, undefined);
  const jobId = job?.id ?? '';
  const steps = await house.store.read((reads) => reads.jobs.listSteps({ jobId }));
  assert.ok(steps.every(({ state }) => state === 'cancelled'));
  const ends = (await listEvents(house, request.id)).filter(({ facts }) => facts.code === code);
  assert.deepEqual(
    ends.map(({ event }) => event),
    ['job_ended'],
  );
}

describe('a requester who', () => {
  for (const state of ['disabled', 'locked', 'expired'])
    it(`H26 is ${state} starts nothing: the request ends and frees what it held`, async () => {
      await using house = await openHouse();
      const request = await openAgreed(house);
      change(house, 'ann', { state });

      await assertEnded(house, request, 'requester_not_active');

      const { facts } = (await read(house, request.id)).request;
      assert.deepEqual(facts, { person: 'Ann Berg', state });
    });

  it('H26 is gone starts nothing', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.people.delete('ann');

    await assertEnded(house, request, 'requester_not_active');
  });

  it('H26 lost the right starts nothing', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    change(house, 'ann', { groups: ['sales'] });

    await assertEnded(house, request, 'requester_without_right');

    const { facts } = (await read(house, request.id)).request;
    assert.deepEqual(facts, { person: 'Ann Berg', right: 'vm.create' });
  });

  it('H26 lost the right to this template starts nothing', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.rules.roles = [makeRole({ templates: ['windows-2025'] })];

    await assertEnded(house, request, 'requester_without_right');
  });

  it('H26 is denied it by another role by now starts nothing', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    const freeze = makeRole({ name: 'freeze', allow: [], deny: ['vm.*'] });
    house.rules.roles = [makeRole(), freeze];

    await assertEnded(house, request, 'requester_without_right');
  });

  it('H26 lost the right starts nothing also where a vote is void: nobody is asked again', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    change(house, 'bob', { groups: [] });
    change(house, 'ann', { groups: [] });

    await assertEnded(house, request, 'requester_without_right');
  });
});

describe('a start that is cut', () => {
  it('while its request goes back leaves job and request as they were, and does it the next time', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    change(house, 'bob', { groups: [] });
    const before = await read(house, request.id);

    house.breaks.telling = 'request';
    await assert.rejects(start(house, request), { message: 'cut at the request' });
    const cut = await read(house, request.id);
    delete house.breaks.telling;
    const { job, request: now } = await start(house, request);

    assert.deepEqual(cut, before);
    assert.deepEqual([job?.state, now.state, now.revision], ['superseded', 'open', 2]);
  });

  it('while its request ends leaves the reservation, and frees it the next time', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    change(house, 'ann', { state: 'disabled' });
    const before = await read(house, request.id);

    house.breaks.telling = 'job';
    await assert.rejects(start(house, request), { message: 'cut at the job' });
    const cut = await read(house, request.id);
    delete house.breaks.telling;

    assert.deepEqual(cut, before);
    await assertEnded(house, request, 'requester_not_active');
  });
});
