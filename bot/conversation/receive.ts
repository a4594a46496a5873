/** Takes a message in: one row, committed before it is acknowledged; the same key again changes nothing. */
import type { Json } from '#core/plan/plan.ts';
import type { House } from '../house.ts';
import { comeBack } from './come-back.ts';
import type { Incoming } from './conversation-port.ts';
import { isChat, originOf } from './destinations.ts';
import type { InboxBody } from './handle-message.ts';

export function receive(
  { store, newId }: Pick<House, 'store' | 'newId'>,
  incoming: Incoming,
): Promise<boolean> {
  const { transport, dedupeKey, personId, place, sentAt, isPrivate, body } = incoming;
  const id = newId();
  return store.transact(async (tx) => {
    const row = { id, dedupeKey: `${personId}:${dedupeKey}`, transport, personId, place, sentAt };
    const isNew = await tx.inbox.insert({
      ...row,
      kind: body.kind,
      body: {
        ...body,
        ...(isPrivate === undefined ? {} : { isPrivate }),
      } satisfies InboxBody as unknown as Json,
    });
    if (!isNew) return false;
    if (isChat(transport))
      await comeBack(tx, originOf({ ...row, body: { isPrivate: isPrivate === true } }));
    await tx.enqueue([{ topic: 'inbox', key: id }]);
    return true;
  });
}
