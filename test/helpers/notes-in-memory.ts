/** Notes of posts for tests of one sender, which has no database; the durable ones have a contract of their own. */
import type { PostNotes } from '#bot/delivery/post-notes.ts';

export function createNotesInMemory(): PostNotes {
  const notes = new Map<string, { readonly replaces: string; readonly posts: number }>();
  return {
    async begin({ copyId, replaces = '' }) {
      const known = notes.get(copyId) ?? { replaces: '', posts: 0 };
      if (known.replaces !== '' && known.replaces !== replaces) return undefined;
      const earlier = known.replaces === replaces ? known.posts : 0;
      notes.set(copyId, { replaces, posts: earlier + 1 });
      return earlier;
    },
    async undo(copyId) {
      const known = notes.get(copyId);
      if (known) notes.set(copyId, { ...known, posts: known.posts - 1 });
    },
    tellTwice: async () => undefined,
  };
}
