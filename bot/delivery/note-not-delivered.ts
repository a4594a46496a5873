/**
 * Keeps that a version of a card did not arrive, and sends it elsewhere: to where its reader alone reads, else to the
 * operators' channel (H33).
 *
 * One transaction each: who was not reached, the copy that is given up, the copies in its stead and, for a place that fails
 * once too often, its death with the one notice of it. Rows are taken in one order: copy, place, telling, card.
 */
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { Tx } from '#core/ports/store.ts';
import type { NotReachedCode } from '#core/ports/tellings.ts';
import { conversationOf, listPrivate } from '../conversation/destinations.ts';
import { findOperators, type Reaching } from '../conversation/tell-operators.ts';
import type { House } from '../house.ts';
import { buryPlace } from './bury-place.ts';
import { meantBy } from './meant-by.ts';
import type { Failure } from './read-failure.ts';

/** After so many failures in a row a place counts as dead, a copy as one that the chat does not take. */
export const FAILURES_AT_MOST = 5;
/** What had no answer is tried again, not as soon as possible: nobody answers faster for it. */
const AGAIN_MS = 15_000;

export interface Missed {
  readonly card: CardRow;
  readonly copy: CardCopy;
}

export async function noteNotDelivered(
  house: Pick<House, 'store' | 'newId' | 'reach'>,
  missed: Missed,
  failure: Failure,
): Promise<void> {
  await house.store.transact((tx) => note(house, tx, missed, failure));
}

async function note(house: Reaching, tx: Tx, missed: Missed, failure: Failure): Promise<void> {
  if (!(await isNew(tx, missed))) return;
  switch (failure.what) {
    case 'place':
      return notePlace(house, tx, missed, failure.code);
    case 'dead':
      return giveUp(house, tx, missed, 'dead');
    case 'message':
      return noteDeleted(tx, missed);
    case 'not_theirs':
      return noteNotTheirs(house, tx, missed);
    case 'no_account':
      return noteNoAccount(house, tx, missed);
    case 'card':
      return noteRefused(house, tx, missed);
    case 'unseen':
      return noteUnseen(house, tx, missed);
    case 'nothing_yet':
      return noteNothingYet(house, tx, missed);
  }
}

/** Two wake-ups may have waited for the same message: what became of it counts once. */
async function isNew({ cards }: Tx, { card, copy }: Missed): Promise<boolean> {
  const now = await cards.lockCopy(copy.id);
  if (!now || now.goneCode !== null || now.sentVersion >= card.version) return false;
  return now.failures === copy.failures;
}

async function notePlace(
  house: Reaching,
  tx: Tx,
  missed: Missed,
  code: Extract<Failure, { what: 'place' }>['code'],
): Promise<void> {
  const { copy } = missed;
  const place = conversationOf(copy);
  const failing = await tx.destinations.fail(copy.transport, place, code);
  const { failures } = failing;
  await audit(tx, copy, { code, failures });
  if (failures >= FAILURES_AT_MOST && (await tx.destinations.markDead(copy.transport, place)))
    await buryPlace(house, tx, { failing, personId: copy.personId });
  await giveUp(house, tx, missed, code);
}

/** Nothing more is sent to this copy until its place is back. */
async function giveUp(
  house: Reaching,
  tx: Tx,
  missed: Missed,
  code: NotReachedCode,
): Promise<void> {
  if (code === 'dead') await audit(tx, missed.copy, { code });
  const isNews = await noteNotReached(house, tx, missed, code);
  await tx.cards.markGone(missed.copy.id, 'place');
  await tellElsewhere(house, tx, missed);
  if (isNews) await touchSettled(tx, missed.card);
  await tx.enqueue([{ topic: 'delivery', key: missed.card.id }]);
}

/**
 * Everybody's card is drawn anew when nobody is on their way any more, not for each who was not reached: of thousands that
 * would be millions. The card was locked with its copy: of two that end at once, the later one sees the other.
 */
async function touchSettled({ cards, tellings }: Tx, { id, subjectId }: CardRow): Promise<void> {
  const isWaiting = subjectId !== null && (await tellings.hasWaiting(subjectId));
  if (!isWaiting) await cards.touch(id);
}

/** Whoever deletes the second one, too, wants none: it is told nowhere else. */
async function noteDeleted(tx: Tx, { copy }: Missed): Promise<void> {
  await tx.cards.markGone(copy.id, 'message');
  await tx.audit.insert({
    event: 'card_deleted',
    facts: { transport: copy.transport, place: copy.place, deleted: copy.messageRef },
  });
}

