/**
 * Whether a message may have been posted before, for one process that posts alone.
 *
 * A copy that was made before this process began may have been posted by the process before it; one that this process
 * began to post may have arrived. Several processes need a note that all of them see: `beginPost` of their own.
 */
export interface PostToBegin {
  readonly copyId: string;
  /** When the copy was made; nothing of it was posted earlier. */
  readonly madeAt: Date;
}

/** `first` only when nobody can have posted this copy yet. */
export type BeginPost = (post: PostToBegin) => Promise<'first' | 'again'>;

/** The database's clock, which tells when a copy was made, may differ from this machine's. */
const clocksDifferMs = 10_000;
const keptPosts = 20_000;

export function createBeginPost(startedAt: Date): BeginPost {
  const begun = new Set<string>();
  let sureFrom = startedAt.getTime() + clocksDifferMs;
  return async ({ copyId, madeAt }) => {
    const isFirst = !begun.has(copyId) && madeAt.getTime() > sureFrom;
    if (begun.size >= keptPosts) {
      // What was forgotten is looked for again.
      begun.clear();
      sureFrom = madeAt.getTime() + clocksDifferMs;
    }
    begun.add(copyId);
    return isFirst ? 'first' : 'again';
  };
}
