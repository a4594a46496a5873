/**
 * Tells the queue of finished deliveries, many at once: one statement and one commit for what ended within 200 ms.
 *
 * A crash in between delivers them again, which the port allows; what was done is found done.
 */
import { createAlarm } from './alarm.ts';

const COMPLETE_AFTER_MS = 200;
const TRY_AGAIN_AFTER_MS = 1000;

export interface CompletionOptions<I> {
  readonly complete: (items: readonly I[]) => Promise<void>;
  /** The queue has forgotten this item. */
  readonly onCompleted: (item: I) => void;
  readonly onError: (error: unknown) => void;
}

export interface Completion<I> {
  add(item: I): void;
  /** Completes what is left. What the database refuses now is delivered again by the next process. */
  stop(): Promise<void>;
}

export function createCompletion<I>(options: CompletionOptions<I>): Completion<I> {
  const { complete, onCompleted, onError } = options;
  let finished: I[] = [];
  let flushing = Promise.resolve();
  const alarm = createAlarm(() => {
    flushing = flush();
  });

  async function flush(): Promise<void> {
    const items = finished;
    finished = [];
    if (items.length === 0) return;
    try {
      await complete(items);
      for (const item of items) onCompleted(item);
    } catch (error) {
      onError(error);
      finished.push(...items);
      alarm.ringIn(TRY_AGAIN_AFTER_MS);
    }
  }

  return {
    add(item) {
      finished.push(item);
      alarm.ringIn(COMPLETE_AFTER_MS);
    },
    async stop() {
      alarm.stop();
      await flushing;
      await flush();
    },
  };
}
