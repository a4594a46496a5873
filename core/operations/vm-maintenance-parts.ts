/** What entering and leaving a VM's maintenance share, and what it keeps other commands from. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote, PlannedStep } from '../plan/plan.ts';
import type { VmMaintenance } from '../ports/vm-maintenance.ts';
import type { World } from './operation.ts';

export const VM_MAINTENANCE_ENTER = 'vm.maintenance.enter';
export const VM_MAINTENANCE_EXIT = 'vm.maintenance.exit';

/** Its maintenance halted it, so that its end starts it again. */
export function isHaltedByIt({ isSaved, was }: VmMaintenance): boolean {
  return isSaved && was.power === 'on';
}

/** What is remembered of it would not be true any more. */
export function listMaintenanceBlockers(
  { id, body }: EstateObject<'vm'>,
  { maintenanceOf }: Pick<World, 'maintenanceOf'>,
): PlanNote[] {
  const kept = maintenanceOf(id);
  if (!kept) return [];
  const { byName: by, jobNumber, beganAt } = kept;
  const facts = { vm: body.name, by, job: `J-${jobNumber}`, since: beganAt.toISOString() };
  return [{ code: 'vm_in_maintenance', facts }];
}

/** A VM that is only off its networks may be started and halted: that changes nothing that is remembered. */
export function listHaltedBlockers(
  vm: EstateObject<'vm'>,
  world: Pick<World, 'maintenanceOf'>,
): PlanNote[] {
  const kept = world.maintenanceOf(vm.id);
  return kept && isHaltedByIt(kept) ? listMaintenanceBlockers(vm, world) : [];
}

/** One after the other: no platform takes two changes of one VM at once. */
export function toChain(steps: readonly Omit<PlannedStep, 'after'>[]): PlannedStep[] {
  return steps.map((step, at) => ({ ...step, after: steps.slice(at - 1, at).map(toKey) }));
}

function toKey({ key }: Pick<PlannedStep, 'key'>): string {
  return key;
}
