/** The last place to say something: the operators' channel, where one is configured and takes it (H33). */
import type { CardCopy } from '#core/ports/conversation-tables.ts';
import type { Reads, Tx } from '#core/ports/store.ts';
import { conversationOf, type Destination } from './destinations.ts';
import type { Ids, Subject } from './show-subject.ts';

/** How people can be reached here at all. */
export interface Reach {
  /** The chats that are configured: `slack`, `teams`. */
  readonly chats: ReadonlySet<string>;
  /** The first of them that takes something is used. */
  readonly operators: readonly Destination[];
}

export interface Reaching extends Ids {
  readonly reach: Reach;
}

/** Everybody reads it there, so it is drawn for nobody and has no buttons. Nothing happens where it stands already. */
export async function tellOperators(
  { newId, reach }: Reaching,
  tx: Tx,
  { kind, id }: Subject,
): Promise<void> {
  const card = await tx.cards.findBySubject(kind, id);
  if (!card) return;
  const at = await findOperators(reach, tx, await tx.cards.listCopies(card.id));
  if (!at) return;
  await tx.cards.insertCopy({ id: newId(), cardId: card.id, ...at, personId: null });
  await tx.enqueue([{ topic: 'delivery', key: card.id }]);
}

/** The first operators' channel that can take this card, or has it. */
export async function findOperators(
  { operators }: Reach,
  { destinations }: Pick<Reads, 'destinations'>,
  copies: readonly CardCopy[],
): Promise<Destination | undefined> {
  for (const at of operators) {
    const here = copies.find(
      ({ transport, place }) => transport === at.transport && place === at.place,
    );
    if (here && here.goneCode === null) return at;
    const failing = here ?? (await destinations.find(at.transport, conversationOf(at)))?.deadAt;
    if (!failing) return at;
  }
  return undefined;
}
