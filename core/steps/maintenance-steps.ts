/**
 * The step kinds around a host's maintenance: it is marked first, and last of all its state is settled, whatever became
 * of the moves between.
 */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { Observed } from '../inventory/estate-object.ts';
import type { Step } from '../jobs/job.ts';
import type { StepCall, StepKind, Verdict } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call, Connection, TaskRef } from '../ports/connection.ts';
import type { HostStanding, MaintenanceFacet } from '../ports/moving.ts';
import type { Tx } from '../ports/store.ts';
import { followAndTell, LOOK_EVERY_MS } from './follow-and-tell.ts';
import { followTask, stopTask, toUnchanged } from './power-steps.ts';
import { Ref, type StepWorld } from './step-world.ts';

export const HostStepInput = z.strictObject({
  host: Ref,
  /** Drover's own id of it. */
  hostId: z.string(),
  name: z.string(),
});
export type HostStepInput = z.infer<typeof HostStepInput>;

export const COMMON = {
  version: 1,
  input: HostStepInput,
  evidence: 'state',
  settleMs: 10_000,
} as const;

/** From now on nothing new is placed on it; nothing that runs there is touched. */
export function createMarkHost(world: StepWorld): StepKind<HostStepInput> {
  return {
    ...{ ...COMMON, name: 'mark-host', usualMs: 3_000, timeLimitMs: 300_000 },
    permits: ({ host }) => [`connection:${host.connectionId}`],
    look: async (input, call) => ({
      found: isMarked(await readStanding(world, input, call)) ? 'done' : 'nothing',
    }),
    async act({ host }, call) {
      // Its task ends when the host is empty, long after the mark is set: the last step follows it.
      await requireMaintenance(await world.changeable(host.connectionId)).mark(
        host,
        { drain: false },
        call,
      );
      return {};
    },
    async verify(input, call) {
      const standing = await readStanding(world, input, call);
      const facts = { host: input.name };
      return { verdict: isMarked(standing) ? 'as_wished' : 'not_as_wished', facts };
    },
    record: rememberMark,
    isKept: isMarkKept,
    undo: 'host maintenance exit',
  };
}

/** The first that marked it is where the record of what was moved away begins. */
export async function rememberMark(
  tx: Tx,
  { jobId }: Pick<Step, 'jobId'>,
  { host, hostId }: HostStepInput,
): Promise<void> {
  const isKnown = (await tx.hostMaintenance.list()).some((mark) => mark.hostId === hostId);
  if (!isKnown) await tx.hostMaintenance.put({ hostId, connectionId: host.connectionId, jobId });
}

/** Taken out of maintenance in between, whoever marks it again: what is moved away then has to be remembered anew. */
export async function isMarkKept(tx: Tx, _step: Step, { hostId }: HostStepInput): Promise<boolean> {
  return (await tx.hostMaintenance.list()).some((mark) => mark.hostId === hostId);
}

/**
 * Reads what is left on the host and says how it stands: in maintenance when nothing runs on it; else, after a cancel,
 * without its mark again, and otherwise marked and not empty, which is for people to go on with.
 */
export function createSettleHost(
  world: StepWorld,
  clock: Clock,
  everyMs = LOOK_EVERY_MS,
): StepKind<HostStepInput> {
  return {
    ...{ ...COMMON, name: 'settle-host', usualMs: 3_000, timeLimitMs: 900_000 },
    permits: ({ host }) => [`connection:${host.connectionId}`],
    async look(input, call, task) {
      const standing = await readStanding(world, input, call);
      // A platform that waits for an empty host waits for ever once another VM has come to it.
      const isInVain =
        task !== null && listRunning(standing).length > 0 && !isLeaving(standing, task, call);
      const isEnded = isInMaintenance(standing) || isInVain || isTakenBack(standing, call);
      return isEnded ? { found: 'done' } : toUnchanged(task);
    },
    async act(input, call) {
      const { host, name } = input;
      const facet = requireMaintenance(await world.changeable(host.connectionId));
      const standing = await facet.read(host, call.signal);
      const left = listRunning(standing);
      // It has come there since the look: a second order would be one too many.
      if (isInMaintenance(standing)) return {};
      if (left.length === 0)
        return { task: standing.task ?? (await facet.mark(host, { drain: false }, call)) };
      if (call.isJobCancelled) return { task: await facet.unmark(host, { failback: false }, call) };
      throw new OperationError('maintenance_incomplete', 'refused', toLeftFacts(standing, name));
    },
    follow(task, input, call) {
      const look = async (now: Call) => {
        const standing = await readStanding(world, input, now);
        return standing.task === task ? { waitsFor: listRunning(standing) } : undefined;
      };
      const follow = () => followTask(world, input.host.connectionId, task, call);
      return followAndTell({ clock, everyMs, call, look, follow });
    },
    stop: (task, { host }, call) => stopTask(world, host.connectionId, task, call),
    async verify(input, call) {
      const standing = await readStanding(world, input, call);
      const seen = await readLeft(world, input, standing, call);
      return { ...toVerdict(standing, input.name, call), ...seen };
    },
    async record(tx, _step, { host, hostId }, { code, observed, also = [] }) {
      if (code === 'maintenance_taken_back') await tx.hostMaintenance.delete(hostId);
      if (observed) await world.record(tx, host.connectionId, observed);
      for (const one of also)
        if (!(await isKnownElsewhere(tx, host.connectionId, one)))
          await world.record(tx, host.connectionId, one);
    },
    undo: 'host maintenance exit',
  };
}

