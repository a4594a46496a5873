/** The step kind `start-made-vm`: starts the VM that an earlier step of the same job made, found by that step's token. */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { ObjectRef } from '../inventory/estate-object.ts';
import { toJobId } from '../jobs/job.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import type { Call, TokenLook } from '../ports/connection.ts';
import { followTask, recordVerdict, stopTask, toUnchanged, toVerdict } from './power-steps.ts';
import { requirePower, requireProvisioning, type StepWorld } from './step-world.ts';

export const StartMadeVmInput = z.strictObject({
  connectionId: z.string(),
  name: z.string(),
  /** Key of the step that made it. */
  madeBy: z.string(),
});
export type StartMadeVmInput = z.infer<typeof StartMadeVmInput>;

export function createStartMadeVm(world: StepWorld): StepKind<StartMadeVmInput> {
  const find = (input: StartMadeVmInput, call: Call) => findMade(world, input, call);
  return {
    ...{ name: 'start-made-vm', version: 1, input: StartMadeVmInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 10_000, timeLimitMs: 300_000 },
    permits: ({ connectionId }) => [`connection:${connectionId}`],
    async look(input, call, task) {
      const made = await find(input, call);
      if (made.found === 'nothing') return { found: 'gone', facts: { vm: input.name } };
      if (made.found !== 'vm') return { found: 'cannot_tell' };
      return made.vm.body.power === 'on' ? { found: 'done' } : toUnchanged(task);
    },
    async act(input, call) {
      const vm = toRef(input, await find(input, call));
      return {
        task: await requirePower(await world.changeable(input.connectionId)).start(vm, call),
      };
    },
    follow: (task, { connectionId }, call) => followTask(world, connectionId, task, call),
    stop: (task, { connectionId }, call) => stopTask(world, connectionId, task, call),
    async verify(input, call) {
      const made = await find(input, call);
      if (made.found === 'vm') return toVerdict(made.vm, 'on', input.name);
      if (made.found === 'nothing') return toVerdict(undefined, 'on', input.name);
      return { verdict: 'cannot_tell' };
    },
    record: (tx, _step, { connectionId }, verdict) =>
      recordVerdict(world, tx, connectionId, verdict),
    undo: 'vm shutdown',
  };
}

async function findMade(
  world: StepWorld,
  input: StartMadeVmInput,
  { stepToken, signal }: Call,
): Promise<TokenLook> {
  const token = `${toJobId(stepToken)}/${input.madeBy}`;
  const provisioning = requireProvisioning(await world.changeable(input.connectionId));
  return provisioning.findByToken(token, input.name, signal);
}

/** Read once more right before the act: what was there at the look may be gone, or not to be told from another. */
function toRef({ connectionId, name }: StartMadeVmInput, made: TokenLook): ObjectRef {
  if (made.found === 'vm') {
    const { handle, identity = '' } = made.vm;
    return { connectionId, kind: 'vm', handle, identity };
  }
  const code = made.found === 'nothing' ? 'not_found' : 'another_task_runs';
  throw new OperationError(code, 'not_started', { vm: name });
}
