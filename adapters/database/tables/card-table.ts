/** What a transaction does with cards, their copies and their buttons. */

import { hashJson } from '#core/plan/canonical-hash.ts';
import type {
  CardAction,
  CardCopy,
  CardRow,
  CardTable,
  NewCopy,
  PlaceBack,
} from '#core/ports/conversation-tables.ts';
import { isOne, lockRow, type Scope } from '../scope.ts';
import { createCardReads } from './card-reads.ts';

export function createCardTable(scope: Scope): CardTable {
  const { db, now, codecs, dialect } = scope;
  const codec = codecs<CardRow>('card');
  return {
    ...createCardReads(scope),
    ...createCopyTable(scope),
    async insert(card) {
      const row = codec.toColumns({ ...card, version: 1, createdAt: now });
      const columns = { ...row, is_behind: dialect.storeBoolean(false) };
      await db.insertInto('card').values(columns).execute();
    },
    async touch(id, content) {
      const result = await db
        .updateTable('card')
        .set(codec.toColumns({ content }))
        .set(({ eb }) => ({
          version: eb('version', '+', 1),
          is_behind: dialect.storeBoolean(true),
        }))
        .where('id', '=', id)
        .executeTakeFirst();
      return isOne(result);
    },
    putAction: (action) => putAction(scope, action),
  };
}

type CopyTable = Pick<
  CardTable,
  | 'insertCopy'
  | 'insertOwnCopy'
  | 'lockCopy'
  | 'markSent'
  | 'markFailed'
  | 'markGone'
  | 'revive'
  | 'setMessageRef'
>;

function createCopyTable(scope: Scope): CopyTable {
  const { db, codecs } = scope;
  const codec = codecs<CardCopy>('card_copy');
  return {
    insertCopy: async (copy) => void (await insertCopy(scope, copy)),
    insertOwnCopy: (copy) => insertOwnCopy(scope, copy),
    async lockCopy(copyId) {
      await lockCardOf(scope, copyId);
      const query = db.selectFrom('card_copy').selectAll().where('id', '=', copyId);
      const row = await lockRow(query, scope).executeTakeFirst();
      return row && codec.toRow(row);
    },
    async setMessageRef(copyId, messageRef) {
      const row = codec.toColumns({ messageRef });
      await db.updateTable('card_copy').set(row).where('id', '=', copyId).execute();
    },
    async markSent(copyId, version, messageRef) {
      await lockCardOf(scope, copyId);
      const sent = await db
        .updateTable('card_copy')
        .set(codec.toColumns({ sentVersion: version, messageRef, failures: 0 }))
        .where('id', '=', copyId)
        .where('sent_version', '<', version)
        .returning('card_id')
        .executeTakeFirst();
      if (sent) await clearBehind(scope, String(sent.card_id));
    },
    async markFailed(copyId, sentVersion) {
      await lockCardOf(scope, copyId);
      const failed = await db
        .updateTable('card_copy')
        .set(codec.toColumns({ sentVersion }))
        .set(({ eb }) => ({ failures: eb('failures', '+', 1) }))
        .where('id', '=', copyId)
        .returning(['failures', 'card_id'])
        .executeTakeFirst();
      if (failed && sentVersion !== undefined) await clearBehind(scope, String(failed.card_id));
      return Number(failed?.failures ?? 0);
    },
    async markGone(copyId, goneCode) {
      await lockCardOf(scope, copyId);
      const gone = await db
        .updateTable('card_copy')
        .set(codec.toColumns({ goneCode }))
        .where('id', '=', copyId)
        .where('gone_code', 'is', null)
        .returning('card_id')
        .executeTakeFirst();
      if (gone) await clearBehind(scope, String(gone.card_id));
      return gone !== undefined;
    },
    revive: (back) => revive(scope, back),
  };
}

/**
 * A card is always locked before its copies: whoever touches it and adds a copy would otherwise wait for whoever notes one
 * as sent, and the other way round. On SQLite one transaction writes at a time.
 */
async function lockCard(scope: Scope, cardId: string): Promise<void> {
  if (!scope.dialect.locksRows) return;
  await lockRow(scope.db.selectFrom('card').select('id').where('id', '=', cardId), scope).execute();
}

