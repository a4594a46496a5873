/**
 * Reads the audit as it is stored, to the byte, and writes nothing: for `drover audit verify`, beside a running Drover
 * or without one.
 *
 * Not covered: a SQLite file that was left by a crash in a folder that nobody may write to.
 */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import type { Tables } from '#adapters/database/entities/entities.ts';
import { toStorageError } from '#adapters/database/faults.ts';
import type { ReadAudit, SealedEvent, SealedEvents } from '#core/audit/sealed-events.ts';

const BUSY_TIMEOUT_MS = 5000;

/** @param url `sqlite:<file>` or `postgresql://…`. */
export function createReadAudit(url: string): ReadAudit {
  const isSqlite = url.startsWith('sqlite:');
  return (work) =>
    (isSqlite ? readSqlite(url.slice('sqlite:'.length), work) : readPostgresql(url, work)).catch(
      (error: unknown) => {
        throw toStorageError(error);
      },
    );
}

type Work<A> = (events: SealedEvents) => Promise<A>;

/**
 * A file without a log beside it is whole and nobody's: read as it is, SQLite makes no files of its own. Unless a
 * Drover started meanwhile; then it is read again, with it.
 */
async function readSqlite<A>(file: string, work: Work<A>): Promise<A> {
  if (existsSync(`${file}-wal`)) return readFile(file, work);
  const immutable = pathToFileURL(file);
  immutable.searchParams.set('immutable', '1');
  const before = markOf(file);
  const [result] = await Promise.allSettled([readFile(immutable, work)]);
  if (markOf(file) !== before) return readFile(file, work);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return `${found?.mtimeMs} ${found?.size} ${existsSync(`${file}-wal`)}`;
}

async function readFile<A>(file: string | URL, work: Work<A>): Promise<A> {
  using database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  database.exec('begin');
  // Awaited here: what returns closes the file.
  return await work(toSqliteEvents(database));
}

/** As a blob, since not all bytes are a text. */
function toSqliteEvents(database: DatabaseSync): SealedEvents {
  const list = database.prepare(`
    select id, cast(body as blob) as body, chain_index, hash, event, request_id, job_id
    from audit_event where chain_index > ? order by chain_index limit ?`);
  const count = database.prepare(
    'select count(chain_index) as sealed, count(*) as written from audit_event',
  );
  return {
    listSealedAfter: async (chainIndex, limit) => list.all(chainIndex, limit).map(toEvent),
    countEvents: async () => toCounts(count.get() ?? {}),
  };
}

/** Loaded when wanted: the embedded product pays for no PostgreSQL driver. */
async function readPostgresql<A>(url: string, work: Work<A>): Promise<A> {
  const { MikroORM, PostgreSqlDriver } = await import('@mikro-orm/postgresql');
  const { entities } = await import('#adapters/database/entities/entities.ts');
  const driverOptions = { application_name: 'drover audit verify' };
  const options = { driver: PostgreSqlDriver, entities, clientUrl: url, driverOptions };
  const orm = await MikroORM.init({ ...options, pool: { max: 1 } });
  try {
    const db = orm.em.getConnection().getClient() as Kysely<Tables>;
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((tx) => work(toPostgresqlEvents(tx)));
  } finally {
    await orm.close();
  }
}

function toPostgresqlEvents(db: Kysely<Tables>): SealedEvents {
  const columns = ['id', 'body', 'chain_index', 'hash', 'event', 'request_id', 'job_id'] as const;
  return {
    async listSealedAfter(chainIndex, limit) {
      const select = db.selectFrom('audit_event').select(columns);
      const sealed = select.where('chain_index', '>', chainIndex);
      return (await sealed.orderBy('chain_index').limit(limit).execute()).map(toEvent);
    },
    async countEvents() {
      const counts = db
        .selectFrom('audit_event')
        .select(({ fn }) => [fn.count('chain_index').as('sealed'), fn.countAll().as('written')]);
      return toCounts(await counts.executeTakeFirstOrThrow());
    },
  };
}

interface StoredEvent {
  readonly id: number;
  readonly body: string | Uint8Array;
  readonly chain_index: number;
  readonly hash: string | null;
  readonly event: string;
  readonly request_id: string | null;
  readonly job_id: string | null;
}

/** Nothing is believed of the values: whatever they are, they are compared with the chain. */
function toEvent(row: object): SealedEvent {
  const { id, body, chain_index, hash, event, request_id, job_id } = row as StoredEvent;
  const found = { event, requestId: request_id, jobId: job_id };
  return { id: Number(id), body, chainIndex: Number(chain_index), hash, found };
}

function toCounts(row: { readonly sealed?: unknown; readonly written?: unknown }) {
  const sealed = Number(row.sealed);
  return { sealed, unsealed: Number(row.written) - sealed };
}
