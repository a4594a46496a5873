/** The step kind `start-made-vm`: starts the VM that an earlier step of the same job made, found by that step's token. */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import type { Call } from '../ports/connection.ts';
import { followTask, recordVerdict, stopTask, toVerdict } from './power-steps.ts';
import {
  type ObservedVm,
  requirePower,
  requireProvisioning,
  type StepWorld,
} from './step-world.ts';

export const StartMadeVmInput = z.strictObject({
  connectionId: z.string(),
  name: z.string(),
  /** Key of the step that made it. */
  madeBy: z.string(),
});
export type StartMadeVmInput = z.infer<typeof StartMadeVmInput>;

export function createStartMadeVm(world: StepWorld): StepKind<StartMadeVmInput> {
  const find = async (input: StartMadeVmInput, call: Call) => findMade(world, input, call);
  return {
    ...{ name: 'start-made-vm', version: 1, input: StartMadeVmInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 10_000, timeLimitMs: 300_000 },
    permits: ({ connectionId }) => [`connection:${connectionId}`],
    look: async (input, call) => ({
      found: (await find(input, call)).body.power === 'on' ? 'done' : 'nothing',
    }),
    async act(input, call) {
      const made = await find(input, call);
      const vm = {
        ...input,
        kind: 'vm',
        handle: made.handle,
        identity: made.identity ?? '',
      } as const;
      return {
        task: await requirePower(await world.changeable(input.connectionId)).start(vm, call),
      };
    },
    follow: (task, { connectionId }, call) => followTask(world, connectionId, task, call),
    stop: (task, { connectionId }, call) => stopTask(world, connectionId, task, call),
    verify: async (input, call) => toVerdict(await find(input, call), 'on', input.name),
    record: (tx, _step, { connectionId }, verdict) =>
      recordVerdict(world, tx, connectionId, verdict),
    undo: 'vm shutdown',
  };
}

async function findMade(
  world: StepWorld,
  input: StartMadeVmInput,
  { stepToken, signal }: Call,
): Promise<ObservedVm> {
  const token = `${stepToken.slice(0, stepToken.indexOf('/'))}/${input.madeBy}`;
  const provisioning = requireProvisioning(await world.changeable(input.connectionId));
  const look = await provisioning.findByToken(token, input.name, signal);
  if (look.found === 'vm') return look.vm;
  throw new OperationError('not_found', 'not_started', { vm: input.name });
}
