/**
 * Finds who reads what was noticed beside the operators' channel: those who answer for jobs (`job.answer`) and may see the
 * object, in the console; where no channel takes it, in each chat that they linked, too.
 *
 * Once an event: who becomes an operator later finds it in the lists. Nothing of it is remembered but the copies.
 */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import type { CardCopy, CardRow } from '#core/ports/conversation-tables.ts';
import type { Account } from '#core/ports/directory.ts';
import type { Noticed } from '#core/ports/noticed.ts';
import { authorize } from '#core/rights/authorize.ts';
import { findDisagreement } from '#core/rights/configured-group.ts';
import { isAction, type ScopeFacts } from '#core/rights/role.ts';
import { listPrivate, ownConversation } from '../conversation/destinations.ts';
import type { House } from '../house.ts';

const OPERATES = 'job.answer';

/** @throws OperationError `directory_not_reachable` when operators cannot be asked for; it comes again. */
export async function addressNoticed(
  house: House,
  { id: cardId, kind, subjectId }: CardRow,
  copies: readonly CardCopy[],
): Promise<void> {
  if (kind !== 'noticed' || subjectId === null) return;
  if (copies.some(({ personId }) => personId !== null)) return;
  const noticed = await house.store.read((reads) => reads.noticed.find(subjectId));
  const readers = noticed ? await listReaders(house, noticed) : [];
  if (readers.length === 0) return;
  const hasChannel = copies.some(({ goneCode }) => goneCode === null);
  await house.store.transact(async (tx) => {
    for (const { id: personId } of readers) {
      const own = [ownConversation(personId)];
      const places = hasChannel ? own : await listPrivate(tx, personId);
      for (const at of places)
        await tx.cards.insertOwnCopy({ id: house.newId(), cardId, ...at, personId });
    }
    await tx.enqueue([{ topic: 'delivery', key: cardId }]);
  });
}

async function listReaders(
  { directory, rules, index }: House,
  { code, objectId, connectionId }: Noticed,
): Promise<Account[]> {
  const roles = rules.roles.filter(
    ({ allow, members }) =>
      allow.some((right) => isAction(right, OPERATES)) && !findDisagreement(members),
  );
  const groupIds = new Set(roles.flatMap(({ members }) => members.map(({ id }) => id)));
  const people = new Map<string, Account>();
  for (const groupId of groupIds)
    for (const person of (await directory.listMembers(groupId)).people)
      people.set(person.id, person);
  const kind = code === 'host_down' ? 'host' : 'datastore';
  const object: EstateObject | undefined = index.get(kind, objectId);
  const unknown: ScopeFacts = {
    ...{ connectionId, clusterName: undefined, folderPath: undefined, ownerId: null },
  };
  const scope = object ? scopeOf(index, object) : unknown;
  const may = (person: Account, action: string) =>
    authorize({ person, action, scope }, rules.roles).allowed;
  return [...people.values()].filter(
    (person) => person.state === 'active' && may(person, `${kind}.list`) && may(person, OPERATES),
  );
}
