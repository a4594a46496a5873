/** A VM as its platform shows it now: whoever names a part of it must not choose from an older list. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { AnyOperation } from '#core/operations/operation.ts';
import { refreshTargets } from '#core/operations/prepare-world.ts';
import type { Asking } from './command.ts';

/** A connection that does not answer leaves it as last seen; the plan then says that it does not. */
export async function readVmNow(
  { house }: Asking,
  operation: AnyOperation,
  vm: EstateObject<'vm'>,
): Promise<EstateObject<'vm'>> {
  await refreshTargets(house.world, operation, { vmId: vm.id });
  await house.world.sync.feed.catchUp();
  return house.index.get('vm', vm.id) ?? vm;
}
