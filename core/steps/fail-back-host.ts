/**
 * The step kind `fail-back-host`: a host takes VMs again, and its platform moves back what it had drained. It is followed
 * until they are there or nothing comes any more; who did not come is named.
 */
import { z } from 'zod';
import { toPlatformIdentity } from '../inventory/identity.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call } from '../ports/connection.ts';
import { HostStepInput, isFree, readStanding, requireMaintenance } from './maintenance-steps.ts';
import { Ref, type StepWorld } from './step-world.ts';
import { WATCH_PATIENCE, watchOwnMoves } from './watch-own-moves.ts';

export const FailBackHostInput = HostStepInput.extend({
  /** Who is to come back. */
  vms: z.array(z.strictObject({ vm: Ref, name: z.string() })),
});
export type FailBackHostInput = z.infer<typeof FailBackHostInput>;

/** Stands for the way back: the platform has no task for all of them. */
const PLATFORM_MOVES_BACK = 'platform-moves-back';
/** A way back is begun at once. */
const STILL_MS = 60_000;

export function createFailBackHost(
  world: StepWorld,
  clock: Clock,
  patience = { ...WATCH_PATIENCE, stillMs: STILL_MS },
): StepKind<FailBackHostInput> {
  /** As of a drain: lost, the way back is watched once more. */
  const givenUp = new Set<string>();
  const see = async (input: FailBackHostInput, call: Call) => {
    const standing = await readStanding(world, input, call);
    const here = new Set(standing.vms.map(({ identity }) => identity));
    const missing = input.vms.filter(({ vm }) => !here.has(toPlatformIdentity(vm.identity)));
    return { isFree: isFree(standing.mark), missing };
  };
  return {
    ...{ name: 'fail-back-host', version: 1, input: FailBackHostInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 60_000, timeLimitMs: patience.limitMs + 15 * 60_000 },
    permits: ({ host }) => [`connection:${host.connectionId}`],
    async look(input, call, task) {
      const seen = await see(input, call);
      if (task !== null) return { found: 'running', task };
      if (!seen.isFree) return { found: 'nothing' };
      // It takes VMs already; whoever let it, what comes back of it is waited for.
      const isComing = seen.missing.length > 0;
      return isComing ? { found: 'running', task: PLATFORM_MOVES_BACK } : { found: 'done' };
    },
    async act({ host }, call) {
      const facet = requireMaintenance(await world.changeable(host.connectionId));
      await facet.unmark(host, { failback: true }, call);
      return { task: PLATFORM_MOVES_BACK };
    },
    async follow(_task, input, call) {
      givenUp.delete(call.stepToken);
      const total = input.vms.length;
      const connection = () => world.changeable(input.host.connectionId);
      const look = async () => {
        const { missing, isFree: isOpen } = await see(input, call);
        if (total > 0) call.onProgress((100 * (total - missing.length)) / total);
        const waiting = missing.map(({ vm }) => vm);
        return { isOver: isOpen && missing.length === 0, waiting };
      };
      const end = await watchOwnMoves({ clock, patience, call, look, connection });
      if (end === 'given_up') givenUp.add(call.stepToken);
    },
    async verify(input, call) {
      const seen = await see(input, call);
      const facts = { host: input.name };
      const isWaitedFor = !givenUp.delete(call.stepToken);
      if (!seen.isFree) return { verdict: 'not_as_wished', facts };
      if (seen.missing.length === 0) return { verdict: 'as_wished', facts };
      if (isWaitedFor) return { verdict: 'cannot_tell', facts };
      const left = seen.missing.map(({ name }) => name);
      return { verdict: 'as_wished', code: 'not_all_came_back', facts: { ...facts, left } };
    },
    async record(tx, _step, { hostId }, { verdict }) {
      if (verdict === 'as_wished') await tx.hostMaintenance.delete(hostId);
    },
    undo: 'host maintenance enter',
  };
}
