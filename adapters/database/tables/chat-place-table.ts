/** Conversations in chats, and how they are reached. */
import type { ChatPlace, ChatPlaceReads, ChatPlaceTable } from '#core/ports/chat-places.ts';
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
  };
}

export function createChatPlaceTable(scope: Scope): ChatPlaceTable {
  const { db, codecs } = scope;
  return {
    ...createChatPlaceReads(scope),
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
      await those.execute();
    },
  };
}
