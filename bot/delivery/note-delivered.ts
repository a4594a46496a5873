/** Keeps that a version of a card arrived: its copy and its reader's telling, in one transaction; and that the place is alive. */
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { Tx } from '#core/ports/store.ts';
import { comeBack } from '../conversation/come-back.ts';
import type { House } from '../house.ts';
import { meantBy } from './meant-by.ts';

export interface Delivered {
  readonly card: CardRow;
  readonly copy: CardCopy;
  /** The transport's id of the message. */
  readonly ref: string;
  /** Something had not arrived there before. */
  readonly wasFailing: boolean;
}

export async function noteDelivered(
  { store }: Pick<House, 'store'>,
  { card, copy, ref, wasFailing }: Delivered,
): Promise<void> {
  const meant = meantBy(card, copy);
  if (wasFailing) await store.transact((tx) => comeBack(tx, copy));
  await store.transact(async (tx) => {
    const now = await tx.cards.lockCopy(copy.id);
    // Two wake-ups may have waited for the same message.
    if (!now || now.sentVersion >= card.version) return;
    const isNews =
      meant !== undefined &&
      (await tx.tellings.change(meant.requestId, meant.personId, { outcome: 'told', code: null }));
    const found = listFound(copy, now, ref);
    await tx.cards.markSent(copy.id, card.version, [ref, ...found].join(' '));
    if (isPostedAnew(now, ref)) await auditPostedAnew(tx, now, ref);
    // The card was locked with its copy: of two that arrive at once, the later one sees the other.
    const isSettled = isNews && !(await tx.tellings.hasWaiting(meant.requestId));
    // What was found while it was sent does not show this version yet.
    if (!isSettled && found.length === 0) return;
    await tx.cards.touch(card.id);
    await tx.enqueue([{ topic: 'delivery', key: card.id }]);
  });
}

/** A second message of the copy may have been found while this version was on its way: it is kept beside the first. */
function listFound(copy: CardCopy, now: CardCopy, ref: string): string[] {
  const known = new Set([...toIds(copy), ...ref.split(' ')]);
  return toIds(now).filter((id) => !known.has(id));
}

function toIds({ messageRef }: CardCopy): string[] {
  return messageRef?.split(' ') ?? [];
}

/** Somebody had deleted the message: another one stands in its place. */
function isPostedAnew(copy: CardCopy, ref: string): boolean {
  const before = toIds(copy);
  return before.length > 0 && !ref.split(' ').some((id) => before.includes(id));
}

async function auditPostedAnew(
  { audit }: Pick<Tx, 'audit'>,
  { transport, place, messageRef }: CardCopy,
  ref: string,
): Promise<void> {
  const facts = { transport, place, deleted: messageRef, postedAs: ref };
  await audit.insert({ event: 'card_posted_anew', facts });
}
