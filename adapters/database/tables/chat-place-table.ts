/** Conversations in chats, and how they are reached. */
import type {
  ChatPlace,
  ChatPlaceReads,
  ChatPlaceTable,
  ChatReader,
} from '#core/ports/chat-places.ts';
import type { Scope } from '../scope.ts';

export function createChatPlaceReads({ db, codecs }: Scope): ChatPlaceReads {
  return {
    async find(transport, wanted) {
      const row = await db
        .selectFrom('chat_place')
        .selectAll()
        .where('transport', '=', transport)
        .where(({ eb, or }) => or([eb('place', '=', wanted), eb('user_id', '=', wanted)]))
        .executeTakeFirst();
      return row && codecs<ChatPlace>('chat_place').toRow(row);
    },
    async findReader(transport, place, userId) {
      const row = await db
        .selectFrom('chat_reader')
        .selectAll()
        .where('transport', '=', transport)
        .where('place', '=', place)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row && codecs<ChatReader>('chat_reader').toRow(row);
    },
    async listReaders(transport, place, limit) {
      const rows = await db
        .selectFrom('chat_reader')
        .selectAll()
        .where('transport', '=', transport)
        .where('place', '=', place)
        .orderBy('seen_at', 'desc')
        .orderBy('user_id')
        .limit(limit)
        .execute();
      return rows.map(codecs<ChatReader>('chat_reader').toRow);
    },
  };
}

export function createChatPlaceTable(scope: Scope): ChatPlaceTable {
  const { db, codecs, now } = scope;
  return {
    ...createChatPlaceReads(scope),
    async putReader(reader) {
      const row = codecs<ChatReader>('chat_reader').toColumns({ ...reader, seenAt: now });
      await db
        .insertInto('chat_reader')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['transport', 'place', 'user_id']).doUpdateSet(row),
        )
        .execute();
    },
    async removeReader(transport, place, readerId) {
      await db
        .deleteFrom('chat_reader')
        .where('transport', '=', transport)
        .where('place', '=', place)
        .where('reader_id', '=', readerId)
        .execute();
    },
    async put(place) {
      const row = codecs<ChatPlace>('chat_place').toColumns(place);
      await db
        .insertInto('chat_place')
        .values(row)
        .onConflict((conflict) => conflict.columns(['transport', 'place']).doUpdateSet(row))
        .execute();
    },
    async remove(transport, gone) {
      const query = db.deleteFrom('chat_place').where('transport', '=', transport);
      const those =
        'place' in gone
          ? query.where('place', '=', gone.place)
          : query.where('team_id', '=', gone.teamId);
      const places = (await those.returning('place').execute()).map(({ place }) => String(place));
      if (places.length === 0) return;
      await db
        .deleteFrom('chat_reader')
        .where('transport', '=', transport)
        .where('place', 'in', places)
        .execute();
    },
  };
}
