/**
 * What both work queues share: take what is due, deliver it within the concurrency, complete many at once.
 *
 * Guarantees: one delivery of an item at a time in this process; one look for due items at a time; nothing is delivered
 * after `stop`. It looks when poked, when its source said so, and when an ended delivery has made room while more was
 * due: never after each delivery.
 */
import type { Deliver } from '#core/ports/work-queue.ts';
import { createAlarm } from './alarm.ts';
import { createDeliveries } from './deliveries.ts';
import type { DeliverySource, Item } from './delivery-source.ts';

export const AGAIN_AFTER_MS = 1000;

export interface PumpOptions<I extends Item> {
  readonly source: DeliverySource<I>;
  readonly concurrency: number;
  /** How many due items may wait in memory for their turn; 0 where another process could take them. */
  readonly lookAhead: number;
  readonly deliver: Deliver;
  readonly onError: (error: unknown) => void;
  /** How often the source is told which items this process still holds. */
  readonly keepEveryMs?: number;
}

export interface Pump<I extends Item> {
  /** How many more items would be delivered at once. */
  room(): number;
  /** Looks for due items, after so long at the latest. Cheap to call often. */
  look(inMs?: number): void;
  /** Takes over items that stand in the queue and are due, without asking the queue for them. */
  offer(items: readonly I[]): void;
  /** Waits for the deliveries under way. */
  stop(): Promise<void>;
}

export function startPump<I extends Item>(options: PumpOptions<I>): Pump<I> {
  const { source, lookAhead, onError, keepEveryMs } = options;
  const alarm = createAlarm(look);
  const deliveries = createDeliveries({
    ...options,
    onRoom: () => mayBeMore && deliveries.room() > 0 && look(),
    onPutBack: () => alarm.ringIn(AGAIN_AFTER_MS),
  });
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let mayBeMore = false;
  let isStopping = false;

  function look(): void {
    const limit = deliveries.room() + lookAhead;
    lookAgain = looking !== undefined;
    if (isStopping || lookAgain) return;
    mayBeMore = limit <= 0;
    if (mayBeMore) return;
    looking = takeDue(limit)
      .catch(lookLater)
      .finally(() => {
        looking = undefined;
        if (lookAgain) look();
      });
  }

  async function takeDue(limit: number): Promise<void> {
    const { items, lookAgainInMs } = await source.take(limit, deliveries.held);
    if (isStopping) return source.release?.(items);
    if (lookAgainInMs === 0) mayBeMore = true;
    else if (lookAgainInMs !== undefined) alarm.ringIn(lookAgainInMs);
    deliveries.accept(items);
    return undefined;
  }

  function lookLater(error: unknown): void {
    onError(error);
    alarm.ringIn(AGAIN_AFTER_MS);
  }

  const keepHeld = () => void source.keep?.([...deliveries.held.values()]).catch(onError);
  const keeper = keepEveryMs ? setInterval(keepHeld, keepEveryMs) : undefined;
  look();

  return {
    room: () => (isStopping ? 0 : deliveries.room()),
    look: (inMs = 0) => (inMs > 0 ? alarm.ringIn(inMs) : look()),
    offer(items) {
      // What stood in the queue before goes first, so that the order is the queue's.
      if (looking || mayBeMore || items.length > deliveries.room() + lookAhead) look();
      else if (!isStopping) deliveries.accept(items);
    },
    async stop() {
      isStopping = true;
      alarm.stop();
      deliveries.close();
      await looking;
      await deliveries.settle();
      clearInterval(keeper);
    },
  };
}
