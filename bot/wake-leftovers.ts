/** At the start: what was received or changed and not told yet is woken, whatever became of its wake-up. */
import type { Store } from '#core/ports/store.ts';

const AT_MOST = 10_000;

export async function wakeLeftovers(store: Store): Promise<void> {
  await store.transact(async (tx) => {
    const inbox = (await tx.inbox.listUnhandled(AT_MOST)).map(
      ({ id }) => ({ topic: 'inbox', key: id }) as const,
    );
    const cards = (await tx.cards.listBehind(AT_MOST)).map(
      (key) => ({ topic: 'delivery', key }) as const,
    );
    await tx.enqueue([...inbox, ...cards]);
  });
}
