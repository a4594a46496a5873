/**
 * The step kind `drain-host`: its platform is told to empty a host by itself, and is followed until it is done or moves
 * nothing more. Which host each VM goes to, and in which order, is the platform's choice.
 *
 * What it leaves is named, and is for the steps that follow. Nothing is ever forced off.
 */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { ObjectRef } from '../inventory/estate-object.ts';
import { toPlatformIdentity } from '../inventory/identity.ts';
import type { StepKind, Verdict } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call } from '../ports/connection.ts';
import type { HostedVm, HostStanding } from '../ports/moving.ts';
import {
  HostStepInput,
  isFree,
  isMarkKept,
  isRunning,
  readStanding,
  rememberMark,
  requireMaintenance,
} from './maintenance-steps.ts';
import { Ref, type StepWorld } from './step-world.ts';
import { WATCH_PATIENCE, watchOwnMoves } from './watch-own-moves.ts';

export const DrainHostInput = HostStepInput.extend({
  /** Who was on it when the plan was made. */
  vms: z.array(z.strictObject({ vm: Ref, name: z.string(), runs: z.boolean() })),
  /** Hosts of its cluster, any of which may take them. */
  hosts: z.array(Ref),
});
export type DrainHostInput = z.infer<typeof DrainHostInput>;

/** Stands for the drain: not every platform has a task for it, and one that has may wait for ever. */
const PLATFORM_DRAINS = 'platform-drains';

export function createDrainHost(
  world: StepWorld,
  clock: Clock,
  patience = WATCH_PATIENCE,
): StepKind<DrainHostInput> {
  /**
   * Tokens of those whose drain was given up on: what it still does is not waited for. It is for the reading right after;
   * whoever takes the step over without it watches the drain once more, and gives up on it as well.
   */
  const givenUp = new Set<string>();
  const unmark = async ({ host }: DrainHostInput, call: Call) =>
    requireMaintenance(await world.changeable(host.connectionId)).unmark(
      host,
      { failback: false },
      call,
    );
  return {
    ...{ name: 'drain-host', version: 1, input: DrainHostInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 3_000, timeLimitMs: patience.limitMs + 15 * 60_000 },
    permits: ({ host }) => [`connection:${host.connectionId}`],
    async look(input, call, task) {
      const standing = await readStanding(world, input, call);
      if (isGoingOn(standing)) return { found: 'running', task: task ?? PLATFORM_DRAINS };
      if (!isFree(standing.mark)) return { found: 'done' };
      return task === null ? { found: 'nothing' } : { found: 'running', task };
    },
    async act({ host }, call) {
      const facet = requireMaintenance(await world.changeable(host.connectionId));
      await facet.mark(host, { drain: true }, call);
      return { task: PLATFORM_DRAINS };
    },
    async follow(_task, input, call) {
      givenUp.delete(call.stepToken);
      const { vms, host } = input;
      const total = vms.filter(({ runs }) => runs).length;
      const look = async () => {
        const standing = await readStanding(world, input, call);
        if (isFree(standing.mark))
          throw new OperationError('cancelled_on_platform', 'refused', { host: input.name });
        const left = standing.vms.filter(isRunning);
        if (total > 0) call.onProgress((100 * Math.max(0, total - left.length)) / total);
        return { isOver: !isGoingOn(standing), waiting: left.flatMap((vm) => toRef(vm, host)) };
      };
      const connection = () => world.changeable(host.connectionId);
      const end = await watchOwnMoves({ clock, patience, call, look, connection });
      if (end === 'given_up') givenUp.add(call.stepToken);
    },
    async stop(_task, input, call) {
      const standing = await readStanding(world, input, call).catch(() => undefined);
      // What is over is done; whether the host keeps its mark is for the step that settles it.
      if (standing && !isFree(standing.mark) && !isGoingOn(standing)) return;
      await unmark(input, call);
    },
    async verify(input, call) {
      const standing = await readStanding(world, input, call);
      const isWaitedFor = !givenUp.has(call.stepToken);
      if (isGoingOn(standing) && isWaitedFor)
        return { verdict: 'cannot_tell', facts: { host: input.name } };
      givenUp.delete(call.stepToken);
      return toVerdict(standing, input);
    },
    async record(tx, step, input, { verdict }) {
      if (verdict === 'as_wished') await rememberMark(tx, step, input);
    },
    isKept: isMarkKept,
    undo: 'host maintenance exit',
  };
}

/** It waits for an empty host, or says that it still drains it. */
function isGoingOn({ mark, task, vms }: HostStanding): boolean {
  return vms.some(isRunning) && (mark === 'entering' || (mark === 'in' && task !== undefined));
}

function toRef({ handle, identity }: HostedVm, { connectionId }: ObjectRef): ObjectRef[] {
  return identity === undefined ? [] : [{ connectionId, kind: 'vm', handle, identity }];
}

function toVerdict({ mark, vms }: HostStanding, { name, vms: before }: DrainHostInput): Verdict {
  if (isFree(mark)) return { verdict: 'not_as_wished', facts: { host: name } };
  const here = new Set(vms.map(({ identity }) => identity));
  const moved = before.filter(({ vm }) => !here.has(toPlatformIdentity(vm.identity)));
  const left = vms.filter(isRunning).map((vm) => vm.name);
  const facts = {
    ...{ host: name, left },
    // What comes back one day, and who need not be asked about.
    movedIds: moved.map(({ vm }) => toPlatformIdentity(vm.identity)),
    movedNames: moved.map((one) => one.name),
  };
  return { verdict: 'as_wished', ...(left.length > 0 && { code: 'drain_left_some' }), facts };
}
