/** A request that came back: new bounds, new votes, and who is asked for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findId, learn, listEvents, open, openAgreed, read, start, vote } from './house-deeds.ts';
import { ask, group, makePolicy } from './house-rules.ts';
import { type House, openHouse } from './open-house.ts';

/** Approved for one VM, which has a new handle by now. */
async function openMoved(house: House, operation = 'vm.stop') {
  const input = { vmId: findId(house, 'vm', 'web-01') };
  const request = await openAgreed(house, { operation, input });
  await moveAgain(house);
  return request;
}

async function moveAgain(house: House): Promise<void> {
  house.lab.faults.changeByOthers('vc', (console) => console.registerAgain('web-01'));
  await learn(house);
}

describe('a request that came back', () => {
  it('H23 has no vote any more: those who agreed are asked again, on the new revision', async () => {
    await using house = await openHouse();
    const request = await openMoved(house);
    await start(house, request);

    const old = await vote(house, request, 'bob', 'approve', { revision: 1 });
    const one = await vote(house, request, 'bob', 'approve', { revision: 2 });
    const between = (await read(house, request.id)).request.state;
    const two = await vote(house, request, 'eva');

    assert.deepEqual(
      [old.outcome === 'refused' && old.code, one.outcome],
      ['card_is_old', 'counted'],
    );
    assert.equal(between, 'open');
    assert.equal(two.outcome === 'counted' && two.decided, 'approved');
    const cast = (await listEvents(house, request.id)).filter(({ event }) => event === 'vote_cast');
    assert.deepEqual(
      cast.map(({ personId, facts }) => [personId, facts.revision]),
      [
        ['lab-bob', 1],
        ['lab-eva', 1],
        ['lab-bob', 2],
        ['lab-eva', 2],
      ],
    );
  });

  it('has the time that its rule gives, each time anew and never more', async () => {
    await using house = await openHouse();
    const request = await openMoved(house);
    const lengths: number[] = [];

    for (let round = 0; round < 3; round += 1) {
      const { expiresAt } = (await start(house, request)).request;
      lengths.push(Math.round((expiresAt.getTime() - (await house.handle.now())) / 60_000));
      for (const login of ['bob', 'eva']) await vote(house, request, login);
      await moveAgain(house);
    }

    assert.deepEqual(lengths, [60, 60, 60]);
    assert.equal((await read(house, request.id)).request.revision, 4);
  });

  it('asks those whom the rules name by now (B29)', async () => {
    await using house = await openHouse();
    const request = await openMoved(house);
    const approvals = ask({ needed: 1, group: group('capacity'), expiresAfterMinutes: 15 });
    house.rules.policies = [makePolicy({ name: 'new-rule', approvals })];

    const { request: now } = await start(house, request);

    assert.deepEqual(
      now.stages.map(({ rule, groupName, needed }) => [rule, groupName, needed]),
      [['new-rule', 'capacity', 1]],
    );
    assert.ok(now.expiresAt.getTime() - (await house.handle.now()) <= 15 * 60_000);
    const [bob, dora] = [await vote(house, request, 'bob'), await vote(house, request, 'dora')];
    assert.equal(bob.outcome === 'refused' && bob.code, 'not_an_approver');
    assert.equal(dora.outcome === 'counted' && dora.decided, 'approved');
  });

  it('asks those whom it asked before where no rule holds any more', async () => {
    await using house = await openHouse();
    const request = await openMoved(house);
    house.rules.policies = [];

    const { request: now } = await start(house, request);

    assert.deepEqual([now.state, now.stages], ['open', request.stages]);
  });

  it('forgets what was said of it before: it falls short no more', async () => {
    await using house = await openHouse();
    const request = await openMoved(house);
    await house.store.transact((tx) =>
      tx.requests.change(request.id, 'approved', { facts: { fallsShort: 'leads' } }),
    );

    const { request: now } = await start(house, request);

    assert.deepEqual([now.facts, now.code], [null, null]);
  });
});

describe('a request that a rule agreed to', () => {
  const auto = makePolicy({ name: 'by-rule', approvals: null });

  it('starts where nothing has changed', async () => {
    await using house = await openHouse({ rules: { policies: [auto] } });
    const request = await open(house);

    assert.equal((await start(house, request)).job?.state, 'running');
  });

  it('ends where its plan fits no more: nobody is there to ask, and nothing is held', async () => {
    await using house = await openHouse({
      rules: { policies: [auto] },
      estate: { datastores: ['SAN-A'] },
    });
    const request = await open(house);
    house.lab.faults.changeByOthers('vc', (console) => console.fillDatastore('SAN-A'));
    await learn(house);

    const { job, request: now, reservation } = await start(house, request);

    assert.deepEqual([job?.state, job?.code], ['refused', 'outside_bounds']);
    assert.deepEqual([now.state, now.code, reservation], ['ended', 'outside_bounds', undefined]);
  });

  it('goes to people where the rules ask some of them for what it would be now', async () => {
    await using house = await openHouse({ rules: { policies: [auto] } });
    const input = { vmId: findId(house, 'vm', 'web-01') };
    const request = await open(house, { operation: 'vm.stop', input });
    await moveAgain(house);
    house.rules.policies = [auto, makePolicy()];

    const { job, request: now } = await start(house, request);

    assert.deepEqual([job?.state, now.state, now.stages.length], ['superseded', 'open', 1]);
  });
});
