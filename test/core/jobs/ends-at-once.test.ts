/** Steps of one job that end at once in two processes: the later end sees the earlier one. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openStore } from '#adapters/database/database.ts';
import type { Scheduling } from '#core/jobs/loop.ts';
import { createJob, endStep, startJob } from '#core/jobs/schedule.ts';
import type { Store } from '#core/ports/store.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { newJob } from '../../contracts/store-samples.ts';
import { createFakeClock } from '../fake-clock.ts';
import { toPlan } from './open-bench.ts';
import { createPretendPlatform } from './pretend-platform.ts';

const BRANCHES = ['one', 'two', 'three'];
const nothing = async () => undefined;
const scheduling: Scheduling = {
  kinds: createPretendPlatform(createFakeClock()).kinds,
  announcer: { jobChanged: nothing, jobTurned: nothing, jobAsked: nothing },
  capacityOf: () => undefined,
};

it('begins what follows several steps once, however they end', needsPeer('postgres'), async () => {
  await using opened = await openTwice();
  const { stores } = opened;
  const [store] = stores;
  for (let number = 1; number <= 10; number += 1) {
    const jobId = await start(store, number);
    const claims = await Promise.all(BRANCHES.map((key) => claim(store, `${jobId}/${key}`)));

    const begun = await Promise.all(
      claims.map((claimed, index) =>
        (stores[index % 2] ?? store).transact((tx) =>
          endStep(tx, scheduling, { ...claimed, carrier: claimed.step.id }, { state: 'done' }),
        ),
      ),
    );

    const followers = begun.flatMap((one) => one?.step.key ?? []);
    assert.deepEqual(followers, ['last'], `job ${number}`);
  }
});

async function start(store: Store, number: number): Promise<string> {
  const branches = Object.fromEntries(BRANCHES.map((key) => [key, {}]));
  const plan = toPlan({ ...branches, last: { after: BRANCHES } });
  const job = newJob({ number });
  const started = { planId: 'plan', plan, notes: [] };
  await store.transact((tx) => createJob(tx, scheduling, job, plan));
  await store.transact((tx) => startJob(tx, scheduling, job.id, started));
  return job.id;
}

async function claim(store: Store, stepId: string) {
  return store.transact(async (tx) => {
    const step = await tx.jobs.findStep(stepId);
    if (!step) throw new Error(`there is no ${stepId}`);
    return { step, claim: await tx.jobs.claimStep(step) };
  });
}

async function openTwice() {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres({ fsync: false }));
  const config = { url: await postgres.createDatabase(), connections: 4 };
  const createQueue = async () => ({ enqueue: nothing });
  const open = async () =>
    stack.adopt(await openStore(config, { createQueue }), (one) => one.close());
  const stores = [(await open()).store, (await open()).store] as const;
  const opened = stack.move();
  return { stores, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
