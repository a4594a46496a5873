import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStore } from '#adapters/database/database.ts';
import { createRunStatement } from '#adapters/database/statements.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

describe('a statement that is printed once', () => {
  it('takes the parameters of each call', async () => {
    await using opened = await open();
    const { run, find } = opened;

    for (const [key, value] of [
      ['a', 'one'],
      ['b', 'two'],
    ] as const) {
      const { rows } = await run('find', [key], find(key));
      assert.equal(rows[0]?.value, value);
    }
  });

  it('refuses parameters in another order, or too many', async () => {
    await using opened = await open();
    const { run, find } = opened;

    for (const parameters of [['b'], ['a', 'b'], []]) {
      assert.throws(() => run('find', parameters, find('a')), /another order/);
    }
  });
});

async function open() {
  const folder = createTemporaryFolder('statements');
  const config = { url: `sqlite:${folder.path}/`, connections: 1 };
  const createQueue = async () => ({ enqueue: async () => undefined });
  const { store, handle, close } = await openStore(config, { createQueue });
  await store.transact(async (tx) => {
    await tx.setMark('a', 'one');
    await tx.setMark('b', 'two');
  });
  const db = handle.kysely();
  return {
    run: createRunStatement(db, new Map()),
    find: (key: string) => () => db.selectFrom('mark').select('value').where('key', '=', key),
    async [Symbol.asyncDispose]() {
      await close();
      folder[Symbol.dispose]();
    },
  };
}
