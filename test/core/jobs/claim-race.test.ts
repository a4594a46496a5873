/** Another process cancels or holds a job just between what a claim reads and its write; only PostgreSQL has several. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, it } from 'node:test';
import { openStore } from '#adapters/database/database.ts';
import type { Opening, Store, Tx } from '#core/ports/store.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';
import { type Bench, dieAtSeam, openBench } from './open-bench.ts';

/** Once, after a transaction has read its job and before it hears of it. */
function afterFind(store: Store, happen: () => Promise<unknown>): Store {
  const outside = AsyncLocalStorage.snapshot();
  let isOver = false;
  const toTx = (tx: Tx): Tx => {
    const find: Tx['jobs']['find'] = async (id) => {
      const job = await tx.jobs.find(id);
      if (!isOver) {
        isOver = true;
        await outside(happen);
      }
      return job;
    };
    const jobs = { value: Object.create(tx.jobs, { find: { value: find } }) };
    return Object.create(tx, { jobs });
  };
  return {
    ...store,
    transact: <A>(work: (tx: Tx) => Promise<A>, opening?: Opening) =>
      store.transact((tx) => work(toTx(tx)), opening),
  };
}

const cancel = (bench: Bench) => bench.cancel('job-1');
const hold = ({ store }: Bench) =>
  store.transact(({ jobs }) => jobs.change('job-1', { code: 'requester_lost_right' }));

describe('a step left behind', needsPeer('postgres'), () => {
  for (const [rule, happen, state] of [
    ['H18 is not begun when its job is cancelled', cancel, 'cancelled'],
    ['H26 is not begun when its job is held', hold, 'blocked'],
  ] as const) {
    it(`${rule} between the reading and the claim`, async () => {
      await using postgres = await startPostgres({ fsync: false });
      const config = { url: await postgres.createDatabase(), connections: 4 };
      await using bench = await openBench(async (createQueue) => {
        const opened = await openStore(config, { createQueue: async (of) => createQueue(of) });
        return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
      });
      await bench.startJob({ steps: { a: { kind: 'clone' } } });
      await bench.deliver(dieAtSeam('claimed'));

      await bench.deliver({ store: afterFind(bench.store, () => happen(bench)) });

      assert.deepEqual(await bench.states('job-1'), [`a ${state}`]);
      assert.ok(!bench.platform.calls.some((call) => call.startsWith('act')));
    });
  }
});
