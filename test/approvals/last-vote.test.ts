/** The last vote: vote, decision, job, steps, wake-up and audit are one transaction, whole or not at all. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { listEvents, listWakeUps, open, read, vote } from './house-deeds.ts';
import { type House, openHouse } from './open-house.ts';

/** All that a vote could have written. */
async function readAll(house: House, id: string) {
  const { store } = house;
  const jobs = await store.read((reads) => reads.jobs.list({ limit: 10 }));
  const steps = await store.read((reads) => reads.jobs.listSteps({}));
  const [standing, events, wakeUps] = [
    await read(house, id),
    await listEvents(house),
    await listWakeUps(house),
  ];
  return { jobs, steps, standing, events, wakeUps };
}

describe('the last vote', () => {
  it('writes decision, job, steps, wake-up and audit together, and leaves the reservation', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');
    const before = await readAll(house, request.id);

    await vote(house, request, 'eva');

    const after = await readAll(house, request.id);
    const [job] = after.jobs;
    assert.equal(after.standing.request.state, 'approved');
    assert.ok(job && after.steps.every(({ jobId }) => jobId === job.id) && after.steps.length > 0);
    assert.deepEqual(after.wakeUps.slice(before.wakeUps.length), [{ topic: 'job', key: job.id }]);
    assert.deepEqual(after.standing.reservation, before.standing.reservation);
    assert.ok(after.standing.reservation);
    assert.deepEqual(
      after.events.slice(before.events.length).map(({ event }) => event),
      ['vote_cast', 'request_approved', 'job_created'],
    );
  });

  for (const telling of ['job', 'request'] as const)
    it(`leaves nothing when it is cut while the ${telling} is told of`, async () => {
      await using house = await openHouse();
      const request = await open(house);
      await vote(house, request, 'bob');
      const before = await readAll(house, request.id);

      house.breaks.telling = telling;
      await assert.rejects(vote(house, request, 'eva'), { message: `cut at the ${telling}` });
      const cut = await readAll(house, request.id);
      delete house.breaks.telling;
      const again = await vote(house, request, 'eva');

      assert.deepEqual(cut, before);
      assert.equal(again.outcome === 'counted' && again.decided, 'approved');
      assert.equal((await readAll(house, request.id)).jobs.length, 1);
    });

  it('leaves nothing when a no is cut, and the reservation stays with the open request', async () => {
    await using house = await openHouse();
    const request = await open(house);
    const before = await readAll(house, request.id);

    house.breaks.telling = 'request';
    const denied = vote(house, request, 'eva', 'deny', { reason: 'no' });

    await assert.rejects(denied, { message: 'cut at the request' });
    assert.deepEqual(await readAll(house, request.id), before);
  });

  it('leaves nothing after kill -9 in its middle, and can be cast again', async () => {
    using folder = createTemporaryFolder('killed-vote');
    const databaseUrl = `sqlite:${folder.path}/`;
    const requestId = await openWithOneVote(databaseUrl);
    const script = new URL('vote-and-die.ts', import.meta.url).pathname;

    const dying = promisify(execFile)(process.execPath, [script, databaseUrl, requestId, 'eva']);

    await assert.rejects(dying, { signal: 'SIGKILL' });
    await using house = await openHouse({ databaseUrl });
    const { standing, jobs, steps } = await readAll(house, requestId);
    assert.deepEqual([standing.request.state, standing.votes.length], ['open', 1]);
    assert.deepEqual([jobs, steps], [[], []]);
    assert.ok(standing.reservation);
    const again = await vote(house, { id: requestId }, 'eva');
    assert.equal(again.outcome === 'counted' && again.decided, 'approved');
  });
});

async function openWithOneVote(databaseUrl: string): Promise<string> {
  await using house = await openHouse({ databaseUrl });
  const request = await open(house);
  await vote(house, request, 'bob');
  return request.id;
}
