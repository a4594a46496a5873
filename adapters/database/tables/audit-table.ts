/**
 * Audit events. `body` is made once, at the insert, and is never read apart and put together again: its bytes are what
 * the chain hashes. It is canonical JSON, which has no raw NUL and no lone surrogate.
 */
import { sql } from 'kysely';
import { toCanonicalJson } from '#core/plan/canonical-hash.ts';
import type { Json } from '#core/plan/plan.ts';
import type { AuditReads, AuditRow, AuditTable, NewAuditEvent } from '#core/ports/audit-table.ts';
import type { Scope, TxScope } from '../scope.ts';

const COLUMNS = ['id', 'body', 'chain_index', 'hash'] as const;

export function createAuditReads({ db, codecs }: Scope): AuditReads {
  const { toRow } = codecs<AuditRow>('audit_event');
  const select = db.selectFrom('audit_event').select(COLUMNS);
  const list = async (query: typeof select) => (await query.execute()).map(toRow);
  return {
    listUnsealed: (limit) =>
      list(select.where(sql<boolean>`chain_index is null`).orderBy('id').limit(limit)),
    listSealedAfter: (chainIndex, limit) =>
      list(select.where('chain_index', '>', chainIndex).orderBy('chain_index').limit(limit)),
    async findHead() {
      const last = select.where('chain_index', 'is not', null).orderBy('chain_index', 'desc');
      const row = await last.limit(1).executeTakeFirst();
      return row && { chainIndex: Number(row.chain_index), hash: String(row.hash) };
    },
    list: ({ requestId, jobId, event, limit }) =>
      list(
        select
          .$if(requestId !== undefined, (query) => query.where('request_id', '=', requestId ?? ''))
          .$if(jobId !== undefined, (query) => query.where('job_id', '=', jobId ?? ''))
          .$if(event !== undefined, (query) => query.where('event', '=', event ?? ''))
          .orderBy('id', 'desc')
          .limit(limit),
      ),
  };
}

export function createAuditTable(scope: TxScope): AuditTable {
  const { db, dialect, now, send } = scope;
  return {
    ...createAuditReads(scope),
    async insert(event) {
      const { requestId = null, jobId = null } = event;
      const found = { event: event.event, request_id: requestId, job_id: jobId };
      const row = { body: toBody(event, now), ...found };
      await send(db.insertInto('audit_event').values(row).execute());
    },
    lockChain: () => dialect.lock(db, 'audit_chain'),
    async seal(rows) {
      if (rows.length === 0) return;
      const links = rows.map(
        ({ id, chainIndex, hash }) =>
          sql`(cast(${id} as integer), cast(${chainIndex} as integer), cast(${hash} as text))`,
      );
      await sql`
        update audit_event set chain_index = link.column2, hash = link.column3
        from (values ${sql.join(links)}) as link
        where audit_event.id = link.column1 and audit_event.chain_index is null`.execute(db);
    },
  };
}

/** `at` in milliseconds on the database's clock. */
function toBody({ event, personId, requestId, jobId, facts }: NewAuditEvent, now: Date): string {
  const told = { at: now.getTime(), event, personId, requestId, jobId, facts };
  return toCanonicalJson(told as Json);
}
