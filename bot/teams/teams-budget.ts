/**
 * Who may send next, so that Teams' limits hold and the urgent never waits for the idle.
 *
 * Teams limits a bot in each conversation by four windows at once, and an app in its tenant by one; new messages and edits
 * count alike. What asks somebody for something goes before what ended, and that before progress; progress and ends leave
 * a reserve for what comes later. Of one message only the newest version waits. Pure: it is told the time, in milliseconds
 * of a monotonic clock.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
 */
import type { Budget, Lane, Want } from '../delivery/budget.ts';

interface Window {
  readonly ms: number;
  /** Up to what each lane may fill it; the first is all there is. */
  readonly sends: Readonly<Record<Lane, number>>;
}

export interface TeamsLimits {
  readonly conversation: readonly Window[];
  /** Of all conversations together. */
  readonly app: readonly Window[];
  /** Between two edits for progress in one conversation, so that they do not come in a heap. */
  readonly progressEveryMs: number;
  /** Between two edits of one message for progress. */
  readonly sameMessageEveryMs: number;
}

export const teamsLimits: TeamsLimits = {
  conversation: [
    { ms: 1_000, sends: { urgent: 7, final: 5, progress: 2 } },
    { ms: 2_000, sends: { urgent: 8, final: 6, progress: 3 } },
    { ms: 30_000, sends: { urgent: 60, final: 50, progress: 30 } },
    { ms: 3_600_000, sends: { urgent: 1_800, final: 1_700, progress: 1_440 } },
  ],
  app: [{ ms: 1_000, sends: { urgent: 30, final: 25, progress: 15 } }],
  progressEveryMs: 2_500,
  sameMessageEveryMs: 2_000,
};

export interface TeamsBudget extends Budget {
  /** Teams wants no more in this conversation until then. */
  pauseChannel(channel: string, until: number): void;
}

interface Waiting extends Want {
  readonly since: number;
}

const order: Readonly<Record<Lane, number>> = { urgent: 0, final: 1, progress: 2 };
const longAgo = Number.NEGATIVE_INFINITY;

export function createTeamsBudget(limits: TeamsLimits = teamsLimits): TeamsBudget {
  const waiting = new Map<string, Waiting>();
  const sent = createHistory(limits);
  const paused: Record<Want['kind'], number> = { post: 0, edit: 0 };
  const pausedChannels = new Map<string, number>();

  /** When this one may go, if nothing else went before it. */
  function earliest({ kind, lane, key, channel }: Waiting): number {
    const pausedUntil = Math.max(paused[kind], pausedChannels.get(channel) ?? 0);
    const free = Math.max(pausedUntil, sent.findRoom(channel, lane));
    if (lane !== 'progress' || kind === 'post') return free;
    const next = sent.lastProgress(channel) + limits.progressEveryMs;
    return Math.max(free, next, sent.lastOf(key) + limits.sameMessageEveryMs);
  }

  function inOrder(): Waiting[] {
    // Progress goes round; all else in the order in which it came.
    const rank = (one: Waiting) => (one.lane === 'progress' ? sent.lastOf(one.key) : one.since);
    return [...waiting.values()].toSorted(
      (a, b) => order[a.lane] - order[b.lane] || compare(rank(a), rank(b)) || a.since - b.since,
    );
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
      sent.forget(now);
      for (const [key, until] of pausedChannels) if (until <= now) pausedChannels.delete(key);
      const taken: Want[] = [];
      for (const want of inOrder()) {
        if (earliest(want) > now) continue;
        waiting.delete(want.key);
        sent.count(want, now);
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
    pauseChannel(channel, until) {
      pausedChannels.set(channel, Math.max(pausedChannels.get(channel) ?? 0, until));
    },
  };
}

/** What was sent when, as far back as the longest window. */
function createHistory(limits: TeamsLimits) {
  const longest = (windows: readonly Window[]) => Math.max(...windows.map(({ ms }) => ms));
  const keptMs = longest(limits.conversation);
  const keptAppMs = longest(limits.app);
  const channels = new Map<string, number[]>();
  const lastSent = new Map<string, number>();
  const lastProgress = new Map<string, number>();
  let all: number[] = [];
  return {
    findRoom: (channel: string, lane: Lane) =>
      Math.max(
        findRoom(limits.conversation, channels.get(channel) ?? [], lane),
        findRoom(limits.app, all, lane),
      ),
    lastOf: (key: string) => lastSent.get(key) ?? longAgo,
    lastProgress: (channel: string) => lastProgress.get(channel) ?? longAgo,
    count({ key, channel, lane }: Want, now: number): void {
      channels.set(channel, [...(channels.get(channel) ?? []), now]);
      all.push(now);
      lastSent.set(key, now);
      if (lane === 'progress') lastProgress.set(channel, now);
    },
    forget(now: number): void {
      all = all.filter((at) => at > now - keptAppMs);
      for (const [channel, times] of channels) {
        const left = times.filter((at) => at > now - keptMs);
        if (left.length === 0) channels.delete(channel);
        else channels.set(channel, left);
      }
      for (const times of [lastSent, lastProgress]) {
        for (const [key, at] of times) if (at <= now - keptMs) times.delete(key);
      }
    },
  };
}

/** When every window has room for one more of this lane. */
function findRoom(windows: readonly Window[], times: readonly number[], lane: Lane): number {
  let at = longAgo;
  for (const { ms, sends } of windows) {
    const freed = times[times.length - sends[lane]];
    if (freed !== undefined) at = Math.max(at, freed + ms);
  }
  return at;
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
