/** Migrations: they make what the entities say, lose nothing, and refuse what a newer Drover left. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { MikroORM } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import type { SqliteDriver } from '@mikro-orm/sql';
import { sql } from 'kysely';
import pg from 'pg';
import { postgresqlMigrations } from '#adapters/database/migrations/postgresql/migrations.ts';
import { sqliteMigrations } from '#adapters/database/migrations/sqlite/migrations.ts';
import type { OpenDatabase } from '#adapters/database/open-database.ts';
import { openPostgresql } from '#adapters/database/postgresql/open-postgresql.ts';
import { openSqlite } from '#adapters/database/sqlite/open-sqlite.ts';
import { OperationError } from '#core/errors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { type Postgres, startPostgres } from '#test/helpers/peers/postgres.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

class CreateFamily extends Migration {
  override up(): void {
    this.addSql('create table parent (id integer primary key)');
    const refers = 'references parent (id) on delete cascade';
    this.addSql(`create table child (id integer primary key, parent_id integer ${refers})`);
    this.addSql('insert into parent values (1)');
    this.addSql('insert into child values (10, 1)');
  }
}

/** As MikroORM writes it when a column changes. */
class RebuildParent extends Migration {
  override up(): void {
    this.addSql('pragma foreign_keys = off');
    this.addSql('create table parent_new (id integer primary key, name text)');
    this.addSql('insert into parent_new (id) select id from parent');
    this.addSql('drop table parent');
    this.addSql('alter table parent_new rename to parent');
    this.addSql('pragma foreign_keys = on');
  }
}

class LoseParent extends Migration {
  override up(): void {
    this.addSql('delete from parent');
  }
}

const family = [...sqliteMigrations, { name: '9000-family', load: async () => CreateFamily }];

describe('migrations on SQLite', () => {
  it('make what the entities say', async () => {
    using folder = createTemporaryFolder('migrations');

    const database = await openSqlite(`${folder.path}/`);

    assert.deepEqual(
      database.migrated,
      sqliteMigrations.map(({ name }) => name),
    );
    assert.equal(await diff(database), '');
    await database.close();
    const again = await openSqlite(`${folder.path}/`);
    assert.deepEqual(again.migrated, []);
    await again.close();
    assert.deepEqual(readdirSync(folder.path), ['drover.db']);
  });

  it('rebuild a table and keep what refers to it, with a copy from before', async () => {
    using folder = createTemporaryFolder('migrations');
    await (await openSqlite(`${folder.path}/`, family)).close();

    const rebuild = [...family, { name: '9001-rebuild', load: async () => RebuildParent }];
    const database = await openSqlite(`${folder.path}/`, rebuild);

    assert.equal(await countChildren(database), 1);
    await database.close();
    const copies = readdirSync(folder.path).filter((name) => name.includes('.before-'));
    assert.equal(copies.length, 1);
    assert.match(copies[0] ?? '', /^drover\.db\.before-9001-rebuild-\d{8}T/);
    const copy = await openSqlite(`${folder.path}/${copies[0]}`, family);
    assert.equal(await countChildren(copy), 1);
    await copy.close();
  });

  it('change nothing when a reference would break', async () => {
    using folder = createTemporaryFolder('migrations');
    await (await openSqlite(`${folder.path}/`, family)).close();

    const losing = [...family, { name: '9001-lose', load: async () => LoseParent }];
    const opening = openSqlite(`${folder.path}/`, losing);

    await assert.rejects(opening, isUnfit('broken_references'));
    const database = await openSqlite(`${folder.path}/`, family);
    assert.equal(await countChildren(database), 1);
    await database.close();
  });

  it('note what the release before may have posted and not recorded', async () => {
    using folder = createTemporaryFolder('migrations');
    const before = sqliteMigrations.filter(({ name }) => name < '0005');
    const old = await openSqlite(`${folder.path}/`, before);
    const copies = [
      ['lost', 'slack', null],
      ['told', 'teams', 'm1'],
      ['page', 'console', null],
    ] as const;
    for (const [id, transport, ref] of copies) {
      await sql`insert into card_copy
        (id, card_id, transport, place, person_id, sent_version, message_ref, failures, created_at)
        values (${id}, 'c', ${transport}, ${id}, null, 0, ${ref}, 0, 7)`.execute(old.kysely());
    }
    await old.close();

    const database = await openSqlite(`${folder.path}/`);

    const { rows } = await sql<object>`select * from post_note`.execute(database.kysely());
    const notes = rows.map((row) => ({ ...row }));
    assert.deepEqual(notes, [{ copy_id: 'lost', replaces: '', posts: 1, begun_at: 7 }]);
    await database.close();
  });

  it('say nothing months later that was given up; what is still asked is tried once more', async () => {
    using folder = createTemporaryFolder('migrations');
    const before = sqliteMigrations.filter(({ name }) => name < '0008');
    const old = await openSqlite(`${folder.path}/`, before);
    for (const [id, kind, subject, failures] of [
      ['answer', 'answer', null, 5],
      ['ended', 'request', 'r-ended', 5],
      ['open', 'request', 'r-open', 5],
      ['trying', 'answer', null, 4],
    ] as const) {
      await sql`insert into card (id, kind, subject_id, content, version, is_behind, created_at)
        values (${id}, ${kind}, ${subject}, 'null', 1, true, 7)`.execute(old.kysely());
      await sql`insert into card_copy
        (id, card_id, transport, place, person_id, sent_version, message_ref, failures, created_at)
        values (${id}, ${id}, 'slack', ${id}, null, 0, null, ${failures}, 7)`.execute(old.kysely());
    }
    for (const state of ['open', 'ended'])
      await sql`insert into request (id, number, operation, input, plan_id, requester_id, requester_name, place,
        reason, state, revision, stages, expires_at, created_at) values (${`r-${state}`}, ${state.length}, 'vm.start',
        '{}', 'p', 'ann', 'Ann', 'x', null, ${state}, 1, '[]', 9, 7)`.execute(old.kysely());
    await old.close();

    const database = await openSqlite(`${folder.path}/`);

    const { rows } = await sql<{
      id: string;
    }>`select id from card_copy where gone_code is not null order by id`.execute(database.kysely());
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['answer', 'ended'],
    );
    await database.close();
  });

  it('H38 refuse a file in which another application notes its migrations', async () => {
    using folder = createTemporaryFolder('migrations');
    const other = [{ name: 'Migration2024', load: async () => CreateFamily }];
    await (await openSqlite(`${folder.path}/`, other)).close();

    const opening = openSqlite(`${folder.path}/`);

    await assert.rejects(opening, isUnfit('table_of_another'));
  });

  it('refuse a database that a newer Drover made', async () => {
    using folder = createTemporaryFolder('migrations');
    await (await openSqlite(`${folder.path}/`, family)).close();

    const opening = openSqlite(`${folder.path}/`);

    await assert.rejects(opening, isUnfit('newer_version'));
  });
});

