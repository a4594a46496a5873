/** Work that the host does on a VM by itself, for a while: it ends by the world's clock, and tells how far it is. */
import type { WorldVm } from './parts.ts';
import type { World } from './world.ts';

export interface WorldJob {
  readonly id: string;
  readonly status: NonNullable<WorldVm['secondary']>;
  readonly startedAt: number;
  readonly takesMs: number;
}

export function beginJob(
  world: World,
  vm: WorldVm,
  { status, takesMs }: Pick<WorldJob, 'status' | 'takesMs'>,
): void {
  vm.secondary = status;
  vm.job = { id: world.newId(), status, startedAt: world.clock.now(), takesMs };
  world.clock.after(takesMs, () => {
    vm.secondary = undefined;
    vm.job = undefined;
  });
}

export function toPercent({ startedAt, takesMs }: WorldJob, now: number): number {
  return Math.min(99, Math.floor(((now - startedAt) / takesMs) * 100));
}
