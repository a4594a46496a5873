/** From a command to a request: what is written, and why a request is not made. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Judgement } from '#approvals/open-request.ts';
import { createInput, findId, listEvents, listWakeUps, open, read, submit } from './house-deeds.ts';
import { GIB } from './house-estate.ts';
import { ask, group, makePolicy, makeRole } from './house-rules.ts';
import { type House, openHouse } from './open-house.ts';

/** A verdict other than possible; nothing of it is written. */
async function assertNot<V extends Judgement['verdict']>(
  house: House,
  verdict: V,
  wish: Parameters<typeof submit>[1] = {},
): Promise<Extract<Judgement, { verdict: V }>> {
  const { judgement, request } = await submit(house, wish);

  assert.deepEqual([judgement.verdict, request], [verdict, undefined]);
  const written = await house.store.read(async (reads) => [
    await reads.requests.list({ limit: 9 }),
    await reads.reservations.list(),
    await reads.jobs.list({ limit: 9 }),
  ]);
  assert.deepEqual(written, [[], [], []]);
  const events = (await listEvents(house)).map(({ event }) => event);
  assert.ok(events.every((event) => event === 'object_gone'));
  return judgement as Extract<Judgement, { verdict: V }>;
}

describe('a request that can be agreed to', () => {
  it('is written with plan, stages, deadline, reservation, wake-up and one event', async () => {
    await using house = await openHouse();

    const { id } = await open(house);

    const { request, plan, reservation, job } = await read(house, id);
    assert.deepEqual(
      [request.state, request.revision, request.number, request.requesterName, job],
      ['open', 1, 1, 'Ann Berg', undefined],
    );
    assert.deepEqual(
      request.stages.map(({ rule, needed, groupName }) => [rule, needed, groupName]),
      [['leads', 2, 'leads']],
    );
    assert.equal(request.expiresAt.getTime() - request.createdAt.getTime(), 3_600_000);
    assert.deepEqual(reservation, {
      ...plan.reserves,
      ...{ requestId: id, personId: 'lab-ann', roleNames: ['web-team'] },
    });
    assert.deepEqual(await listWakeUps(house), [{ topic: 'request', key: id }]);
    const events = await listEvents(house, id);
    assert.deepEqual(
      events.map(({ event, personId, facts }) => [event, personId, facts.rules, facts.role]),
      [['request_opened', 'lab-ann', ['leads'], 'web-team']],
    );
    assert.deepEqual(house.told, [id]);
  });

  it('takes nothing where the plan takes nothing', async () => {
    await using house = await openHouse();
    const input = { vmId: findId(house, 'vm', 'web-01') };

    const { id } = await open(house, { operation: 'vm.stop', input });

    assert.equal((await read(house, id)).reservation, undefined);
  });

  it('becomes a job at once where a rule says auto', async () => {
    await using house = await openHouse({ rules: { policies: [makePolicy({ approvals: null })] } });

    const { id } = await open(house);

    const { request, job, reservation, votes } = await read(house, id);
    assert.deepEqual([request.state, request.stages, votes], ['approved', [], []]);
    assert.deepEqual([job?.state, job?.requestId], ['starting', id]);
    assert.ok(reservation);
    assert.deepEqual(await listWakeUps(house), [{ topic: 'job', key: job?.id }]);
    const events = (await listEvents(house, id)).map(({ event }) => event);
    assert.deepEqual(events, ['request_opened', 'request_approved', 'job_created']);
  });

  it('leaves nothing when it is cut in its middle', async () => {
    await using house = await openHouse();

    house.breaks.telling = 'request';
    await assert.rejects(submit(house), { message: 'cut at the request' });
    delete house.breaks.telling;

    assert.deepEqual(await listWakeUps(house), []);
    const { number } = await open(house);
    assert.equal(number, 1);
  });

  it('takes the first role whose quota has room', async () => {
    const roles = [
      makeRole({ name: 'small', quota: { member: { vms: 0 } } }),
      makeRole({ name: 'large', quota: { member: { vms: 2 } } }),
    ];
    await using house = await openHouse({ rules: { roles } });

    const { id } = await open(house);

    assert.deepEqual((await read(house, id)).reservation?.roleNames, ['large']);
  });
});

