/** Transactions on SQLite that share a commit, and the one that fails for all of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Kysely, sql } from 'kysely';
import { openStore } from '#adapters/database/database.ts';
import { createGroupCommit } from '#adapters/database/sqlite/group-commit.ts';
import { createNodeSqliteDialect, openNodeSqlite } from '#adapters/database/sqlite/node-sqlite.ts';
import type { EstateWrite, Tx } from '#core/ports/store.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

describe('transactions that share a commit', () => {
  it('let nobody see what was written of the estate before it is committed', async () => {
    await using opened = await open();
    const { store, failAtCommit } = opened;
    const list = (tx: Tx) => tx.estate.listChangedAfter(0, 10);
    const writing = store.transact(async (tx) => {
      await tx.estate.write([HOST]);
      await failAtCommit(tx);
    });
    const reading = store.transact(list);

    await assert.rejects(writing, /FOREIGN KEY/);
    assert.deepEqual(await reading, []);
  });

  it('are all answered when the savepoint between them fails', { timeout: 20_000 }, async () => {
    const database = openNodeSqlite(':memory:');
    const prepare = database.prepare.bind(database);
    database.prepare = (text) => {
      if (text === 'savepoint joined') throw new Error('disk I/O error');
      return prepare(text);
    };
    const kysely = new Kysely({ dialect: createNodeSqliteDialect(database) });
    const run = createGroupCommit(() => kysely);
    const work = async () => undefined;

    const ends = await Promise.allSettled([run(work), run(work)]);
    await run(work);

    assert.equal(ends.length, 2);
    await kysely.destroy();
  });
});

const HOST: EstateWrite = {
  ...{ id: 'host-1', connectionId: 'lab', kind: 'host', handle: 'h-1', identity: 'i-1' },
  ...{ body: { name: 'esx-01' } as never, isTwin: false, gone: false },
};

async function open() {
  const folder = createTemporaryFolder('group');
  const config = { url: `sqlite:${folder.path}/`, connections: 2 };
  const createQueue = async () => ({ enqueue: async () => {} });
  const { store, handle, close } = await openStore(config, { createQueue });
  return {
    store,
    /** Its statements pass, and the commit finds a reference to nothing. */
    async failAtCommit(tx: Tx) {
      const db = handle.kyselyOf(tx.native);
      await sql`pragma defer_foreign_keys = on`.execute(db);
      await sql`create table if not exists parent (id integer primary key)`.execute(db);
      await sql`create table if not exists child (id integer references parent (id))`.execute(db);
      await sql`insert into child values (1)`.execute(db);
    },
    async [Symbol.asyncDispose]() {
      await close();
      folder[Symbol.dispose]();
    },
  };
}
