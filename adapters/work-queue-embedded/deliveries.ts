/** The items that one process holds of one topic: those that wait for their turn, under way, and not yet completed. */
import type { Deliver } from '#core/ports/work-queue.ts';
import { createCompletion } from './completion.ts';
import type { DeliverySource, Item } from './delivery-source.ts';

export interface DeliveriesOptions<I extends Item> {
  readonly source: DeliverySource<I>;
  readonly concurrency: number;
  readonly deliver: Deliver;
  /** A delivery ended or rests, and left its place free. */
  readonly onRoom: () => void;
  /** An item failed and stands in the queue again. */
  readonly onPutBack: () => void;
  readonly onError: (error: unknown) => void;
}

export interface Deliveries<I extends Item> {
  readonly held: ReadonlyMap<Item['id'], I>;
  /** How many more items would start at once; below zero when some wait for their turn. */
  room(): number;
  accept(items: readonly I[]): void;
  /** Starts no more of them. */
  close(): void;
  /** Waits for those under way, and completes them. */
  settle(): Promise<void>;
}

export function createDeliveries<I extends Item>(options: DeliveriesOptions<I>): Deliveries<I> {
  const { source, concurrency, onError } = options;
  const held = new Map<Item['id'], I>();
  const ready: I[] = [];
  const underWay = new Set<Promise<void>>();
  const completion = createCompletion<I>({
    complete: (items) => source.complete(items),
    onCompleted: ({ id }) => held.delete(id),
    onError,
  });
  let isClosed = false;
  let resting = 0;

  function startReady(): void {
    while (!isClosed && underWay.size - resting < concurrency) {
      const item = ready.shift();
      if (!item) return;
      const delivery = deliverItem(item);
      underWay.add(delivery);
      void delivery.then(() => {
        underWay.delete(delivery);
        startReady();
        options.onRoom();
      });
    }
  }

  /** What comes back may find its place taken: more than `concurrency` work then, for as long as it takes. */
  async function rest<A>(wait: Promise<A>): Promise<A> {
    resting += 1;
    startReady();
    options.onRoom();
    return wait.finally(() => {
      resting -= 1;
    });
  }

  /** Never rejects. Begins only after this turn, when `underWay` has counted it. */
  async function deliverItem(item: I): Promise<void> {
    await null;
    try {
      await options.deliver({ key: item.key, redelivered: item.redelivered }, rest);
      completion.add(item);
    } catch (error) {
      onError(error);
      // What cannot be put back still stands in the queue and comes again at a later look.
      await source.putBack(item).catch(onError);
      held.delete(item.id);
      options.onPutBack();
    }
  }

  return {
    held,
    room: () => concurrency + resting - underWay.size - ready.length,
    accept(items) {
      const fresh = items.filter(({ id }) => !held.has(id));
      for (const item of fresh) held.set(item.id, item);
      ready.push(...fresh);
      startReady();
    },
    close() {
      isClosed = true;
    },
    async settle() {
      await Promise.all(underWay);
      await completion.stop();
    },
  };
}
