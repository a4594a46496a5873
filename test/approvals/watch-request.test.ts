/** An open request by time: its end at the deadline, and who is left to agree. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchRequest } from '#approvals/watch-request.ts';
import {
  change,
  createInput,
  listEvents,
  listWakeUps,
  moveExpiry,
  open,
  openAgreed,
  read,
  submit,
  vote,
} from './house-deeds.ts';
import { openHouse } from './open-house.ts';

describe('the deadline of a request', () => {
  it('H24 ends it and its reservation, once', async () => {
    const estate = { hosts: ['esx-01'], hostMemoryGib: 7 };
    await using house = await openHouse({ estate });
    const request = await open(house);
    await vote(house, request, 'bob');
    await moveExpiry(house, request, 0);

    await watchRequest(house.deps, request.id);
    await watchRequest(house.deps, request.id);

    const { request: now, reservation, job } = await read(house, request.id);
    assert.deepEqual(
      [now.state, now.code, job, reservation],
      ['expired', 'expired', undefined, undefined],
    );
    const ends = (await listEvents(house, request.id)).slice(-2).map(({ event }) => event);
    assert.deepEqual(ends, ['vote_cast', 'request_expired']);
    const { judgement } = await submit(house, { input: createInput(house, { name: 'web-08' }) });
    assert.equal(judgement.verdict, 'possible');
  });

  it('is awaited in steps of at most a minute, and never missed', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await moveExpiry(house, request, 20_000);

    await watchRequest(house.deps, request.id);

    const rows = await house.handle
      .kysely()
      .selectFrom('wake_up')
      .selectAll()
      .orderBy('id')
      .execute();
    const { createdAt, expiresAt } = (await read(house, request.id)).request;
    assert.deepEqual(
      rows.map(({ due_at }) => due_at),
      [createdAt.getTime() + 60_000, expiresAt.getTime()],
    );
  });

  it('is nothing to a request that is decided', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    const [before, wakeUps] = [await read(house, request.id), await listWakeUps(house)];

    await watchRequest(house.deps, request.id);

    assert.deepEqual(await read(house, request.id), before);
    assert.deepEqual(await listWakeUps(house), wakeUps);
  });

  it('leaves the request as it was when its end is cut, and ends it at the next wake-up', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await moveExpiry(house, request, 0);
    const before = await read(house, request.id);

    house.breaks.telling = 'request';
    await assert.rejects(watchRequest(house.deps, request.id), { message: 'cut at the request' });
    const cut = await read(house, request.id);
    delete house.breaks.telling;
    await watchRequest(house.deps, request.id);

    assert.deepEqual(cut, before);
    assert.equal((await read(house, request.id)).request.state, 'expired');
  });
});

describe('who is left to agree', () => {
  it('H24 is looked at each minute: a group that empties is told once, and nothing lowers the number (D05)', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await vote(house, request, 'bob');
    for (const login of ['bob', 'eva', 'carl']) change(house, login, { groups: [] });
    house.told.length = 0;

    await watchRequest(house.deps, request.id);
    await watchRequest(house.deps, request.id);

    const { request: now, reservation } = await read(house, request.id);
    assert.deepEqual([now.state, now.facts], ['open', { fallsShort: 'leads' }]);
    assert.deepEqual(
      now.stages.map(({ needed }) => needed),
      [2],
    );
    assert.ok(reservation);
    const told = (await listEvents(house, request.id)).filter(({ event }) =>
      event.startsWith('request_falls'),
    );
    assert.deepEqual(
      told.map(({ facts }) => facts),
      [{ group: 'leads' }],
    );
    assert.deepEqual(house.told, [request.id]);
    assert.equal((await listWakeUps(house)).filter(({ topic }) => topic === 'request').length, 3);
  });

  it('H24 expires as planned when nobody comes back, and frees what it held', async () => {
    await using house = await openHouse();
    const request = await open(house);
    for (const login of ['bob', 'eva', 'carl']) change(house, login, { state: 'disabled' });
    await watchRequest(house.deps, request.id);
    await moveExpiry(house, request, 0);

    await watchRequest(house.deps, request.id);

    const { request: now, reservation } = await read(house, request.id);
    assert.deepEqual([now.state, now.code, reservation], ['expired', 'expired', undefined]);
  });

  it('H24 is told again when there are enough', async () => {
    await using house = await openHouse();
    const request = await open(house);
    for (const login of ['eva', 'carl']) change(house, login, { groups: [] });
    await watchRequest(house.deps, request.id);
    change(house, 'eva', { groups: ['leads'] });

    await watchRequest(house.deps, request.id);

    const events = (await listEvents(house, request.id)).map(({ event }) => event);
    assert.deepEqual(events, ['request_opened', 'request_falls_short', 'request_can_be_decided']);
    assert.equal((await read(house, request.id)).request.facts, null);
  });

  it('H09 is not concluded from a directory that does not answer; the deadline still holds', async () => {
    await using house = await openHouse();
    const request = await open(house);
    house.breaks.directory = true;

    await watchRequest(house.deps, request.id);
    const waiting = (await read(house, request.id)).request;
    await moveExpiry(house, request, 0);
    await watchRequest(house.deps, request.id);

    assert.deepEqual([waiting.state, waiting.facts], ['open', null]);
    assert.equal(house.errors.length, 2);
    assert.equal((await read(house, request.id)).request.state, 'expired');
  });
});
