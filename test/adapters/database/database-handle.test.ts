/** What work queues get of the database. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openStore } from '#adapters/database/database.ts';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import type { Tx } from '#core/ports/store.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

describe('database handle on SQLite', () => {
  describeHandle(async () => {
    const folder = createTemporaryFolder('handle');
    return { url: `sqlite:${folder.path}/`, remove: () => folder[Symbol.dispose]() };
  });
});

describe('database handle on PostgreSQL', needsPeer('postgres'), () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres({ fsync: false });
  });
  after(() => postgres[Symbol.asyncDispose]());
  describeHandle(async () => ({ url: await postgres.createDatabase(), remove: () => {} }));
});

function describeHandle(place: () => Promise<{ url: string; remove: () => void }>): void {
  it('joins the domain transaction, and stands outside of it else', async () => {
    const { url, remove } = await place();
    const { store, handle, close } = await openStore({ url, connections: 3 }, { createQueue });

    await store.transact((tx) => tx.enqueue([{ topic: 'job', key: 'kept' }]));
    const failing = store.transact(async (tx) => {
      await tx.enqueue([{ topic: 'job', key: 'lost' }]);
      assert.throws(() => handle.kysely(), { code: 'called_inside_transaction' });
      throw new Error('no');
    });
    await assert.rejects(failing, /no/);

    const rows = await handle.kysely().selectFrom('wake_up').selectAll().execute();
    assert.deepEqual(
      rows.map(({ topic, key }) => `${topic} ${key}`),
      ['job kept'],
    );
    await close();
    remove();
  });

  it('tells the time of the database', async () => {
    const { url, remove } = await place();
    const { store, handle, close } = await openStore({ url, connections: 3 }, { createQueue });

    const first = await handle.now();
    const second = await store.read(async (reads) => reads.now.getTime());

    assert.ok(second >= first && second - first < 5000);
    assert.ok(url.startsWith(handle.dialect) && handle.url.startsWith(handle.dialect));
    await close();
    remove();
  });
}

async function createQueue(handle: DatabaseHandle) {
  return {
    async enqueue(
      tx: Pick<Tx, 'native' | 'now'>,
      wakeUps: readonly { topic: string; key: string }[],
    ) {
      const due_at = tx.now.getTime();
      const rows = wakeUps.map(({ topic, key }) => ({ topic, key, due_at }));
      await handle.kyselyOf(tx.native).insertInto('wake_up').values(rows).execute();
    },
  };
}
