/** Puts the live card of a request, a job or what was noticed where a person reads. */
import type { Tx } from '#core/ports/store.ts';
import { type Destination, listPrivate } from './destinations.ts';

export interface Subject {
  readonly kind: 'request' | 'job' | 'noticed';
  readonly id: string;
}

export interface Ids {
  readonly newId: () => string;
}

/** The message that a card answers, for the one who wrote it. */
export interface Answering {
  /** As its sender named it. */
  readonly answers: string;
  readonly answersTo: string;
  /** What was typed, or the line that a click stands for. */
  readonly said?: string;
}

export interface Reader {
  readonly personId: string;
  /** Where they asked. Absent: everywhere that they alone read. */
  readonly at?: Destination | undefined;
}

/** One card a subject, one copy a place; the copies become due in the same transaction. */
export async function showSubject(
  { newId }: Ids,
  tx: Tx,
  { kind, id }: Subject,
  { personId, at }: Reader,
  answering?: Answering,
): Promise<void> {
  const cardId = await cardOf({ newId }, tx, { kind, id });
  if (answering) await tx.cards.touch(cardId, { ...answering });
  if (at) await tx.cards.insertCopy({ id: newId(), cardId, ...at, personId });
  else await putOwnCopies({ newId }, tx, cardId, personId);
  await tx.enqueue([{ topic: 'delivery', key: cardId }]);
}

/** Everywhere that each of these people alone reads; one wake-up for all of them, who may be thousands. */
export async function showToAll(
  { newId }: Ids,
  tx: Tx,
  subject: Subject,
  personIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0) return;
  const cardId = await cardOf({ newId }, tx, subject);
  for (const personId of personIds) await putOwnCopies({ newId }, tx, cardId, personId);
  await tx.enqueue([{ topic: 'delivery', key: cardId }]);
}

async function putOwnCopies(
  { newId }: Ids,
  tx: Tx,
  cardId: string,
  personId: string,
): Promise<void> {
  for (const at of await listPrivate(tx, personId))
    await tx.cards.insertOwnCopy({ id: newId(), cardId, ...at, personId });
}

/** What a subject shows has changed: every copy of its card becomes due. */
export async function touchSubject({ newId }: Ids, tx: Tx, subject: Subject): Promise<void> {
  const cardId = await cardOf({ newId }, tx, subject);
  await tx.cards.touch(cardId);
  await tx.enqueue([{ topic: 'delivery', key: cardId }]);
}

async function cardOf({ newId }: Ids, tx: Tx, { kind, id: subjectId }: Subject): Promise<string> {
  const known = await tx.cards.findBySubject(kind, subjectId);
  if (known) return known.id;
  const id = newId();
  await tx.cards.insert({ id, kind, subjectId, content: null });
  return id;
}
