/** What a VM takes along when it moves. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { VmPriority } from '../inventory/vm-parts.ts';
import { VM_PRIORITIES } from '../inventory/vm-parts.ts';
import type { PlacementRules } from './stars.ts';

/** Memory that its new host must have, in bytes: what it is measured to take, else all that it is given. */
export function toMemoryLoad({ body }: EstateObject<'vm'>): number {
  const isRunning = body.power === 'on' || body.power === 'paused';
  // What does not run takes none now, and all of it once it is started.
  const measured = isRunning ? body.memoryDemandBytes : undefined;
  return measured ?? body.memoryBytes ?? 0;
}

/** Cores: as measured, else the usual share of each vCPU. */
export function toCpuLoad({ body }: EstateObject<'vm'>, rules: PlacementRules): number {
  return body.cpuDemandCores ?? (body.cpus ?? 1) * rules.expectedCpuShare;
}

/** Of the disks that do not lie there yet; without a datastore, of all. */
export function toFileBytes(
  { body }: EstateObject<'vm'>,
  to?: Pick<EstateObject<'datastore'>, 'handle'>,
): number {
  const moved = body.disks.filter(({ datastoreHandle }) => !to || datastoreHandle !== to.handle);
  return moved.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}

/** Higher goes first; a platform that says none gives all the same. */
export function toPriorityRank(priority: VmPriority | undefined): number {
  return VM_PRIORITIES.indexOf(priority ?? 'medium');
}
