/** A place where somebody writes, something arrives, or Drover was added again is alive: what was not said there is said. */
import type { Tx } from '#core/ports/store.ts';
import { conversationOf, type Destination, threadsOf } from './destinations.ts';

export async function comeBack(tx: Tx, at: Destination): Promise<void> {
  const { transport } = at;
  const place = conversationOf(at);
  const failing = await tx.destinations.remove(transport, place);
  if (!failing) return;
  if (failing.deadAt)
    await tx.audit.insert({ event: 'destination_alive', facts: { transport, place } });
  const cardIds = await tx.cards.revive(transport, place, threadsOf(at));
  await tx.enqueue(cardIds.map((key) => ({ topic: 'delivery', key })));
}
