/** Another host for a VM whose first move failed: inside what was agreed, and held for it in the same transaction. */
import { toRef } from '../inventory/estate-object.ts';
import type { Step } from '../jobs/job.ts';
import { placeMoves } from '../placement/place-moves.ts';
import type { Tx } from '../ports/store.ts';
import { holdPlace } from '../steps/held-places.ts';
import type { MoveVmInput } from '../steps/move-vm.ts';
import { hostOf, toHeldPlace } from './move-plan-parts.ts';
import type { World } from './operation.ts';

/**
 * The input as it was where there is nothing to move any more: the step finds that out by itself. Of a VM that stands in
 * two places since its first move none is moved again (H15).
 */
export async function chooseOtherHost(
  tx: Tx,
  step: Step,
  { world, input }: { world: World; input: MoveVmInput },
): Promise<MoveVmInput | 'left_out' | undefined> {
  const { vm: ref, host: tried, among = [], way } = input;
  const [vm, ...twins] = world.index.byIdentity(ref.connectionId, 'vm', ref.identity);
  if (twins.length > 0 || (await hasLeftCopy(tx, step))) return 'left_out';
  const from = vm && hostOf(vm, world);
  if (!vm || from?.handle !== input.from.handle) return input;
  const others = among.filter((id) => world.index.get('host', id)?.handle !== tried?.handle);
  const question = { connectionId: ref.connectionId, vms: [vm], wayOf: () => way };
  const [move] = placeMoves({ ...question, hostIds: new Set(others) }, world).moves;
  if (!move) return undefined;
  await holdPlace(tx, step, toHeldPlace(step.key, move));
  return { ...input, host: toRef(move.host), hostName: move.host.body.name };
}

async function hasLeftCopy(tx: Tx, { jobId, after }: Step): Promise<boolean> {
  const firsts = await Promise.all(after.map((key) => tx.jobs.findStep(`${jobId}/${key}`)));
  return firsts.some((first) => first?.code === 'two_copies');
}
