/** Work queues on the real store, for the contract. */
import { type OpenStore, openStore } from '#adapters/database/database.ts';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import type { WorkQueue } from '#core/ports/work-queue.ts';
import type { OpenQueue } from './work-queue-contract.ts';

export type CreateQueue = (options: {
  readonly handle: DatabaseHandle;
  readonly onError: (error: unknown) => void;
}) => WorkQueue | Promise<WorkQueue>;

/** Opens a store with this queue, as a process does; disposing stops the queue and closes the store. */
export async function openQueue(url: string, createQueue: CreateQueue): Promise<OpenQueue> {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const opened = await openStore(
    { url, connections: 10 },
    { createQueue: async (handle) => createQueue({ handle, onError }) },
  );
  return toOpenQueue(opened, errors);
}

function toOpenQueue({ queue, store, handle, close }: OpenStore, errors: unknown[]): OpenQueue {
  let closing: Promise<void> | undefined;
  return {
    queue,
    errors,
    transact: (work) => store.transact(work),
    now: () => handle.now(),
    [Symbol.asyncDispose]: () => {
      closing ??= queue.stop().then(close);
      return closing;
    },
  };
}
