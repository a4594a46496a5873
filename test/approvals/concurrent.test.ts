/** Many at once, on both databases: one decision, one job, and no quota passed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createInput, listEvents, listWakeUps, open, read, submit, vote } from './house-deeds.ts';
import { GIB } from './house-estate.ts';
import { makePolicy, makeRole } from './house-rules.ts';
import { type House, type HouseWish, openHouse } from './open-house.ts';

describe('many at once on SQLite', () => {
  describeMany(async (wish) => openHouse(wish));
});

describe('many at once on PostgreSQL', needsPeer('postgres'), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres({ fsync: false });
  });
  after(() => postgres[Symbol.asyncDispose]());
  describeMany(async (wish) =>
    openHouse({ ...wish, databaseUrl: await postgres.createDatabase() }),
  );
});

function describeMany(openAt: (wish?: HouseWish) => Promise<House>): void {
  it('two voters of two decide once', async () => {
    await using house = await openAt();
    const request = await open(house);

    const outcomes = await Promise.all(['bob', 'eva'].map((login) => vote(house, request, login)));

    const decided = outcomes.filter((it) => it.outcome === 'counted' && it.decided === 'approved');
    assert.equal(decided.length, 1);
    assert.ok(outcomes.every(({ outcome }) => outcome === 'counted'));
    await assertOneJob(house, request.id);
  });

  it('H34 lesson S10: 50 clicks of three people are one decision, one job, and an answer to each click', async () => {
    await using house = await openAt();
    const request = await open(house);
    const logins = Array.from({ length: 50 }, (_, at) => ['bob', 'eva', 'carl'][at % 3] ?? '');

    const outcomes = await Promise.all(logins.map((login) => vote(house, request, login)));

    const codes = outcomes.map((it) =>
      it.outcome === 'counted' ? (it.decided ?? 'counted') : it.code,
    );
    assert.deepEqual(
      ['counted', 'approved'].map((code) => codes.filter((it) => it === code).length),
      [1, 1],
    );
    const rest = codes.filter((code) => code !== 'counted' && code !== 'approved');
    assert.equal(rest.length, 48);
    assert.ok(rest.every((code) => code === 'already_counted' || code === 'already_decided'));
    const events = await listEvents(house, request.id);
    assert.equal(events.filter(({ event }) => event === 'vote_cast').length, 2);
    assert.equal(events.filter(({ event }) => event === 'vote_refused').length, 48);
    await assertOneJob(house, request.id);
  });

  it('a yes and a no at once are one decision, and the other is told so', async () => {
    await using house = await openAt();
    const request = await open(house);
    await vote(house, request, 'bob');

    const outcomes = await Promise.all([
      vote(house, request, 'eva'),
      vote(house, request, 'carl', 'deny', { reason: 'no' }),
    ]);

    const codes = outcomes.map((it) => (it.outcome === 'counted' ? it.decided : it.code));
    const { request: now, job, reservation } = await read(house, request.id);
    assert.ok(codes.includes('already_decided'));
    assert.ok(codes.includes(now.state as 'approved' | 'denied'));
    assert.deepEqual(
      [Boolean(job), Boolean(reservation)],
      now.state === 'approved' ? [true, true] : [false, false],
    );
  });

  it('200 requests take no more than the quota of their role', async () => {
    const quota = { role: { vms: 25, memoryBytes: 1000 * GIB }, member: { cpus: 1000 } };
    const rules = { roles: [makeRole({ quota })] };
    await using house = await openAt({ rules });
    house.people.set('ida', { login: 'ida', name: 'Ida', state: 'active', groups: ['web-team'] });

    const submitted = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        submit(house, {
          as: at % 2 === 0 ? 'ann' : 'ida',
          input: createInput(house, { name: `web-${at}` }),
        }),
      ),
    );

    const verdicts = Map.groupBy(submitted, ({ judgement }) => judgement.verdict);
    assert.equal(verdicts.get('possible')?.length, 25);
    assert.equal(verdicts.get('over_quota')?.length, 175);
    const reservations = await house.store.read((reads) => reads.reservations.list());
    assert.equal(reservations.length, 25);
    const numbers = submitted.flatMap(({ request }) => request?.number ?? []);
    assert.equal(new Set(numbers).size, 25);
  });

  it('20 requests never take the same memory of one host', async () => {
    // 90 % of 48 GiB: ten of 4 GiB, agreed to by a rule, so each is a job at once.
    const estate = { hosts: ['esx-01'], hostMemoryGib: 48 };
    const rules = { policies: [makePolicy({ approvals: null })] };
    await using house = await openAt({ estate, rules });

    const submitted = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        submit(house, { input: createInput(house, { name: `web-${at}` }) }),
      ),
    );

    const reservations = await house.store.read((reads) => reads.reservations.list());
    const heldBytes = reservations.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    assert.equal(heldBytes, 40 * GIB);
    assert.equal(submitted.filter(({ request }) => request).length, 10);
    const jobs = await house.store.read((reads) => reads.jobs.list({ limit: 100 }));
    assert.deepEqual(
      jobs.map(({ number }) => number).toSorted((a, b) => a - b),
      Array.from({ length: 10 }, (_, at) => at + 1),
    );
  });
}

async function assertOneJob(house: House, id: string): Promise<void> {
  const jobs = await house.store.read((reads) => reads.jobs.list({ limit: 10 }));
  const { request } = await read(house, id);
  assert.deepEqual([request.state, jobs.length], ['approved', 1]);
  const wakeUps = (await listWakeUps(house)).filter(({ topic }) => topic === 'job');
  assert.deepEqual(wakeUps, [{ topic: 'job', key: jobs[0]?.id }]);
  const events = (await listEvents(house, id)).filter(({ event }) => event === 'request_approved');
  assert.equal(events.length, 1);
}
