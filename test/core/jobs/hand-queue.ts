/** A work queue that delivers when a test says so. What was enqueued in a transaction counts once it commits. */
import type { Delivery, Topic, WakeUp, WorkQueue } from '#core/ports/work-queue.ts';

export interface Waiting extends Delivery {
  readonly topic: Topic;
  readonly delayMs: number;
}

export interface HandQueue extends Pick<WorkQueue, 'enqueue'> {
  due(topic: Topic): readonly Waiting[];
  /** The next one, by arrival. */
  take(topic: Topic): Waiting | undefined;
  /** Its worker died: it comes again. */
  putBack(taken: Waiting): void;
}

export function createHandQueue(): HandQueue {
  const waiting: Waiting[] = [];
  return {
    due: (topic) => waiting.filter((one) => one.topic === topic),
    async enqueue(tx, wakeUps) {
      tx.afterCommit(() => waiting.push(...wakeUps.map(toWaiting)));
    },
    take(topic) {
      const at = waiting.findIndex((one) => one.topic === topic);
      return at < 0 ? undefined : waiting.splice(at, 1)[0];
    },
    putBack(taken) {
      waiting.unshift({ ...taken, delayMs: 0, redelivered: true });
    },
  };
}

function toWaiting({ topic, key, delayMs = 0 }: WakeUp): Waiting {
  return { topic, key, delayMs, redelivered: false };
}
