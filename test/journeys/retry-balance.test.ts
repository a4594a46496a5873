/** What is left of a balance that ended incomplete: it goes on, is worth it no more, or says what it waits for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm, listFacts, readJob, untilKnown } from './look.ts';
import { ask, endCard, faultsOf, type MovesWish, names, openMoves, say } from './moves-stage.ts';

const RETRY = 'job retry J-1';
const UNEVEN: MovesWish = {
  on: { 'esx-01': names(10), 'esx-02': ['web-01'], 'esx-03': ['web-02'] },
  hosts: {
    'esx-01': { memory: '128GiB', cpuUsedShare: 0.7 },
    'esx-02': { memory: '128GiB', cpuUsedShare: 0.1 },
    'esx-03': { memory: '128GiB', cpuUsedShare: 0.1 },
  },
};

/** J-1 has moved app-02 and app-03, and app-01 was refused. */
async function openPartly(): Promise<TestApp> {
  const app = await openMoves(UNEVEN);
  faultsOf(app).refuse('move', 'not_enough_memory', { vm: 'app-01' });
  await ask(app, 'cluster balance C1 app-01 app-02 app-03');
  assert.match(await endCard(app), /J-1 · incomplete/);
  return app;
}

/** Others have evened out the cluster by hand. */
async function evenOut(app: TestApp): Promise<void> {
  byOthers(app, (console) => {
    for (const [name, host] of [
      ['app-04', 'esx-02'],
      ['app-05', 'esx-02'],
      ['app-06', 'esx-03'],
      ['app-07', 'esx-03'],
    ] as const)
      console.moveVm(name, { host });
    for (const host of ['esx-01', 'esx-02', 'esx-03']) console.setHost(host, { cpuUsedShare: 0.3 });
  });
  await untilKnown(app, (index) =>
    index.byName('host', 'esx-01').every(({ body }) => body.cpuUsedShare === 0.3),
  );
}

describe('a retry of a balance', { timeout: 100_000 }, () => {
  it('whose rest is not worth moving any more says that nothing needs to be done', async () => {
    await using app = await openPartly();
    await evenOut(app);
    const before = await readJob(app, 1);

    const answer = await say(app, 'carl', RETRY);

    assert.match(
      answer,
      /^J-1 is not retried What is left of it is not worth moving any more, so nothing needs to be done\. What would be worth it now: cluster balance C1 Nothing was done\.$/,
    );
    assert.doesNotMatch(answer, /Once that is settled/);
    assert.equal((await listFacts(app, 'refused'))[0]?.code, 'not_worth_moving');
    assert.deepEqual(await readJob(app, 1), before);
  });

  it('says the same where somebody else has moved the rest to where it was to go', async () => {
    await using app = await openPartly();
    const { oneOf } = (await approvedOf(app)).bounds;
    const { index } = app.drover.house;
    const hostId = oneOf[findVm(app, 'app-01').id]?.[0] ?? '';
    const host = index.get('host', hostId);
    byOthers(app, (console) => console.moveVm('app-01', { host: host?.body.name ?? '' }));
    await untilKnown(app, () => findVm(app, 'app-01').body.hostHandle === host?.handle);

    assert.match(await say(app, 'carl', RETRY), /not worth moving any more, so nothing needs/);
  });

  it('that cannot go on yet says what stands against the rest, and goes on once that is settled', async () => {
    await using app = await openPartly();
    byOthers(app, (console) => console.setPower('app-01', 'paused'));
    await untilKnown(app, () => findVm(app, 'app-01').body.power === 'paused');

    const answer = await say(app, 'carl', RETRY);
    byOthers(app, (console) => console.setPower('app-01', 'on'));
    await untilKnown(app, () => findVm(app, 'app-01').body.power === 'on');
    const again = await say(app, 'carl', RETRY);

    assert.match(
      answer,
      /not retried app-01 does not run \(.*\); .*Once that is settled: job retry J-1/,
    );
    assert.doesNotMatch(answer, /is balanced as well as/);
    assert.match(again, /J-1 goes on Done again: move app-01/);
    assert.match(await endCard(app), /J-1 · done/);
    assert.equal(deedsOf(app).filter((deed) => deed === 'move').length, 3);
  });
});

async function approvedOf(app: TestApp) {
  const { planId } = await readJob(app, 1);
  const stored = await app.drover.house.store.read(({ plans }) => plans.find(planId));
  if (!stored) throw new Error('J-1 has no plan');
  return stored.plan;
}