/** It stays as it stands there: whoever reads it now is not shown what comes after. */
async function noteNotTheirs(house: Reaching, tx: Tx, missed: Missed): Promise<void> {
  const { card, copy } = missed;
  const isNews = await noteNotReached(house, tx, missed, 'not_linked');
  await tx.cards.markSent(copy.id, card.version, copy.messageRef);
  if (!isNews) return;
  await tellElsewhere(house, tx, missed);
  await touchSettled(tx, card);
  await tx.enqueue([{ topic: 'delivery', key: card.id }]);
}

async function noteNoAccount(house: Reaching, tx: Tx, missed: Missed): Promise<void> {
  if (!(await noteNotReached(house, tx, missed, 'no_account'))) return;
  await tx.cards.touch(missed.card.id);
  await tx.enqueue([{ topic: 'delivery', key: missed.card.id }]);
}

/** It may be this version alone: the next one is tried. */
async function noteRefused(house: Reaching, tx: Tx, missed: Missed): Promise<void> {
  const { card, copy } = missed;
  const isNews = await noteNotReached(house, tx, missed, 'refused');
  const failures = await tx.cards.markFailed(copy.id, card.version);
  await audit(tx, copy, { code: 'refused', failures });
  if (failures >= FAILURES_AT_MOST) await tx.cards.markGone(copy.id, 'card');
  await tellElsewhere(house, tx, missed);
  if (isNews) await touchSettled(tx, card);
  await tx.enqueue([{ topic: 'delivery', key: card.id }]);
}

/** Asking again would tell nothing: it waits for whoever looks at it, for the next version, or the next start. */
async function noteUnseen(house: Reaching, tx: Tx, missed: Missed): Promise<void> {
  const { card, copy } = missed;
  const isNews = await noteNotReached(house, tx, missed, 'no_answer');
  await tx.cards.markFailed(copy.id);
  if (!isNews) return;
  await tellElsewhere(house, tx, missed);
  await tx.cards.touch(card.id);
  await tx.enqueue([{ topic: 'delivery', key: card.id }]);
}

async function noteNothingYet(house: Reaching, tx: Tx, missed: Missed): Promise<void> {
  const { card, copy } = missed;
  const isLong = copy.failures + 1 >= FAILURES_AT_MOST;
  const isNews = isLong && (await noteNotReached(house, tx, missed, 'no_answer'));
  await tx.cards.markFailed(copy.id);
  if (isNews) await tx.cards.touch(card.id);
  await tx.enqueue([{ topic: 'delivery', key: card.id, delayMs: AGAIN_MS }]);
}

/** False while another of their places may still take it, and where nobody was meant, or it was known. */
async function noteNotReached(
  { reach }: Reaching,
  tx: Tx,
  { card, copy }: Missed,
  code: NotReachedCode,
): Promise<boolean> {
  const meant = meantBy(card, copy);
  const telling = meant && (await tx.tellings.lock(meant.requestId, meant.personId));
  if (!telling) return false;
  const own = await listPrivate(tx, telling.personId);
  const places = own.map(({ place }) => place);
  const copies = await tx.cards.listCopiesAt(card.id, places);
  const given = new Set(
    copies
      .filter(isGivenUp)
      .map(({ place }) => place)
      .concat(copy.place),
  );
  const isHopeful = own.some(
    ({ transport, place }) => reach.chats.has(transport) && !given.has(place),
  );
  if (isHopeful) return false;
  return tx.tellings.change(telling.requestId, telling.personId, { outcome: 'not_reached', code });
}

function isGivenUp({ goneCode, failures }: CardCopy): boolean {
  return goneCode !== null || failures >= FAILURES_AT_MOST;
}

/** Copies where the person alone reads; when none of those can take it, one in the operators' channel. */
async function tellElsewhere(
  { newId, reach }: Reaching,
  tx: Tx,
  { card, copy }: Missed,
): Promise<void> {
  const { personId } = copy;
  if (personId === null) return;
  const others = (await listPrivate(tx, personId)).filter(({ place }) => place !== copy.place);
  for (const other of others)
    await tx.cards.insertCopy({ id: newId(), cardId: card.id, ...other, personId });
  const places = [...others, ...reach.operators].map(({ place }) => place);
  const copies = await tx.cards.listCopiesAt(card.id, places);
  const isThere = ({ transport, place }: CardCopy) =>
    others.some((one) => one.transport === transport && one.place === place);
  const isHopeful = copies.some(
    (one) => reach.chats.has(one.transport) && isThere(one) && !isGivenUp(one),
  );
  // An answer is for the one who asked.
  if (isHopeful || card.kind === 'answer') return;
  const at = await findOperators(reach, tx, copies);
  if (at) await tx.cards.insertCopy({ id: newId(), cardId: card.id, ...at, personId: null });
}

async function audit(
  tx: Tx,
  { transport, place }: CardCopy,
  more: Readonly<Record<string, string | number>>,
): Promise<void> {
  await tx.audit.insert({ event: 'not_delivered', facts: { transport, place, ...more } });
}
