/** Between decision and start: what does not answer now is waited for, for a while. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ageJob,
  findId,
  learn,
  listEvents,
  listWakeUps,
  open,
  openAgreed,
  read,
  start,
  vote,
} from './house-deeds.ts';
import { type House, openHouse } from './open-house.ts';

const QUARTER_MS = 15 * 60_000;

async function assertWaits(house: House, request: { id: string }, code: string): Promise<void> {
  const { reservation: held } = await read(house, request.id);
  const events = await listEvents(house, request.id);

  const { job, request: now, reservation } = await start(house, request);

  assert.deepEqual([job?.state, job?.code, now.state], ['starting', code, 'approved']);
  assert.deepEqual(reservation, held);
  assert.deepEqual(await listEvents(house, request.id), events);
  assert.deepEqual((await listWakeUps(house)).at(-1), { topic: 'job', key: job?.id });
}

async function assertGivesUp(house: House, request: { id: string }, code: string): Promise<void> {
  await ageJob(house, request, QUARTER_MS);

  const { job, request: now, reservation } = await start(house, request);

  assert.deepEqual([job?.state, job?.code], ['refused', code]);
  assert.deepEqual([now.state, now.code, reservation], ['ended', code, undefined]);
  const ends = (await listEvents(house, request.id)).filter(({ event }) => event === 'job_ended');
  assert.equal(ends.length, 1);
}

describe('a directory that does not answer', () => {
  it('H09 is waited for, and the job starts when it is back', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.breaks.directory = true;
    await assertWaits(house, request, 'directory_not_reachable');
    house.breaks.directory = false;

    const { job } = await start(house, request);

    assert.deepEqual([job?.state, job?.code], ['running', null]);
  });

  it('H18 is given up after a quarter of an hour: the request ends and frees what it held', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.breaks.directory = true;
    await ageJob(house, request, QUARTER_MS - 60_000);
    await assertWaits(house, request, 'directory_not_reachable');

    await assertGivesUp(house, request, 'directory_not_reachable');
  });
});

describe('a platform that does not answer', () => {
  it('H10 is waited for, and the job starts when it is back', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.lab.faults.disconnect('vc');
    await assertWaits(house, request, 'connection_unknown');
    house.lab.faults.reconnect('vc');
    await learn(house);

    assert.equal((await start(house, request)).job?.state, 'running');
  });

  it('H18 is given up after a quarter of an hour', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.lab.faults.disconnect('vc');
    await assertWaits(house, request, 'connection_unknown');

    await assertGivesUp(house, request, 'connection_unknown');
  });

  it('H06 is waited for while it is on hold', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.lab.faults.changeByOthers('vc', (console) => console.changeIdentity());
    await learn(house);

    await assertWaits(house, request, 'connection_on_hold');
  });
});

describe('another job on the same VM', () => {
  it('H17 is waited for, and named', async () => {
    await using house = await openHouse();
    const input = { vmId: findId(house, 'vm', 'web-01') };
    const first = await open(house, { operation: 'vm.stop', input });
    const second = await open(house, { operation: 'vm.shutdown', input });
    for (const request of [first, second])
      for (const login of ['bob', 'eva']) await vote(house, request, login);

    await assertWaits(house, second, 'another_job_changes_it');

    assert.deepEqual((await read(house, second.id)).job?.facts, { vm: 'web-01', job: 'J-1' });
  });

  it('H17 that waits for its own start is not waited for: of two, the earlier begins', async () => {
    await using house = await openHouse();
    const input = { vmId: findId(house, 'vm', 'web-01') };
    const first = await open(house, { operation: 'vm.stop', input });
    const second = await open(house, { operation: 'vm.shutdown', input });
    for (const request of [first, second])
      for (const login of ['bob', 'eva']) await vote(house, request, login);

    const standing = await start(house, first);

    assert.equal(standing.job?.state, 'running');
  });
});
