/** A place that failed once too often: it is in the audit, and one notice for administrators becomes due with it (H33). */
import type { Json } from '#core/plan/plan.ts';
import type { FailingPlace } from '#core/ports/destinations.ts';
import type { Tx } from '#core/ports/store.ts';
import type { Card } from '../cards/card.ts';
import { deadPlaceCard } from '../cards/dead-place-card.ts';
import { directMessage } from '../conversation/destinations.ts';
import { chatNameOf } from '../conversation/find-sender.ts';
import type { Ids } from '../conversation/show-subject.ts';

/** What stands in such a card's `content`; who reads it is found when it is sent. */
export interface Notice {
  readonly card: Card;
  readonly notice: 'administrators';
}

export interface Burying {
  readonly failing: FailingPlace;
  /** Whose copy it was that failed. */
  readonly personId: string | null;
}

/** Called once a death: by whoever's compare-and-set made the place dead. */
export async function buryPlace(
  { newId }: Ids,
  tx: Tx,
  { failing, personId }: Burying,
): Promise<void> {
  const { transport, place, failures, code } = failing;
  await tx.audit.insert({ event: 'destination_dead', facts: { transport, place, code, failures } });
  const linked = personId === null ? [] : await tx.links.list(personId);
  const owner = linked.find(({ chatId }) => directMessage(chatId).place === place);
  const chat = chatNameOf(`${transport}:`);
  const card = deadPlaceCard({ chat, place, failures, code, personName: owner?.personName });
  const content = { card, notice: 'administrators' } satisfies Notice;
  const id = newId();
  await tx.cards.insert({
    ...{ id, kind: 'answer', subjectId: null },
    content: content as unknown as Json,
  });
  await tx.enqueue([{ topic: 'delivery', key: id }]);
}
