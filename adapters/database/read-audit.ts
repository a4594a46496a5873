/** Reads the audit as it is stored, to the byte, and writes nothing: for `drover audit verify`. */
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { ReadAudit, SealedEvent, SealedEvents } from '#core/audit/sealed-events.ts';
import type { Tables } from './entities/entities.ts';
import { readOnly } from './read-only.ts';

/** @param url `sqlite:<file>` or `postgresql://…`. */
export function createReadAudit(url: string, connectTimeoutMs?: number): ReadAudit {
  return (work) =>
    readOnly(url, {
      sqlite: (database) => work(toSqliteEvents(database)),
      postgresql: (tx) => work(toPostgresqlEvents(tx)),
      connectTimeoutMs,
    });
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
