/**
 * The work queue: it remembers that something is due and wakes a worker. It knows nothing of what it wakes for.
 *
 * A wake-up is a hint with a promise: once its transaction commits it is delivered **at least once**, not before
 * `delayMs`, to one worker at a time; when that worker dies or fails it is delivered again. What is true stands in
 * the domain tables, so a second or late delivery must find nothing to do.
 */
import type { Tx } from './store.ts';

export const TOPICS = ['inbox', 'job', 'step', 'delivery', 'request', 'seal'] as const;
export type Topic = (typeof TOPICS)[number];

export interface WakeUp {
  readonly topic: Topic;
  readonly key: string;
  readonly delayMs?: number;
}

export interface Delivery {
  readonly key: string;
  /** True when an earlier delivery of this wake-up was not completed: its worker died, froze or failed. */
  readonly redelivered: boolean;
}

/** Waits, and leaves its place in `concurrency` to others meanwhile: for time that only has to pass. */
export type Rest = <A>(wait: Promise<A>) => Promise<A>;

/** Resolves when the wake-up is dealt with; rejects to get it again a second later. */
export type Deliver = (delivery: Delivery, rest: Rest) => Promise<void>;

export interface WorkQueue {
  /** Joins the caller's transaction: no commit, no wake-up. */
  enqueue(
    tx: Pick<Tx, 'native' | 'now' | 'afterCommit'>,
    wakeUps: readonly WakeUp[],
  ): Promise<void>;
  /** Starts delivering one topic, at most `concurrency` at a time in this process. */
  consume(topic: Topic, concurrency: number, deliver: Deliver): Promise<void>;
  /** Stops delivering; waits for deliveries under way. */
  stop(): Promise<void>;
}
