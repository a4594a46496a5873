/** A table of another application under the name of ours, somewhere on the search path. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { postgresqlMigrations } from '#adapters/database/migrations/postgresql/migrations.ts';
import { openPostgresql } from '#adapters/database/postgresql/open-postgresql.ts';
import { toUnfitWords } from '#bot/words/en/storage-words.ts';
import { OperationError } from '#core/errors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';

/** What another application may have under the name of their table, in the schema `app`. */
const FOREIGN = [
  ['create table app.migration (id integer primary key, version text)'],
  [
    'create table app.migration (id serial primary key, name text, executed_at timestamptz)',
    "insert into app.migration (name) values ('Migration2024')",
  ],
  ['create view app.migration as select 1 as one'],
] as const;

async function setUpBeside(
  { query }: Postgres,
  url: string,
  { foreign, path }: { readonly foreign: readonly string[]; readonly path: string },
): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await query('create schema app', url);
  for (const statement of foreign) await query(statement, url);
  await query(`alter database ${name} set search_path = ${path}`, url);
}

describe('migrations beside another application', needsPeer('postgres'), () => {
  it("H38 refuse, by its name and schema, another application's table where theirs would stand", async () => {
    await using postgres = await startPostgres({ fsync: false });
    const refusals: unknown[] = [];
    for (const foreign of FOREIGN) {
      const url = await postgres.createDatabase();
      await (await openPostgresql(url, 2)).close();
      await setUpBeside(postgres, url, { foreign, path: 'app, public' });

      refusals.push(await openPostgresql(url, 2).catch((error: unknown) => error));
      const made = "select 1 from pg_tables where schemaname = 'app' and tablename <> 'migration'";
      assert.deepEqual(await postgres.query(made, url), []);
    }

    const facts = { reason: 'table_of_another', table: 'migration', schema: 'app' };
    for (const refusal of refusals) {
      assert.ok(refusal instanceof OperationError);
      assert.deepEqual([refusal.code, refusal.facts], ['storage_unfit', facts]);
      assert.equal(
        toUnfitWords(refusal.facts),
        "Drover's storage cannot be used: the table migration in the schema app is not Drover's own. Give Drover a database of its own, or a schema of its own that stands first in the search path of its user (alter role … set search_path = …).",
      );
    }
  });

  it("stand in a schema of their own before another application's table", async () => {
    await using postgres = await startPostgres({ fsync: false });
    const migrated: string[] = [];
    for (const foreign of FOREIGN) {
      const url = await postgres.createDatabase();
      await postgres.query('create schema own', url);
      await setUpBeside(postgres, url, { foreign, path: 'own, app' });

      for (let starts = 0; starts < 2; starts += 1) {
        const database = await openPostgresql(url, 2);
        migrated.push(`${database.migrated.length}`);
        await database.close();
      }
      const beside = "select tablename from pg_tables where schemaname = 'app'";
      const left = (await postgres.query(beside, url)).filter((name) => name !== 'migration');
      assert.deepEqual(left, []);
    }

    const all = `${postgresqlMigrations.length}`;
    assert.deepEqual(migrated, [all, '0', all, '0', all, '0']);
  });

  it('go on in a table of theirs that is still empty', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    const columns =
      'id serial primary key, name varchar(255), executed_at timestamptz default now()';
    await postgres.query(`create table migration (${columns})`, url);

    const database = await openPostgresql(url, 2);

    assert.equal(database.migrated.length, postgresqlMigrations.length);
    await database.close();
  });
});
