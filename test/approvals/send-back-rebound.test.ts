/** An open request on a VM that stands under a new handle: back to its approvers before anybody starts anything (H03). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reopen } from '#approvals/send-back.ts';
import { sendBackRebound } from '#approvals/send-back-rebound.ts';
import { toRow } from '#core/inventory/reconcile.ts';
import {
  createInput,
  findId,
  listEvents,
  listWakeUps,
  moveExpiry,
  open,
  openAgreed,
  read,
  start,
  vote,
} from './house-deeds.ts';
import { learnEstate } from './learn-estate.ts';
import { type House, openHouse } from './open-house.ts';

const stop = (house: House) => ({
  operation: 'vm.stop',
  input: { vmId: findId(house, 'vm', 'web-01') },
});

/** Taken out of the list and in again at the console; read with the sync that sends back. Answers both handles. */
async function registerAgain(house: House): Promise<{ was: string; now: string }> {
  const { deps, lab } = house;
  const was = deps.index.byName('vm', 'web-01')[0]?.handle ?? '';
  const now = lab.faults.changeByOthers('vc', (console) => console.registerAgain('web-01'));
  await learn(house);
  assert.equal(deps.index.get('vm', findId(house, 'vm', 'web-01'))?.handle, now);
  return { was, now };
}

function learn({ deps, world, lab }: House): Promise<void> {
  const sync: House['world']['sync'] = {
    ...world.sync,
    onReconciled: (tx, reconciled) => sendBackRebound({ ...deps, world }, tx, reconciled),
  };
  return learnEstate(sync, lab);
}

describe('a VM registered again', () => {
  it('H03 H23 sends its open request back at once: votes void, both handles told, its time anew', async () => {
    await using house = await openHouse();
    const request = await open(house, stop(house));
    await vote(house, request, 'bob');
    await moveExpiry(house, request, 60_000);
    house.told.length = 0;

    const { was, now } = await registerAgain(house);

    const { request: back, votes, plan } = await read(house, request.id);
    assert.deepEqual([back.state, back.revision, votes], ['open', 2, []]);
    assert.equal(plan.bounds.exact.handle, now);
    const { code, facts, differences } = back.cameBack as Record<string, unknown>;
    assert.deepEqual([code, facts], ['registered_again', { name: 'web-01' }]);
    assert.deepEqual(differences, [{ part: 'exact', key: 'handle', approved: was, now }]);
    assert.deepEqual(back.stages, request.stages);
    const leftMs = back.expiresAt.getTime() - (await house.handle.now());
    assert.equal(Math.round(leftMs / 60_000), 60);
    assert.deepEqual(house.told, [request.id]);
    const events = (await listEvents(house, request.id)).map(({ event }) => event);
    assert.equal(events.at(-1), 'request_came_back');
  });

  it('H03 is agreed to anew, and then starts as it stands', async () => {
    await using house = await openHouse();
    const request = await open(house, stop(house));
    await vote(house, request, 'bob');
    await registerAgain(house);

    const old = await vote(house, request, 'bob', 'approve', { revision: 1 });
    await vote(house, request, 'bob');
    await vote(house, request, 'eva');
    const { job, request: now } = await start(house, request);

    assert.equal(old.outcome === 'refused' && old.code, 'card_is_old');
    assert.deepEqual([job?.state, now.state, now.revision], ['running', 'approved', 2]);
  });

  it('H03 leaves alone what is about something else and what is decided: that is compared at its start', async () => {
    await using house = await openHouse();
    const create = await open(house, { input: createInput(house) });
    const agreed = await openAgreed(house, stop(house));

    await registerAgain(house);

    for (const { id } of [create, agreed])
      assert.equal((await read(house, id)).request.revision, 1);
    assert.equal((await read(house, agreed.id)).request.state, 'approved');
  });

  it('H03 leaves alone what was asked for since', async () => {
    await using house = await openHouse();
    await registerAgain(house);
    const request = await open(house, stop(house));
    const [vm] = house.deps.index.byName('vm', 'web-01');
    assert.ok(vm);

    const told = { rebound: [vm.id], writes: [toRow(vm)], twins: [] };
    await house.store.transact((tx) => sendBackRebound({ ...house.deps, ...house }, tx, told));

    assert.equal((await read(house, request.id)).request.revision, 1);
  });

  it('H03 H10 that is read first after an outage tells the difference, and no cause of that moment', async () => {
    await using house = await openHouse();
    const request = await open(house, stop(house));
    await house.store.transact((tx) =>
      tx.connections.save('vc', { failingSince: tx.now, errorCode: 'not_reachable' }),
    );

    const { now } = await registerAgain(house);

    const { request: back, plan } = await read(house, request.id);
    assert.deepEqual([back.revision, plan.bounds.exact.handle, plan.blockers], [2, now, []]);
  });

  it('H03 is nothing to a request that was decided in the same moment', async () => {
    await using house = await openHouse();
    const request = await open(house, stop(house));
    await vote(house, request, 'bob');
    await vote(house, request, 'eva');
    const before = await read(house, request.id);
    house.told.length = 0;
    const { plan } = before;
    const back = {
      request,
      from: 'open',
      approved: plan,
      now: plan,
      code: 'a',
      facts: {},
    } as const;

    await house.store.transact((tx) =>
      reopen(tx, house.deps, { ...back, asked: { verdict: 'no_policy' } }),
    );

    assert.deepEqual(await read(house, request.id), before);
    assert.deepEqual(house.told, []);
    const events = (await listEvents(house, request.id)).map(({ event }) => event);
    assert.ok(!events.includes('request_came_back'));
  });

  it('H03 is watched once, as before', async () => {
    await using house = await openHouse();
    const request = await open(house, stop(house));
    const before = await listWakeUps(house);

    await registerAgain(house);

    assert.deepEqual(await listWakeUps(house), before);
    assert.equal((await read(house, request.id)).request.revision, 2);
  });

  it('H03 is not known as such while its request cannot be sent back: both are one transaction', async () => {
    await using house = await openHouse();
    const request = await open(house, stop(house));
    const { handle: was } = house.deps.index.byName('vm', 'web-01')[0] ?? {};
    house.lab.faults.changeByOthers('vc', (console) => console.registerAgain('web-01'));
    house.breaks.telling = 'request';

    await learn(house);
    const cut = await read(house, request.id);
    delete house.breaks.telling;
    const [vm] = house.deps.index.byName('vm', 'web-01');
    await learn(house);

    assert.deepEqual([cut.request.revision, vm?.handle], [1, was]);
    assert.equal((await read(house, request.id)).request.revision, 2);
  });
});
