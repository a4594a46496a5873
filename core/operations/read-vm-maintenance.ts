/** Which VMs are in maintenance, and by whose word. */
import type { Reads } from '../ports/store.ts';
import type { VmMaintenance } from '../ports/vm-maintenance.ts';

export interface KnownMaintenance extends VmMaintenance {
  readonly byName: string;
  readonly jobNumber: number;
}

export async function readVmMaintenance(
  { vmMaintenance, jobs }: Pick<Reads, 'vmMaintenance' | 'jobs'>,
  vmIds: readonly string[],
): Promise<ReadonlyMap<string, KnownMaintenance>> {
  const known = new Map<string, KnownMaintenance>();
  for (const kept of await vmMaintenance.list(vmIds)) {
    const job = await jobs.find(kept.jobId);
    const by = { byName: job?.requesterName ?? '', jobNumber: job?.number ?? 0 };
    known.set(kept.vmId, { ...kept, ...by });
  }
  return known;
}
