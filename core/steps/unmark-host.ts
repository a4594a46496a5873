/** The step kind `unmark-host`: on the way back a host loses its mark. */
import type { StepKind } from '../jobs/step-kind.ts';
import {
  COMMON,
  type HostStepInput,
  isFree,
  readStanding,
  requireMaintenance,
} from './maintenance-steps.ts';
import { followTask, toUnchanged } from './power-steps.ts';
import type { StepWorld } from './step-world.ts';

/** Its VMs may come back, and others may come. */
export function createUnmarkHost(world: StepWorld): StepKind<HostStepInput> {
  return {
    ...{ ...COMMON, name: 'unmark-host', usualMs: 5_000, timeLimitMs: 900_000 },
    permits: ({ host }) => [`connection:${host.connectionId}`],
    async look(input, call, task) {
      const { mark } = await readStanding(world, input, call);
      return isFree(mark) ? { found: 'done' } : toUnchanged(task);
    },
    act: async ({ host }, call) => ({
      task: await requireMaintenance(await world.changeable(host.connectionId)).unmark(
        host,
        { failback: false },
        call,
      ),
    }),
    follow: (task, { host }, call) => followTask(world, host.connectionId, task, call),
    async verify(input, call) {
      const { mark } = await readStanding(world, input, call);
      const verdict = isFree(mark) ? 'as_wished' : 'not_as_wished';
      return { verdict, facts: { host: input.name } };
    },
    async record(tx, _step, { hostId }, { verdict }) {
      if (verdict === 'as_wished') await tx.hostMaintenance.delete(hostId);
    },
    undo: 'host maintenance enter',
  };
}