describe('a request that is not made', () => {
  it('is one without the right, and says which role does not give it', async () => {
    await using house = await openHouse();

    const { rights } = await assertNot(house, 'not_allowed', { as: 'bob' });

    assert.deepEqual(
      rights.reasons.map(({ role, code }) => [role, code]),
      [['web-team', 'not_a_member']],
    );
  });

  it('is one of an account that is not active', async () => {
    await using house = await openHouse();
    house.people.set('ann', { login: 'ann', name: 'Ann', state: 'locked', groups: ['web-team'] });

    const { rights } = await assertNot(house, 'not_allowed');

    assert.equal(rights.code, 'account_not_active');
  });

  it('is one whose plan is blocked, with every blocker', async () => {
    await using house = await openHouse();
    const folderId = findId(house, 'folder', '/prod');
    const input = createInput(house, { name: 'web-01', folderId, memoryBytes: 1024 * GIB });

    const { plan } = await assertNot(house, 'blocked', { input });

    assert.deepEqual(
      plan.blockers.map(({ code }) => code),
      ['name_taken', 'no_host_fits'],
    );
  });

  it('is one on what is no more', async () => {
    await using house = await openHouse();
    const input = { vmId: findId(house, 'vm', 'web-01') };
    house.lab.faults.changeByOthers('vc', (console) => console.deleteVm('web-01'));

    await assertNot(house, 'target_gone', { operation: 'vm.stop', input });
  });

  it('is one that no rule names', async () => {
    const policies = [makePolicy({ operations: ['vm.delete'] })];
    await using house = await openHouse({ rules: { policies } });

    await assertNot(house, 'no_policy');
  });

  it('is one over quota, with each line that is over, of every role', async () => {
    const roles = [
      makeRole({ name: 'a', quota: { member: { vms: 5, memoryBytes: 3 * GIB } } }),
      makeRole({ name: 'b', quota: { role: { cpus: 1, vms: 0 } } }),
    ];
    await using house = await openHouse({ rules: { roles } });

    const { lines } = await assertNot(house, 'over_quota');

    assert.deepEqual(lines, [
      { role: 'a', of: 'member', what: 'memoryBytes', used: 0, wanted: 4 * GIB, limit: 3 * GIB },
      { role: 'b', of: 'role', what: 'vms', used: 0, wanted: 1, limit: 0 },
      { role: 'b', of: 'role', what: 'cpus', used: 0, wanted: 2, limit: 1 },
    ]);
  });

  it('is a second one where the host has room for one', async () => {
    const estate = { hosts: ['esx-01'], hostMemoryGib: 7 };
    await using house = await openHouse({ estate });
    await open(house);

    const { judgement } = await submit(house, { input: createInput(house, { name: 'web-08' }) });

    assert.equal(judgement.verdict, 'blocked');
    const [rating] = judgement.verdict === 'blocked' ? judgement.plan.advice.ratings : [];
    assert.deepEqual(
      rating?.reasons.map(({ code }) => code),
      ['host_memory_too_small'],
    );
  });
});

describe('who could agree', () => {
  it('H24 must be enough people without the requester, else there is no request', async () => {
    await using house = await openHouse();
    house.people.delete('eva');
    house.people.delete('carl');
    house.people.set('ann', {
      login: 'ann',
      name: 'A',
      state: 'active',
      groups: ['web-team', 'leads'],
    });

    const { stage, others } = await assertNot(house, 'nobody_can_agree');

    assert.deepEqual([stage.groupName, stage.needed, others], ['leads', 2, 1]);
  });

  it('H24 are nobody in an empty group (D04)', async () => {
    const policies = [makePolicy({ approvals: ask({ needed: 1, group: group('empty') }) })];
    await using house = await openHouse({ rules: { policies } });

    const { others } = await assertNot(house, 'nobody_can_agree');

    assert.equal(others, 0);
  });

  it('H24 are counted once over two stages, and only while their accounts are active', async () => {
    const policies = [makePolicy(), makePolicy({ name: 'again', approvals: ask({ needed: 1 }) })];
    await using house = await openHouse({ rules: { policies } });
    const { judgement } = await submit(house);
    house.people.set('carl', { login: 'carl', name: 'C', state: 'disabled', groups: ['leads'] });

    const { judgement: later } = await submit(house, { input: createInput(house, { name: 'b' }) });

    assert.deepEqual([judgement.verdict, later.verdict], ['possible', 'nobody_can_agree']);
  });

  it('H09 are not nobody when the directory does not answer: the request waits for it', async () => {
    await using house = await openHouse();
    const submitted = submit(house);
    house.breaks.directory = true;

    await assert.rejects(submitted, { code: 'directory_not_reachable' });
    assert.deepEqual(await house.store.read((reads) => reads.requests.list({ limit: 9 })), []);
  });
});
