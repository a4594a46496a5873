/** Between decision and start: whether a new VM still fits into what was approved. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agreeAgain, assertBack, changeWorld, codesOf, listStepInputs } from './house-changes.ts';
import {
  createInput,
  findId,
  learn,
  listEvents,
  openAgreed,
  read,
  type Standing,
  start,
} from './house-deeds.ts';
import { type House, openHouse } from './open-house.ts';

describe('a new VM', () => {
  it('H08 is never made from another template of the same name', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    changeWorld(house, (console) => console.replaceTemplate('debian-12'));

    const { blockers } = assertBack(await start(house, request));

    assert.deepEqual(blockers, [
      { code: 'target_gone', facts: { kind: 'template', name: 'debian-12' } },
    ]);
    await learn(house);
    assert.equal(house.deps.index.byName('template', 'debian-12').length, 1);
    assertBackAgain(await agreeAgain(house, request));
  });

  it('goes back when its name is taken by now, and starts once it is free and agreed to again', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    changeWorld(house, (console) => console.renameVm('db-01', 'web-07'));
    await learn(house);

    const standing = await start(house, request);

    const { blockers } = assertBack(standing);
    assert.deepEqual(codesOf(blockers), ['name_taken']);
    changeWorld(house, (console) => console.renameVm('web-07', 'db-01'));
    await learn(house);
    assert.equal((await agreeAgain(house, request)).job?.state, 'running');
  });

  it('goes on with other stars, and says so', async () => {
    await using house = await openHouse({ estate: { hosts: ['esx-01'], hostMemoryGib: 16 } });
    const request = await openAgreed(house);
    changeWorld(house, (console) => {
      for (const power of ['off', 'on'] as const) console.setPower('db-01', power);
    });
    await learn(house);

    const { job, plan } = await start(house, request);

    const [difference] = await listDifferences(house, request.id);
    assert.deepEqual([job?.state, job?.facts], ['running', { differs: true }]);
    assert.equal(difference?.what, 'stars');
    assert.equal(difference?.was, plan.advice.place?.stars);
    assert.ok(Number(difference?.now) < Number(difference?.was));
  });

  it('goes on with another host of those that were approved, and says so', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    const was = (await read(house, request.id)).plan.advice.place?.hostName ?? '';
    const now = was === 'esx-01' ? 'esx-02' : 'esx-01';
    changeWorld(house, (console) => console.setHost(was, { inMaintenance: true }));
    await learn(house);

    const standing = await start(house, request);

    assert.deepEqual([standing.job?.state, standing.job?.facts], ['running', { differs: true }]);
    assert.deepEqual((await listDifferences(house, request.id))[0], { what: 'host', was, now });
    const [input] = await listStepInputs(house, standing);
    const host = house.deps.index.get('host', findId(house, 'host', now));
    assert.equal(input?.host?.handle, host?.handle);
  });

  it('goes on with another datastore of those that were approved, and says so', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    changeWorld(house, (console) => console.fillDatastore('SAN-A'));
    await learn(house);

    const { job } = await start(house, request);

    assert.equal(job?.state, 'running');
    assert.deepEqual(await listDifferences(house, request.id), [
      { what: 'datastore', was: 'SAN-A', now: 'SAN-B' },
    ]);
  });

  it('goes back when every datastore is full, and starts as approved once there is room', async () => {
    await using house = await openHouse({ estate: { datastores: ['SAN-A'] } });
    const request = await openAgreed(house);
    const held = (await read(house, request.id)).reservation;
    changeWorld(house, (console) => console.fillDatastore('SAN-A'));
    await learn(house);

    const standing = await start(house, request);

    const { blockers } = assertBack(standing);
    assert.deepEqual(codesOf(blockers), ['no_host_fits']);
    assert.deepEqual(codesOf(standing.plan.blockers), ['no_host_fits']);
    const [rating] = standing.plan.advice.ratings;
    assert.deepEqual(codesOf(rating?.reasons), ['datastore_too_small']);
    assert.deepEqual(standing.reservation, held);
    changeWorld(house, (console) => console.fillDatastore('SAN-A', 2 ** 44));
    await learn(house);
    assert.equal((await agreeAgain(house, request)).job?.state, 'running');
  });

  it('goes on at its approved place though a better one is there by now', async () => {
    await using house = await openHouse({ estate: { hostMemoryGib: 16 } });
    changeWorld(house, (console) => console.setHost('esx-02', { inMaintenance: true }));
    changeWorld(house, (console) => {
      for (const power of ['off', 'on'] as const) console.setPower('db-01', power);
    });
    await learn(house);
    const request = await openAgreed(house);
    changeWorld(house, (console) => console.setHost('esx-02', { inMaintenance: false }));
    await learn(house);

    const standing = await start(house, request);

    assert.deepEqual([standing.job?.state, standing.job?.facts], ['running', null]);
    const [input] = await listStepInputs(house, standing);
    const approved = house.deps.index.get('host', findId(house, 'host', 'esx-01'));
    assert.equal(input?.host?.handle, approved?.handle);
  });

  it('goes back when only a place outside of the approved ones is left, and holds that one then', async () => {
    await using house = await openHouse();
    changeWorld(house, (console) => console.setHost('esx-02', { inMaintenance: true }));
    await learn(house);
    const [esx01, esx02] = ['esx-01', 'esx-02'].map((name) => findId(house, 'host', name));
    const request = await openAgreed(house);
    changeWorld(house, (console) => {
      console.setHost('esx-01', { inMaintenance: true });
      console.setHost('esx-02', { inMaintenance: false });
    });
    await learn(house);
    const before = (await read(house, request.id)).reservation;

    const standing = await start(house, request);

    const { differences } = assertBack(standing);
    assert.deepEqual(differences, [
      { part: 'oneOf', key: 'hosts', approved: [esx01], now: [esx02] },
    ]);
    assert.deepEqual(
      [before, standing.reservation].map((held) => held?.places[0]?.hostId),
      [esx01, esx02],
    );
    assert.notEqual(standing.request.planId, request.planId);
    assert.equal((await agreeAgain(house, request)).job?.state, 'running');
  });

  it('H20 stays within a wished place: when that is full, it goes back', async () => {
    await using house = await openHouse();
    const input = createInput(house, { datastoreId: findId(house, 'datastore', 'SAN-A') });
    const request = await openAgreed(house, { input });
    changeWorld(house, (console) => console.fillDatastore('SAN-A'));

    const { blockers } = assertBack(await start(house, request));

    assert.deepEqual(codesOf(blockers), ['no_host_fits']);
  });
});

function assertBackAgain({ job, request }: Standing): void {
  assert.deepEqual([job?.state, request.state, request.revision], ['superseded', 'open', 3]);
}

async function listDifferences(house: House, id: string) {
  const started = (await listEvents(house, id)).find(({ event }) => event === 'job_started');
  return started?.facts.differences as { what: string; was: unknown; now: unknown }[];
}