async function lockCardOf(scope: Scope, copyId: string): Promise<void> {
  if (!scope.dialect.locksRows) return;
  const copy = scope.db.selectFrom('card_copy').select('card_id').where('id', '=', copyId);
  await lockRow(scope.db.selectFrom('card').select('id').where('id', '=', copy), scope).execute();
}

const NOT_SENT = { sentVersion: 0, failures: 0, goneCode: null } as const;

async function insertCopy(scope: Scope, copy: NewCopy): Promise<boolean> {
  const { db, now, codecs } = scope;
  const fresh = { ...copy, ...NOT_SENT, messageRef: null, createdAt: now };
  await lockCard(scope, copy.cardId);
  const result = await db
    .insertInto('card_copy')
    .values(codecs<CardCopy>('card_copy').toColumns(fresh))
    .onConflict((conflict) => conflict.columns(['card_id', 'place']).doNothing())
    .executeTakeFirst();
  const isNew = result.numInsertedOrUpdatedRows === 1n;
  if (isNew) await setBehind(scope, copy);
  return isNew;
}

/** Two statements: to update on the conflict would lock each copy that is there, also where nothing changes. */
async function insertOwnCopy(scope: Scope, copy: NewCopy): Promise<void> {
  if (await insertCopy(scope, copy)) return;
  const { personId, cardId, place } = copy;
  const handedOver = await scope.db
    .updateTable('card_copy')
    .set(scope.codecs<CardCopy>('card_copy').toColumns({ ...NOT_SENT, personId }))
    .where('card_id', '=', cardId)
    .where('place', '=', place)
    .where('person_id', 'is distinct from', personId)
    .executeTakeFirst();
  if (isOne(handedOver)) await setBehind(scope, copy);
}

async function setBehind({ db, dialect }: Scope, { cardId }: NewCopy): Promise<void> {
  const behind = { is_behind: dialect.storeBoolean(true) };
  await db.updateTable('card').set(behind).where('id', '=', cardId).execute();
}

async function revive(
  { db, codecs, dialect }: Scope,
  { transport, place, begin, since }: PlaceBack,
): Promise<string[]> {
  const back = await db
    .updateTable('card_copy')
    .set(codecs<CardCopy>('card_copy').toColumns({ goneCode: null, failures: 0 }))
    .where('transport', '=', transport)
    .where(({ eb, or, fn, val }) =>
      or([
        eb('place', '=', place),
        eb(fn('substr', ['place', val(1), val([...begin].length)]), '=', begin),
      ]),
    )
    .where('gone_code', '=', 'place')
    .where('created_at', '>=', dialect.storeInstant(since))
    .returning('card_id')
    .execute();
  const ids = [...new Set(back.map(({ card_id: id }) => String(id)))].toSorted();
  if (ids.length === 0) return [];
  const behind = { is_behind: dialect.storeBoolean(true) };
  await db.updateTable('card').set(behind).where('id', 'in', ids).execute();
  return ids;
}

/** The card is locked already: a copy that is added meanwhile must not be missed. */
async function clearBehind({ db, dialect }: Scope, cardId: string): Promise<void> {
  await db
    .updateTable('card')
    .set({ is_behind: dialect.storeBoolean(false) })
    .where('id', '=', cardId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('card_copy')
            .select('card_copy.id')
            .whereRef('card_id', '=', 'card.id')
            .whereRef('sent_version', '<', 'card.version')
            .where('gone_code', 'is', null),
        ),
      ),
    )
    .execute();
}

async function putAction({ db, codecs }: Scope, action: CardAction): Promise<CardAction> {
  const codec = codecs<CardAction>('card_action');
  const { id: _, ...same } = action;
  const fingerprint = hashJson(same);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('card_action')
    .values({ ...codec.toColumns(action), fingerprint })
    .onConflict((conflict) => conflict.column('fingerprint').doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) return action;
  const query = db.selectFrom('card_action').selectAll().where('fingerprint', '=', fingerprint);
  return codec.toRow(await query.executeTakeFirstOrThrow());
}
