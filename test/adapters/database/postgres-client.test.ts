import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { describe, it, mock } from 'node:test';
import { CLOCK, PostgresClient } from '#adapters/database/postgresql/postgres-client.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { startPostgres } from '#test/helpers/peers/postgres.ts';

describe('a client of PostgreSQL', needsPeer('postgres'), () => {
  it('takes the clock with its begin, and asks for it again whenever else', async () => {
    await using opened = await openClient();
    const { client } = opened;
    const readNow = async () => Number((await client.query(CLOCK)).rows[0].now as Date);

    const before = await readNow();
    await client.query('begin');
    await client.query('select pg_sleep(0.05)');
    const later = await readNow();
    await client.query('commit');
    await client.query('begin');
    const begun = await readNow();
    const again = await readNow();
    await client.query('rollback');

    assert.ok(later - before >= 50, 'another statement came between: an old clock is none');
    assert.ok(begun >= later && again >= begun);
  });

  it('sends what is asked for at once in one piece, and what is asked for later when it is', async () => {
    await using opened = await openClient();
    const { client } = opened;
    const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
    const single = mock.method(stream, '_write');
    const gathered = mock.method(stream, '_writev' as '_write');
    const countPieces = () => single.mock.callCount() + gathered.mock.callCount();
    const read = (value: number) => client.query('select $1::int as value', [value]);

    const [one, two, three] = await Promise.all([read(1), read(2), read(3)]);
    const together = countPieces();
    await read(4);
    await read(5);

    assert.deepEqual(
      [one, two, three].map(({ rows }) => rows[0].value),
      [1, 2, 3],
    );
    assert.equal(together, 1);
    assert.equal(countPieces(), 3);
  });

  it('goes on preparing after a transaction failed under statements that were never prepared', async () => {
    await using opened = await openClient();
    const { client } = opened;
    const read = (value: number) => client.query('select $1::int as value', [value]);
    const add = (value: number) => client.query('select $1::int + 1 as value', [value]);
    await client.query('begin');

    const failing = client.query('select 1 / 0');
    const behind = [read(1), read(2), read(3)];
    await assert.rejects(failing, { code: '22012' });
    for (const one of behind) await assert.rejects(one);
    await client.query('rollback');
    await read(1);
    await add(1);

    const { rows } = await client.query(
      'select count(*)::int as prepared from pg_prepared_statements',
    );
    assert.equal(rows[0].prepared, 2);
  });

  it('commits after a reading that was refused here, and not what lacks such a statement', async () => {
    await using opened = await openClient();
    const { client } = opened;
    await client.query('create table note (id text primary key)');
    const refuse = () =>
      assert.rejects(client.query('select $1', [{ toPostgres: () => assert.fail('no value') }]));
    const insert = (id: string) => client.query('insert into note values ($1)', [id]);
    const count = async () => (await client.query('select * from note')).rows.length;

    await refuse();
    await client.query('begin');
    await insert('a');
    await client.query('commit');
    assert.equal(await count(), 1);

    await client.query('begin');
    const refused = refuse();
    await insert('b');
    await refused;
    await assert.rejects(client.query('commit'), /undone/);
    assert.equal(await count(), 1);
  });

  it('goes on after a newer Drover gave a table another column', async () => {
    await using opened = await openClient();
    const { client, query } = opened;
    await client.query('create table note (id text primary key)');
    const read = () => client.query('select * from note where id = $1', ['a']);
    await read();
    await query('alter table note add column text text');
    await query(`insert into note values ('a', 'one')`);

    await client.query('begin');
    await assert.rejects(read(), { code: '0A000' });
    await client.query('rollback');

    assert.deepEqual((await read()).rows, [{ id: 'a', text: 'one' }]);
  });
});

async function openClient() {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres({ fsync: false }));
  const client = new PostgresClient({ connectionString: postgres.url, pipeline: true });
  await client.connect();
  stack.defer(() => client.end());
  const opened = stack.move();
  return {
    client,
    query: postgres.query,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