/** Which of two with one identity is the VM, a whole reading says (H04). */
async function isKnownElsewhere(
  tx: Tx,
  connectionId: string,
  { kind, handle, identity }: Observed,
): Promise<boolean> {
  if (identity === undefined) return false;
  const known = await tx.estate.listByIdentity(connectionId, kind, identity);
  return known.some((one) => !one.gone && one.handle !== handle);
}

/** So many are named and counted; the next reading of the estate has them all. */
const READ_AT_MOST = 8;

/**
 * The host, and who still runs there, as they are now: one that came meanwhile may not be known yet, and the host would
 * count as empty. What cannot be read is left for the next reading.
 */
async function readLeft(
  world: StepWorld,
  { host }: HostStepInput,
  { vms }: HostStanding,
  { signal }: Call,
): Promise<Pick<Verdict, 'observed' | 'also'>> {
  const { estate } = await world.changeable(host.connectionId);
  const left = vms.filter(isRunning).slice(0, READ_AT_MOST);
  const handles = left.map(({ handle }) => ({ kind: 'vm', handle }) as const);
  const [own, ...others] = await Promise.allSettled(
    [{ kind: 'host', handle: host.handle } as const, ...handles].map((one) =>
      estate.read(one, signal),
    ),
  );
  const observed = own?.status === 'fulfilled' ? own.value : undefined;
  const also = others.flatMap((one) =>
    one.status === 'fulfilled' && one.value ? [one.value] : [],
  );
  return { observed, also };
}

function toVerdict(standing: HostStanding, host: string, call: StepCall): Verdict {
  if (isInMaintenance(standing)) {
    const late = call.isJobCancelled && ({ code: 'maintenance_reached' } as const);
    return { verdict: 'as_wished', ...late, facts: { host } };
  }
  if (isTakenBack(standing, call))
    return { verdict: 'as_wished', code: 'maintenance_taken_back', facts: { host } };
  const facts = toLeftFacts(standing, host);
  if (call.isJobCancelled)
    return { verdict: 'not_as_wished', code: 'maintenance_mark_stays', facts };
  if (facts.left.length === 0) return { verdict: 'not_as_wished', facts: { host } };
  return { verdict: 'not_as_wished', code: 'maintenance_incomplete', facts };
}

function toLeftFacts(standing: HostStanding, host: string) {
  // It never was marked, or somebody took the mark away meanwhile.
  return { host, left: listRunning(standing), ...(!isMarked(standing) && { isUnmarked: true }) };
}

/** A cancelled job ends with a host that has no mark of its platform, empty or not, and sets none any more. */
function isTakenBack({ mark }: HostStanding, { isJobCancelled }: StepCall): boolean {
  return isJobCancelled === true && isFree(mark);
}

/** The task that takes the mark away after a cancel, and not the one that waits for an empty host. */
function isLeaving(standing: HostStanding, task: TaskRef, { isJobCancelled }: StepCall): boolean {
  return isJobCancelled === true && task !== standing.task;
}

export async function readStanding(world: StepWorld, { host }: HostStepInput, { signal }: Call) {
  return requireMaintenance(await world.changeable(host.connectionId)).read(host, signal);
}

function isMarked({ mark }: HostStanding): boolean {
  return mark !== 'none';
}

/** The platform keeps nothing from it; of a host of no cluster it never does. */
export function isFree(mark: HostStanding['mark']): boolean {
  return mark === 'none' || mark === 'unsupported';
}

/** Where the platform has no such state, an empty host is as far as it goes; Drover's own mark keeps it so. */
function isInMaintenance(standing: HostStanding): boolean {
  const { mark } = standing;
  return (mark === 'in' || mark === 'unsupported') && listRunning(standing).length === 0;
}

/** Names of VMs that run there, or of which that is not known. */
function listRunning({ vms }: HostStanding): string[] {
  return vms.filter(isRunning).map(({ name }) => name);
}

export function isRunning({ power }: HostStanding['vms'][number]): boolean {
  return power !== 'off' && power !== 'suspended';
}

export function requireMaintenance({ maintenance, id }: Connection): MaintenanceFacet {
  if (!maintenance) throw new OperationError('not_supported', 'not_started', { connection: id });
  return maintenance;
}
