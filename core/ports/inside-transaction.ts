/**
 * Knows whether the running code stands inside a transaction, where nothing but the database may be awaited.
 *
 * A platform, a directory or a chat that is waited for there would hold the database for everybody.
 */
// biome-ignore lint/style/noRestrictedImports: the runtime alone knows what belongs to one call.
import { AsyncLocalStorage } from 'node:async_hooks';
import { OperationError } from '../errors.ts';

/** `isOpen` tells code that was started inside and not awaited that the transaction is over. */
const transaction = new AsyncLocalStorage<{ isOpen: boolean }>();

/** Ports to the outside call this first. @throws OperationError `called_inside_transaction`, naming `what`. */
export function refuseInsideTransaction(what: string): void {
  if (transaction.getStore()?.isOpen !== true) return;
  throw new OperationError('called_inside_transaction', 'not_started', { what });
}

/** For the store alone. */
export async function runInsideTransaction<A>(work: () => Promise<A>): Promise<A> {
  const mark = { isOpen: true };
  try {
    return await transaction.run(mark, work);
  } finally {
    mark.isOpen = false;
  }
}
