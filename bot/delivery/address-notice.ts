/**
 * Finds who reads a notice to administrators: the operators' channel; where none takes it, each administrator alone.
 *
 * Nothing of it is remembered but the copies, one a place: two processes, and one that was killed in between, find the same.
 */
import { readAdministrators } from '#approvals/watch-request.ts';
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { Account } from '#core/ports/directory.ts';
import type { Reads } from '#core/ports/store.ts';
import { type Destination, listPrivate } from '../conversation/destinations.ts';
import { findOperators } from '../conversation/tell-operators.ts';
import type { House } from '../house.ts';
import type { Notice } from './bury-place.ts';

/** @throws OperationError `directory_not_reachable` when administrators have to be asked for, and cannot. */
export async function addressNotice(
  house: House,
  { id: cardId, kind, content }: CardRow,
  copies: readonly CardCopy[],
): Promise<void> {
  const isNotice = kind === 'answer' && (content as Partial<Notice> | null)?.notice;
  if (!isNotice || copies.some(({ goneCode }) => goneCode === null)) return;
  const channel = await house.store.read((reads) => findOperators(house.reach, reads, copies));
  const readers = channel ? [] : await readAdministrators(house);
  const own = await house.store.read((reads) => listPlaces(reads, readers));
  const all = channel ? [{ ...channel, personId: null }] : own;
  const fresh = all.filter(({ place }) => copies.every((copy) => copy.place !== place));
  if (fresh.length === 0) return;
  await house.store.transact(async (tx) => {
    for (const at of fresh) await tx.cards.insertCopy({ id: house.newId(), cardId, ...at });
    await tx.enqueue([{ topic: 'delivery', key: cardId }]);
  });
}

async function listPlaces(reads: Pick<Reads, 'links'>, readers: readonly Account[]) {
  const active = readers.filter(({ state }) => state === 'active');
  const places: (Destination & { readonly personId: string })[] = [];
  for (const personId of new Set(active.map(({ id }) => id)))
    for (const at of await listPrivate(reads, personId)) places.push({ ...at, personId });
  return places;
}
