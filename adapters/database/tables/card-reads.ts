/** Cards, their copies in chats and the buttons on them, as they stand. */
import { type Kysely, sql } from 'kysely';
import type { CardAction, CardCopy, CardReads, CardRow } from '#core/ports/conversation-tables.ts';
import type { Tables } from '../entities/entities.ts';
import type { Scope } from '../scope.ts';

export function createCardReads(scope: Scope): CardReads {
  const { db, codecs } = scope;
  const cards = codecs<CardRow>('card');
  const copies = codecs<CardCopy>('card_copy');
  const selectCards = db.selectFrom('card').selectAll();
  const selectCopies = db.selectFrom('card_copy').selectAll();
  return {
    async find(id) {
      const row = await selectCards.where('id', '=', id).executeTakeFirst();
      return row && cards.toRow(row);
    },
    async findBySubject(kind, subjectId) {
      const ofSubject = selectCards.where('kind', '=', kind).where('subject_id', '=', subjectId);
      const row = await ofSubject.executeTakeFirst();
      return row && cards.toRow(row);
    },
    async listCopies(cardId) {
      const rows = await selectCopies.where('card_id', '=', cardId).orderBy('arrival').execute();
      return rows.map(copies.toRow);
    },
    async listCopiesAt(cardId, places) {
      if (places.length === 0) return [];
      const there = selectCopies.where('card_id', '=', cardId).where('place', 'in', places);
      return (await there.orderBy('arrival').execute()).map(copies.toRow);
    },
    listPlace: (place, limit) => listPlace(scope, place, limit),
    async findAction(id) {
      const query = db.selectFrom('card_action').selectAll().where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row && codecs<CardAction>('card_action').toRow(row);
    },
    async findCopy(id) {
      const row = await selectCopies.where('id', '=', id).executeTakeFirst();
      const copy = row && copies.toRow(row);
      const card = copy && (await selectCards.where('id', '=', copy.cardId).executeTakeFirst());
      return card && { card: cards.toRow(card), copy };
    },
    listBehind: (limit) => listBehind(db, limit),
  };
}

async function listPlace({ db, codecs }: Scope, place: string, limit: number) {
  const newest = db
    .selectFrom('card_copy')
    .selectAll()
    .where('place', '=', place)
    .orderBy('arrival', 'desc')
    .limit(limit);
  const copies = (await newest.execute()).map(codecs<CardCopy>('card_copy').toRow).toReversed();
  if (copies.length === 0) return [];
  const ids = copies.map(({ cardId }) => cardId);
  const rows = await db.selectFrom('card').selectAll().where('id', 'in', ids).execute();
  const cards = new Map(rows.map(codecs<CardRow>('card').toRow).map((card) => [card.id, card]));
  return copies.flatMap((copy) => {
    const card = cards.get(copy.cardId);
    return card ? [{ card, copy }] : [];
  });
}

async function listBehind(db: Kysely<Tables>, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('card')
    .select('id')
    .where(sql<boolean>`is_behind = true`)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('card_copy')
          .select('card_copy.id')
          .whereRef('card_id', '=', 'card.id')
          .whereRef('sent_version', '<', 'card.version')
          .where('gone_code', 'is', null),
      ),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => String(id));
}