describe('migrations on PostgreSQL', needsPeer('postgres'), () => {
  it('make what the entities say, once, and leave the tables of others alone', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    await postgres.query('create schema pgboss create table job (id integer)', url);

    const databases = await Promise.all([1, 2, 3].map(() => openPostgresql(url, 4)));

    const migrated = databases.flatMap((database) => database.migrated);
    assert.deepEqual(
      migrated,
      postgresqlMigrations.map(({ name }) => name),
    );
    const [database] = databases;
    assert.ok(database);
    assert.equal(await diff(database), '');
    assert.equal((await postgres.query('select count(*) from pgboss.job', url))[0], '0');
    await Promise.all(databases.map(({ close }) => close()));
  });

  it('refuse a database that a newer Drover made', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    const newer = [
      ...postgresqlMigrations,
      { name: '9000-family', load: async () => CreateFamily },
    ];
    await (await openPostgresql(url, 2, newer)).close();

    const opening = openPostgresql(url, 2);

    await assert.rejects(opening, isUnfit('newer_version'));
  });

  it('stand in the first schema of the search path, and are found there at the next start', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    await postgres.query('create schema "Drover, own"', url);
    const path = `set search_path = "Drover, own", public`;
    await postgres.query(`alter database ${new URL(url).pathname.slice(1)} ${path}`, url);

    const migrated: string[] = [];
    for (let starts = 0; starts < 2; starts += 1) {
      const databases = await Promise.all([1, 2].map(() => openPostgresql(url, 4)));
      migrated.push(...databases.flatMap((database) => database.migrated));
      await Promise.all(databases.map(({ close }) => close()));
    }

    assert.deepEqual(
      migrated,
      postgresqlMigrations.map(({ name }) => name),
    );
    const schemas = 'select distinct schemaname from pg_tables where schemaname !~ $$^pg_|^info$$';
    assert.deepEqual(await postgres.query(schemas, url), ['Drover, own']);
  });

  it('refuse a database that a newer Drover is migrating just now', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    await (await openPostgresql(url, 2)).close();
    const newer = [
      ...postgresqlMigrations,
      { name: '9000-family', load: async () => CreateFamily },
    ];
    await using holder = await holdNotes(url);
    const migrating = openPostgresql(url, 2, newer);
    await waitsFor(postgres, 'relation');

    const opening = openPostgresql(url, 2);
    const refused = assert.rejects(opening, isUnfit('newer_version'));
    await Promise.race([refused, waitsFor(postgres, 'advisory')]);
    await holder.release();

    await (await migrating).close();
    await refused;
  });
});

/** Nothing can be noted as migrated until it is released. */
async function holdNotes(url: string) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('begin; lock table migration in share mode');
  const release = () => client.query('rollback');
  return { release, [Symbol.asyncDispose]: () => client.end() };
}

async function waitsFor({ query }: Postgres, kind: string): Promise<void> {
  const waiting = `select 1 from pg_locks where not granted and locktype = '${kind}'`;
  while ((await query(waiting)).length === 0);
}

async function diff({ loadOrm }: OpenDatabase): Promise<string> {
  const orm = (await loadOrm()) as MikroORM<SqliteDriver>;
  return orm.schema.getUpdateSchemaSQL({ wrap: false });
}

async function countChildren({ kysely }: OpenDatabase): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from child`.execute(
    kysely(),
  );
  return Number(rows[0]?.count);
}

function isUnfit(reason: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof OperationError &&
    error.code === 'storage_unfit' &&
    error.facts.reason === reason;
}
