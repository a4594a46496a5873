/** Messages and clicks as they came in. */
import { sql } from 'kysely';
import type { InboxReads, InboxRow, InboxTable } from '#core/ports/conversation-tables.ts';
import { isOne, type Scope } from '../scope.ts';

export function createInboxReads({ db, codecs }: Scope): InboxReads {
  const codec = codecs<InboxRow>('inbox');
  return {
    async find(id) {
      const row = await db.selectFrom('inbox').selectAll().where('id', '=', id).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async listUnhandled(limit) {
      const rows = await db
        .selectFrom('inbox')
        .selectAll()
        .where(sql<boolean>`handled_at is null`)
        .orderBy('arrival')
        .limit(limit)
        .execute();
      return rows.map(codec.toRow);
    },
  };
}

export function createInboxTable(scope: Scope): InboxTable {
  const { db, now, codecs } = scope;
  const codec = codecs<InboxRow>('inbox');
  return {
    ...createInboxReads(scope),
    async insert(row) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('inbox')
        .values(codec.toColumns({ ...row, receivedAt: now }))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async markHandled(id) {
      const result = await db
        .updateTable('inbox')
        .set(codec.toColumns({ handledAt: now }))
        .where('id', '=', id)
        .where('handled_at', 'is', null)
        .executeTakeFirst();
      return isOne(result);
    },
  };
}
