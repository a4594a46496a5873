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

/** By transaction: whose cards it has made due. They are drawn after its commit, so once is enough. */
const touched = new WeakMap<Tx, Set<string>>();

/** What a subject shows has changed: every copy of its card becomes due. Answers whether the card was made just now. */
export async function touchSubject(
  { newId }: Ids,
  tx: Tx,
  subject: Subject,
): Promise<{ readonly isNew: boolean }> {
  const already = touched.get(tx) ?? new Set();
  const name = `${subject.kind} ${subject.id}`;
  if (already.has(name)) return { isNew: false };
  touched.set(tx, already.add(name));
  const { id, isNew } = await findOrInsert({ newId }, tx, subject);
  await tx.cards.touch(id);
  await tx.enqueue([{ topic: 'delivery', key: id }]);
  return { isNew };
}

async function cardOf(ids: Ids, tx: Tx, subject: Subject): Promise<string> {
  const { id } = await findOrInsert(ids, tx, subject);
  return id;
}

async function findOrInsert(
  { newId }: Ids,
  tx: Tx,
  { kind, id: subjectId }: Subject,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const known = await tx.cards.findBySubject(kind, subjectId);
  if (known) return { id: known.id, isNew: false };
  const id = newId();
  await tx.cards.insert({ id, kind, subjectId, content: null });
  return { id, isNew: true };
}
