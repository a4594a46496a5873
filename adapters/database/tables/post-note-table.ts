/** Messages on their way into a chat. */
import { sql } from 'kysely';
import type { PostNote, PostNoteReads, PostNoteTable } from '#core/ports/post-notes.ts';
import type { Scope } from '../scope.ts';

export function createPostNoteReads({ db, codecs }: Scope): PostNoteReads {
  return {
    async find(copyId) {
      const query = db.selectFrom('post_note').selectAll().where('copy_id', '=', copyId);
      const row = await query.executeTakeFirst();
      return row && codecs<PostNote>('post_note').toRow(row);
    },
  };
}

export function createPostNoteTable(scope: Scope): PostNoteTable {
  const { db, now, codecs } = scope;
  const codec = codecs<PostNote>('post_note');
  return {
    ...createPostNoteReads(scope),
    async begin(copyId, replaces) {
      const fresh = codec.toColumns({ copyId, replaces, posts: 1, begunAt: now });
      const { begun_at } = fresh;
      const counted = sql<number>`case when post_note.replaces = ${replaces} then post_note.posts + 1 else 1 end`;
      const row = await db
        .insertInto('post_note')
        .values(fresh)
        // One statement, so that two processes are never told the same number.
        .onConflict((conflict) =>
          conflict
            .column('copy_id')
            .doUpdateSet({ posts: counted, replaces, begun_at })
            .where('post_note.replaces', 'in', ['', replaces]),
        )
        .returning('posts')
        .executeTakeFirst();
      return row && Number(row.posts) - 1;
    },
    async undo(copyId) {
      await db
        .updateTable('post_note')
        .set(({ eb }) => ({ posts: eb('posts', '-', 1) }))
        .where('copy_id', '=', copyId)
        .where('posts', '>', 0)
        .execute();
    },
  };
}
