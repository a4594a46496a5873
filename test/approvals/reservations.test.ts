/** What a request holds: one place for it, from the asking to whatever end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Request } from '#approvals/request-store.ts';
import { watchRequest } from '#approvals/watch-request.ts';
import { cancelJob } from '#core/jobs/schedule.ts';
import { changeWorld } from './house-changes.ts';
import {
  ageJob,
  change,
  createInput,
  findId,
  learn,
  moveExpiry,
  open,
  openAgreed,
  read,
  start,
  submit,
  vote,
} from './house-deeds.ts';
import { type House, openHouse } from './open-house.ts';

const ENDS: Record<string, (house: House) => Promise<Request>> = {
  async denied(house) {
    const request = await open(house);
    await vote(house, request, 'bob', 'deny', { reason: 'no' });
    return request;
  },
  async expired(house) {
    const request = await open(house);
    await moveExpiry(house, request, 0);
    await watchRequest(house.deps, request.id);
    return request;
  },
  async 'come back and expired'(house) {
    const request = await openAgreed(house);
    change(house, 'bob', { groups: [] });
    await start(house, request);
    await moveExpiry(house, request, 0);
    await watchRequest(house.deps, request.id);
    return request;
  },
  async 'come back and denied'(house) {
    const request = await openAgreed(house);
    change(house, 'bob', { groups: [] });
    await start(house, request);
    await vote(house, request, 'carl', 'deny', { reason: 'no' });
    return request;
  },
  async 'refused at its start'(house) {
    const request = await openAgreed(house);
    change(house, 'ann', { state: 'disabled' });
    await start(house, request);
    return request;
  },
  async 'given up at its start'(house) {
    const request = await openAgreed(house);
    house.breaks.directory = true;
    await ageJob(house, request, 3_600_000);
    await start(house, request);
    house.breaks.directory = false;
    return request;
  },
  async 'of an older version'(house) {
    const request = await openAgreed(house);
    house.breaks.operations = new Set(['vm.create']);
    await start(house, request);
    return request;
  },
  async 'cancelled before its start'(house) {
    const request = await openAgreed(house);
    const { job } = await read(house, request.id);
    const { scheduling } = house.deps;
    await house.store.transact((tx) => cancelJob(tx, scheduling, job?.id ?? '', 'lab-bob'));
    return request;
  },
};

describe('what a request holds', () => {
  for (const [how, end] of Object.entries(ENDS))
    it(`H24 is free when it is ${how}: the next one takes that place`, async () => {
      await using house = await openHouse({ estate: { hosts: ['esx-01'], hostMemoryGib: 7 } });

      const request = await end(house);

      const { reservation } = await read(house, request.id);
      assert.equal(reservation, undefined);
      change(house, 'ann', { state: 'active' });
      const { judgement } = await submit(house, { input: createInput(house, { name: 'web-08' }) });
      assert.equal(judgement.verdict, 'possible');
    });

  it('stands in the way of others while the request waits, is approved, and has started', async () => {
    await using house = await openHouse({ estate: { hosts: ['esx-01'], hostMemoryGib: 7 } });
    const others = async (name: string) =>
      (await submit(house, { input: createInput(house, { name }) })).judgement.verdict;
    const request = await open(house);

    const waiting = await others('a');
    for (const login of ['bob', 'eva']) await vote(house, request, login);
    const approved = await others('b');
    const { job } = await start(house, request);
    const started = await others('c');

    assert.equal(job?.state, 'running');
    assert.deepEqual([waiting, approved, started], ['blocked', 'blocked', 'blocked']);
  });

  it('does not stand in its own way at the start', async () => {
    await using house = await openHouse({ estate: { hosts: ['esx-01'], hostMemoryGib: 7 } });
    const request = await openAgreed(house);

    const { job } = await start(house, request);

    assert.deepEqual([job?.state, job?.facts], ['running', null]);
  });

  it('moves with the job to another host inside the bounds, so that no second one takes its memory', async () => {
    await using house = await openHouse({
      estate: { hosts: ['esx-01', 'esx-02'], hostMemoryGib: 12 },
    });
    const request = await openAgreed(house);
    const before = await read(house, request.id);
    const [chosen, other] =
      before.plan.advice.place?.hostName === 'esx-01' ? ['esx-01', 'esx-02'] : ['esx-02', 'esx-01'];
    changeWorld(house, (console) => console.setHost(chosen ?? '', { inMaintenance: true }));
    await learn(house);

    const { job, reservation } = await start(house, request);

    assert.equal(job?.state, 'running');
    assert.equal(reservation?.places[0]?.hostId, findId(house, 'host', other ?? ''));
    const second = await submit(house, { input: createInput(house, { name: 'b' }) });
    assert.equal(second.judgement.verdict, 'possible');
    const third = await submit(house, { input: createInput(house, { name: 'c' }) });
    assert.equal(third.judgement.verdict, 'blocked');
  });
});
