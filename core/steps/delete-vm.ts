/** The step kinds `detach-disks` and `delete-vm`: what is kept is taken off first, then the VM goes with the rest (H19). */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { ObjectRef } from '../inventory/estate-object.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import { toDiskName, toImageName } from '../operations/vm-delete.ts';
import type { Connection } from '../ports/connection.ts';
import { followTask, recordVerdict, stopTask, toUnchanged } from './power-steps.ts';
import { type ObservedVm, Ref, readVm, requireProvisioning, type StepWorld } from './step-world.ts';

export const DetachDisksInput = z.strictObject({
  vm: Ref,
  name: z.string(),
  keys: z.array(z.string()),
  /** Exactly these by key and file, as the approval named them; another file under a key stops the step. */
  disks: z.array(z.string()).optional(),
});
export type DetachDisksInput = z.infer<typeof DetachDisksInput>;

export function createDetachDisks(world: StepWorld): StepKind<DetachDisksInput> {
  const read = async ({ vm }: DetachDisksInput, signal: AbortSignal) =>
    readVm(await world.changeable(vm.connectionId), vm, signal);
  const isOff = (seen: ObservedVm, { keys }: DetachDisksInput) =>
    seen.body.disks.every(({ key }) => !keys.includes(key));
  return {
    ...{ name: 'detach-disks', version: 1, input: DetachDisksInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 5000, timeLimitMs: 300_000 },
    permits: ({ vm }) => [`connection:${vm.connectionId}`],
    async look(input, { signal }, task) {
      const seen = await read(input, signal);
      if (!seen) return { found: 'gone', facts: { vm: input.name } };
      return isOff(seen, input) ? { found: 'done' } : toUnchanged(task);
    },
    async act(input, call) {
      const { vm, keys } = input;
      refuseOtherFiles(input, await read(input, call.signal));
      const provisioning = requireProvisioning(await world.changeable(vm.connectionId));
      return { task: await provisioning.detachDisks(vm, keys, call) };
    },
    follow: (task, { vm }, call) => followTask(world, vm.connectionId, task, call),
    async verify(input, { signal }) {
      const seen = await read(input, signal);
      if (!seen) return { verdict: 'not_as_wished', facts: { vm: input.name, found: 'gone' } };
      return isOff(seen, input)
        ? { verdict: 'as_wished', observed: seen }
        : { verdict: 'not_as_wished' };
    },
    record: (tx, _step, { vm }, verdict) => recordVerdict(world, tx, vm.connectionId, verdict),
  };
}

function refuseOtherFiles(
  { keys, disks, name }: DetachDisksInput,
  seen: ObservedVm | undefined,
): void {
  const named = seen?.body.disks.filter(({ key }) => keys.includes(key)).map(toDiskName) ?? [];
  const other = disks ? named.filter((disk) => !disks.includes(disk)) : [];
  if (other.length > 0)
    throw new OperationError('parts_changed', 'not_started', { vm: name, disks: other });
}

export const DeleteVmInput = z.strictObject({
  vm: Ref,
  name: z.string(),
  /** Exactly the disks that the approval named; any other stops the step. */
  disks: z.array(z.string()),
  /** Images that were made for it, likewise; absent: none. */
  images: z.array(z.string()).optional(),
});
export type DeleteVmInput = z.infer<typeof DeleteVmInput>;

export function createDeleteVm(world: StepWorld): StepKind<DeleteVmInput> {
  const read = async ({ vm }: DeleteVmInput, signal: AbortSignal) => {
    const connection = await world.changeable(vm.connectionId);
    const seen = await readVm(connection, vm, signal);
    if (!seen) await refuseMoved(connection, vm, signal);
    return seen;
  };
  return {
    ...{ name: 'delete-vm', version: 1, input: DeleteVmInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 10_000, timeLimitMs: 600_000 },
    permits: ({ vm }) => [`connection:${vm.connectionId}`],
    look: async (input, { signal }, task) =>
      (await read(input, signal)) ? toUnchanged(task) : { found: 'done' },
    async act(input, call) {
      refuseOtherParts(input, await read(input, call.signal));
      const provisioning = requireProvisioning(await world.changeable(input.vm.connectionId));
      return { task: await provisioning.delete(input.vm, call) };
    },
    follow: (task, { vm }, call) => followTask(world, vm.connectionId, task, call),
    stop: (task, { vm }, call) => stopTask(world, vm.connectionId, task, call),
    async verify(input, { signal }) {
      const seen = await read(input, signal);
      return seen
        ? { verdict: 'not_as_wished', facts: { vm: input.name } }
        : { verdict: 'as_wished' };
    },
    record: (tx, _step, { vm }) => world.recordGone(tx, vm),
  };
}

/** One that stands elsewhere by now is not deleted, whoever moved it (H03). */
async function refuseMoved({ estate }: Connection, vm: ObjectRef, signal: AbortSignal) {
  const moved = await estate.findMoved?.(vm, signal);
  if (!moved) return;
  const facts = { vm: vm.handle, shown: moved.handle };
  throw new OperationError('not_the_vm_approved', 'not_started', facts);
}

function refuseOtherParts(
  { disks, images = [], name }: DeleteVmInput,
  seen: ObservedVm | undefined,
): void {
  const approved = [...disks, ...images];
  const own = seen?.body.images?.filter(({ isOwn }) => isOwn) ?? [];
  const found = [...(seen?.body.disks.map(toDiskName) ?? []), ...own.map(toImageName)];
  const other = found.filter((part) => !approved.includes(part));
  if (other.length > 0)
    throw new OperationError('parts_changed', 'not_started', { vm: name, disks: other });
}
