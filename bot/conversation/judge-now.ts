/** A change judged on what is known now, before the transaction that judges it once more. */
import { type Judgement, judge, type Members } from '#approvals/open-request.ts';
import { readWorld } from '#core/operations/prepare-world.ts';
import type { Asking } from '../commands/command.ts';
import type { Change } from './refused-change.ts';

export async function judgeNow(
  { house, person, place }: Asking,
  { operation, input, reason }: Change,
  members: Members,
): Promise<Judgement> {
  await house.sync.feed.catchUp();
  const targetIds = operation.targetIds(input, house.index);
  const world = await house.store.read((reads) => readWorld(house.world, reads, { targetIds }));
  return judge({ operation, input, requester: person, reason, place }, house, world, members);
}
