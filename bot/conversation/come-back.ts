/**
 * A place where somebody writes, something arrives, or Drover was added again is alive: what was not said there is said.
 *
 * What is older than a request can be open is not: nobody waits for it, and of a place that was away for months it would
 * be hundreds of messages (H31).
 */
import type { Tx } from '#core/ports/store.ts';
import { conversationOf, type Destination, threadsOf } from './destinations.ts';

const MISSED_AT_MOST_MS = 7 * 24 * 3_600_000;

export async function comeBack(tx: Tx, at: Destination): Promise<void> {
  const { transport } = at;
  const place = conversationOf(at);
  const failing = await tx.destinations.remove(transport, place);
  if (!failing) return;
  if (failing.deadAt)
    await tx.audit.insert({ event: 'destination_alive', facts: { transport, place } });
  const since = new Date(tx.now.getTime() - MISSED_AT_MOST_MS);
  const cardIds = await tx.cards.revive({ transport, place, begin: threadsOf(at), since });
  await tx.enqueue(cardIds.map((key) => ({ topic: 'delivery', key })));
}
