/**
 * Writes what the chats' doors refuse into the audit: one event `chat_refused` each, with the refusal's facts and nothing
 * of what was said, no token and no signature; every text is cut to 100 characters.
 *
 * Bounded, since whoever reaches a door can be refused as often as they like: at most 60 events in a minute, over all
 * chats of this process. What is refused beyond that is counted, and one event `chat_refused` with the `count` alone
 * follows when the minute is over, or when Drover ends; it is one of the next minute's 60. A minute begins with its first
 * event and is measured by the monotonic clock. Events are written one after the other: refusals take at most one
 * connection of the database.
 *
 * The log gets one line a minute, so that an operator sees why nobody is heard: a wrong app or tenant id shows as nothing
 * else.
 */
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { NoteRefused, Refusal } from './refusal.ts';

type Facts = Readonly<Record<string, string | number>>;

export interface NoteRefusedOptions {
  readonly store: Pick<ApprovalStore, 'transact'>;
  readonly clock: Clock;
  /** For the counted ones, which nobody waits for. */
  readonly onError: (error: unknown) => void;
  /** For the log: called with the first of each minute. */
  readonly onFirst: (facts: Facts) => void;
}

export interface RefusalNotes {
  /** Resolves once the event is committed, or at once when it is only counted. Rejects when it could not be written. */
  readonly noteRefused: NoteRefused;
  /** Writes what was counted, and waits for what is being written. */
  close(): Promise<void>;
}

export const EVENTS_AT_MOST = 60;
const MINUTE_MS = 60_000;
const TEXT_AT_MOST = 100;

export function createNoteRefused(options: NoteRefusedOptions): RefusalNotes {
  const { store, clock, onError, onFirst } = options;
  const ending = new AbortController();
  const minute = createMinute(clock);
  let beyond = 0;
  let waiting: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  function write(facts: Facts): Promise<void> {
    const written = last.then(() =>
      store.transact((tx) => tx.audit.insert({ event: 'chat_refused', facts })),
    );
    last = written.catch(() => undefined);
    return written;
  }

  async function writeBeyond(): Promise<void> {
    // Ends early when Drover does: what was counted is written then.
    await clock.pause(minute.leftMs(), ending.signal).catch(() => undefined);
    waiting = undefined;
    const count = beyond;
    beyond = 0;
    minute.take();
    await write({ count }).catch((error) => {
      beyond += count;
      onError(error);
    });
  }

  return {
    async noteRefused(refusal) {
      const facts = toFacts(refusal);
      const isTaken = minute.take();
      if (minute.isFirst()) onFirst(facts);
      if (isTaken) return write(facts);
      beyond += 1;
      waiting ??= writeBeyond();
    },
    async close() {
      ending.abort();
      await waiting;
      await last;
    },
  };
}

/** Counts the events of the minute that goes on. */
function createMinute(clock: Pick<Clock, 'elapsedMs'>) {
  let since = Number.NEGATIVE_INFINITY;
  let taken = 0;
  return {
    /** False when there were enough of them. */
    take(): boolean {
      const now = clock.elapsedMs();
      if (now - since >= MINUTE_MS) {
        since = now;
        taken = 0;
      }
      taken += 1;
      return taken <= EVENTS_AT_MOST;
    },
    isFirst: () => taken === 1,
    leftMs: () => Math.max(0, since + MINUTE_MS - clock.elapsedMs()),
  };
}

function toFacts({ transport, code, tenant, userId, place }: Refusal): Facts {
  const said = Object.entries({ transport, code, tenant, userId, place });
  return Object.fromEntries(
    said.flatMap(([name, text]) => (text === undefined ? [] : [[name, cut(text)] as const])),
  );
}

/** By whole characters: half of one is none. */
function cut(text: string): string {
  return text.length <= TEXT_AT_MOST ? text : [...text].slice(0, TEXT_AT_MOST).join('');
}
