/**
 * Who may send next, so that a transport's limits hold and the urgent never waits for the idle.
 *
 * Pure: it is told the time, in milliseconds of a monotonic clock. New messages are limited by channel, edits by all of a
 * workspace together. What asks somebody for something goes before what ended, and that before progress; progress and ends
 * leave a reserve for what comes later. Of one message only the newest version waits.
 */
export type Lane = 'urgent' | 'final' | 'progress';

export interface Want {
  /** The copy of a card: a newer version of it takes the place of an older one. */
  readonly key: string;
  readonly lane: Lane;
  readonly kind: 'post' | 'edit';
  readonly channel: string;
}

export interface BudgetLimits {
  readonly windowMs: number;
  /** Of a window, by what a lane may fill it up to; the last is all there is. */
  readonly edits: Readonly<Record<Lane, number>>;
  readonly posts: Readonly<Record<Lane, number>>;
  readonly postEveryMs: number;
  /** Between two edits for progress, so that they do not come in a heap. */
  readonly progressEveryMs: number;
  /** Of the same message. */
  readonly sameMessageEveryMs: number;
}

export interface Budget {
  want(want: Want, now: number): void;
  /** Nobody waits for it any more. */
  drop(key: string): void;
  /** Those that may go now, in order; they count as sent. */
  take(now: number): readonly Want[];
  /** When the next one may go at the earliest; undefined when none waits. */
  nextAt(now: number): number | undefined;
  /** The transport wants no more of this kind until then. */
  pause(kind: Want['kind'], until: number): void;
}

interface Waiting extends Want {
  readonly since: number;
}

const order: Readonly<Record<Lane, number>> = { urgent: 0, final: 1, progress: 2 };

export function createBudget(limits: BudgetLimits): Budget {
  const waiting = new Map<string, Waiting>();
  const sent: Record<Want['kind'], number[]> = { post: [], edit: [] };
  const paused: Record<Want['kind'], number> = { post: 0, edit: 0 };
  const lastPost = new Map<string, number>();
  const lastEdit = new Map<string, number>();
  let lastProgress = Number.NEGATIVE_INFINITY;

  /** When this one may go, if nothing else went before it. */
  function earliest({ kind, lane, key, channel }: Waiting): number {
    const room = (kind === 'edit' ? limits.edits : limits.posts)[lane];
    const times = sent[kind];
    const freed = times[times.length - room];
    const inWindow = freed === undefined ? 0 : freed + limits.windowMs;
    if (kind === 'post') {
      const last = lastPost.get(channel) ?? Number.NEGATIVE_INFINITY;
      return Math.max(inWindow, paused.post, last + limits.postEveryMs);
    }
    if (lane !== 'progress') return Math.max(inWindow, paused.edit);
    const same = (lastEdit.get(key) ?? Number.NEGATIVE_INFINITY) + limits.sameMessageEveryMs;
    return Math.max(inWindow, paused.edit, lastProgress + limits.progressEveryMs, same);
  }

  function inOrder(): Waiting[] {
    // Progress goes round; all else in the order in which it came.
    const rank = (one: Waiting) =>
      one.lane === 'progress' ? (lastEdit.get(one.key) ?? Number.NEGATIVE_INFINITY) : one.since;
    return [...waiting.values()].toSorted(
      (a, b) => order[a.lane] - order[b.lane] || compare(rank(a), rank(b)) || a.since - b.since,
    );
  }

  function count(want: Waiting, now: number): void {
    waiting.delete(want.key);
    sent[want.kind].push(now);
    if (want.kind === 'post') lastPost.set(want.channel, now);
    else lastEdit.set(want.key, now);
    if (want.kind === 'edit' && want.lane === 'progress') lastProgress = now;
  }

  function forget(now: number): void {
    for (const kind of ['post', 'edit'] as const) {
      sent[kind] = sent[kind].filter((at) => at > now - limits.windowMs);
    }
    for (const times of [lastPost, lastEdit]) {
      for (const [key, at] of times) if (at <= now - limits.windowMs) times.delete(key);
    }
  }

  return {
    want(want, now) {
      const before = waiting.get(want.key);
      // As urgent as it ever was; what becomes more urgent stands behind those that were so before.
      const stays = before !== undefined && order[before.lane] <= order[want.lane];
      const { lane, since } = stays ? before : { lane: want.lane, since: now };
      if (!stays) waiting.delete(want.key);
      waiting.set(want.key, { ...want, lane, since });
    },
    drop: (key) => void waiting.delete(key),
    take(now) {
      forget(now);
      const taken: Want[] = [];
      for (const want of inOrder()) {
        if (earliest(want) > now) continue;
        count(want, now);
        taken.push(want);
      }
      return taken;
    },
    nextAt(now) {
      if (waiting.size === 0) return undefined;
      let at = Number.POSITIVE_INFINITY;
      for (const want of waiting.values()) at = Math.min(at, earliest(want));
      return Math.max(now, at);
    },
    pause(kind, until) {
      paused[kind] = Math.max(paused[kind], until);
    },
  };
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
