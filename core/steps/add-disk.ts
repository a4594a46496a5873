/**
 * The step kind `add-disk`: an empty disk whose file's name carries the step's token.
 *
 * So an earlier try is found by reading the VM. An order that arrives a second time wishes for the same file, which
 * is there: the platform refuses it.
 */
import { z } from 'zod';
import type { DiskBody } from '../inventory/vm-parts.ts';
import { toFileToken } from '../jobs/file-token.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import { followTask, recordVerdict, stopTask, toUnchanged } from './power-steps.ts';
import { type ObservedVm, Ref, readVm, requireHardware, type StepWorld } from './step-world.ts';

export const AddDiskInput = z.strictObject({ vm: Ref, name: z.string(), sizeBytes: z.int() });
export type AddDiskInput = z.infer<typeof AddDiskInput>;

export function createAddDisk(world: StepWorld): StepKind<AddDiskInput> {
  const read = async ({ vm }: AddDiskInput, signal: AbortSignal) =>
    readVm(await world.changeable(vm.connectionId), vm, signal);
  return {
    ...{ name: 'add-disk', version: 1, input: AddDiskInput, evidence: 'token' },
    ...{ isUnseenUnderWay: true, settleMs: 10_000, usualMs: 10_000, timeLimitMs: 300_000 },
    permits: ({ vm }) => [`connection:${vm.connectionId}`],
    async look(input, { stepToken, signal }, task) {
      const seen = await read(input, signal);
      if (!seen) return { found: 'gone', facts: { vm: input.name } };
      return findAdded(seen, stepToken) ? { found: 'done' } : toUnchanged(task);
    },
    async act({ vm, sizeBytes }, call) {
      const hardware = requireHardware(await world.changeable(vm.connectionId));
      return { task: await hardware.addDisk(vm, sizeBytes, call) };
    },
    follow: (task, { vm }, call) => followTask(world, vm.connectionId, task, call),
    stop: (task, { vm }, call) => stopTask(world, vm.connectionId, task, call),
    async verify(input, { stepToken, signal }) {
      const seen = await read(input, signal);
      if (!seen) return { verdict: 'not_as_wished', facts: { vm: input.name, found: 'gone' } };
      const added = findAdded(seen, stepToken);
      if (added?.sizeBytes === input.sizeBytes) return { verdict: 'as_wished', observed: seen };
      const facts = { vm: input.name };
      if (!added) return { verdict: 'not_as_wished', facts };
      const differs = [`disk ${added.sizeBytes ?? '?'} ${input.sizeBytes}`];
      return { verdict: 'not_as_wished', observed: seen, facts: { ...facts, differs } };
    },
    record: (tx, _step, { vm }, verdict) => recordVerdict(world, tx, vm.connectionId, verdict),
    undo: 'vm disk remove',
  };
}

function findAdded({ body }: ObservedVm, stepToken: string): DiskBody | undefined {
  return body.disks.find(({ file }) => file?.includes(toFileToken(stepToken)));
}
