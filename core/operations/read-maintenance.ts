/** Which hosts are closed to new VMs by Drover's own word, and what was moved away from them. */
import type { Step } from '../jobs/job.ts';
import type { Reads } from '../ports/store.ts';
import { HOST_MAINTENANCE_ENTER } from './host-maintenance-enter.ts';
import { HOST_MAINTENANCE_EXIT } from './host-maintenance-exit.ts';
import type { MovedAway } from './operation.ts';

export interface Maintenance {
  /** Drover ids: a job empties them, or has. */
  readonly closedHostIds: ReadonlySet<string>;
  /** Of the hosts that were asked for. */
  readonly moved: ReadonlyMap<string, readonly MovedAway[]>;
}

export interface HostStage {
  /** `closed`: marked by a job that has ended, whatever its platform shows. */
  readonly stage: 'emptied' | 'opened' | 'closed';
  /** Of the open job. */
  readonly jobNumber?: number;
}

/** By Drover id, the hosts that a job is emptying or opening again, and those that one has left closed. */
export async function readHostStages(
  reads: Pick<Reads, 'jobs' | 'hostMaintenance'>,
): Promise<ReadonlyMap<string, HostStage>> {
  const stages = new Map<string, HostStage>();
  for (const { hostId } of await reads.hostMaintenance.list())
    stages.set(hostId, { stage: 'closed' });
  for (const { targetIds, number } of await reads.jobs.listOpen(HOST_MAINTENANCE_ENTER))
    stages.set(targetIds[0] ?? '', { stage: 'emptied', jobNumber: number });
  for (const { targetIds, number } of await reads.jobs.listOpen(HOST_MAINTENANCE_EXIT))
    stages.set(targetIds[0] ?? '', { stage: 'opened', jobNumber: number });
  return stages;
}

export async function readMaintenance(
  reads: Reads,
  targetIds: readonly string[],
): Promise<Maintenance> {
  const marks = await reads.hostMaintenance.list();
  const jobs = await reads.jobs.listOpen(HOST_MAINTENANCE_ENTER);
  // The first target of such a job is its host.
  const emptied = jobs.flatMap((job) => job.targetIds[0] ?? []);
  const closedHostIds = new Set([...marks.map(({ hostId }) => hostId), ...emptied]);
  const moved = new Map<string, readonly MovedAway[]>();
  for (const { hostId, jobId } of marks)
    if (targetIds.includes(hostId)) moved.set(hostId, await listMovedFrom(reads, hostId, jobId));
  return { closedHostIds, moved };
}

/** By every job that emptied it since it was marked: one that ended incomplete may have been gone on with. */
async function listMovedFrom(reads: Reads, hostId: string, firstId: string): Promise<MovedAway[]> {
  const jobs = await reads.jobs.listOn(hostId, HOST_MAINTENANCE_ENTER);
  const since = jobs.slice(
    Math.max(
      0,
      jobs.findIndex(({ id }) => id === firstId),
    ),
  );
  const moved = new Map<string, MovedAway>();
  for (const { id } of since)
    for (const one of await listMoved(reads, id)) moved.set(one.vmIdentity, one);
  return [...moved.values()];
}

/** The steps that moved something are the record of it. */
async function listMoved(reads: Reads, jobId: string): Promise<MovedAway[]> {
  const steps = await reads.jobs.listSteps({ jobId, states: ['done', 'done_with_warning'] });
  const own = steps.filter(isOwnMove).flatMap(({ input, code }) => {
    if (code === 'guest_went_off') return [];
    const { vm, name } = input as unknown as { vm: { identity: string }; name: string };
    return [{ vmIdentity: vm.identity, name }];
  });
  return [...steps.flatMap(listDrained), ...own];
}

/** What was on the host when its platform began to drain it, and no more when that was over. */
function listDrained({ kind, facts }: Step): MovedAway[] {
  if (kind !== 'drain-host') return [];
  const names = toList(facts?.movedNames);
  return toList(facts?.movedIds).map((vmIdentity, at) => ({
    ...{ vmIdentity, name: names[at] ?? vmIdentity, isDrained: true },
  }));
}

const toList = (found: unknown): readonly string[] => (Array.isArray(found) ? found : []);

/** One that was away before anything was ordered, in whatever try, is where somebody else has put it. */
function isOwnMove({ kind, facts }: Step): boolean {
  return kind.startsWith('move-vm-') && (facts?.wasSo !== true || facts.wasSent === true);
}
