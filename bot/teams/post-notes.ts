/**
 * How often a copy may have been posted already.
 *
 * Teams shows a bot none of its own messages, so a post whose answer was lost cannot be looked for. It is made once more,
 * and never a third time: two messages of a copy at most. Several processes, and a guarantee over crashes, need notes that
 * all of them see; these are for one process that posts alone.
 */
export interface PostToBegin {
  readonly copyId: string;
  /** When the copy was made; nothing of it was posted earlier. */
  readonly madeAt: Date;
}

export interface PostNotes {
  /** How many posts of it may have arrived before this one, which counts from now on, before it is sent. */
  begin(post: PostToBegin): Promise<number>;
  /** The last one surely did not arrive. */
  undo(copyId: string): Promise<void>;
}

export const postsAtMost = 2;

/** The database's clock, which tells when a copy was made, may differ from this machine's. */
const clocksDifferMs = 10_000;
const keptCopies = 20_000;

export function createPostNotes(startedAt: Date): PostNotes {
  const begun = new Map<string, number>();
  const sureFrom = startedAt.getTime() + clocksDifferMs;
  return {
    async begin({ copyId, madeAt }) {
      // The process before this one may have posted it once.
      const earlier = begun.get(copyId) ?? (madeAt.getTime() > sureFrom ? 0 : 1);
      begun.delete(copyId);
      begun.set(copyId, earlier + 1);
      if (begun.size > keptCopies) {
        const [oldest] = begun.keys();
        if (oldest !== undefined) begun.delete(oldest);
      }
      return earlier;
    },
    async undo(copyId) {
      const count = begun.get(copyId) ?? 0;
      if (count > 0) begun.set(copyId, count - 1);
    },
  };
}
