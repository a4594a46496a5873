/**
 * Puts a request before everybody whose vote it asks for, and keeps who was meant (H33): each of them ends as told or as not
 * reached.
 *
 * Where chats are configured, who is linked in none of them is not reached: a console tells nobody that something waits.
 */
import type { ApprovalTx } from '#approvals/request-store.ts';
import { readChatId } from '#core/ports/account-links.ts';
import type { PersonRef } from '#core/ports/directory.ts';
import type { Tx } from '#core/ports/store.ts';
import type { Telling } from '#core/ports/tellings.ts';
import { type Ids, showSubject, showToAll } from './show-subject.ts';
import { type Reach, tellOperators } from './tell-operators.ts';

/** Whether somebody was meant who was not meant before. */
export async function tellApprovers(
  { newId, reach }: Ids & { readonly reach: Reach },
  tx: Tx,
  requestId: string,
  people: readonly PersonRef[],
): Promise<boolean> {
  const known = new Set((await tx.tellings.list(requestId)).map(({ personId }) => personId));
  const tellings: Omit<Telling, 'changedAt'>[] = [];
  for (const { id: personId, name: personName } of people) {
    if (known.has(personId)) continue;
    const how = await judgeTelling(tx, reach, personId);
    tellings.push({ requestId, personId, personName, ...how });
  }
  const subject = { kind: 'request', id: requestId } as const;
  const fresh = tellings.map(({ personId }) => personId);
  await showToAll({ newId }, tx, subject, fresh);
  await tx.tellings.insert(tellings);
  if (tellings.some(({ outcome }) => outcome === 'not_reached'))
    await tellOperators({ newId, reach }, tx, subject);
  return tellings.length > 0;
}

async function judgeTelling(
  { links }: Pick<Tx, 'links'>,
  { chats }: Reach,
  personId: string,
): Promise<Pick<Telling, 'outcome' | 'code'>> {
  if (chats.size === 0) return { outcome: 'told', code: null };
  const linked = await links.list(personId);
  const isLinked = linked.some(({ chatId }) => chats.has(readChatId(chatId).transport));
  return isLinked
    ? { outcome: 'waiting', code: null }
    : { outcome: 'not_reached', code: 'not_linked' };
}

/** They can be reached now: what they missed and is still asked is put before them. */
export async function tellMissed(ids: Ids, tx: ApprovalTx, personId: string): Promise<void> {
  for (const { requestId } of await tx.tellings.listMissed(personId)) {
    if ((await tx.requests.find(requestId))?.state !== 'open') continue;
    await tx.tellings.change(requestId, personId, { outcome: 'waiting', code: null });
    await showSubject(ids, tx, { kind: 'request', id: requestId }, { personId });
  }
}
