/**
 * The step kinds around a VM's maintenance: what it is is remembered before anything is changed, and forgotten after
 * everything is back. Neither changes anything on a platform, so neither is ever sent.
 */
import { z } from 'zod';
import type { StepKind } from '../jobs/step-kind.ts';
import { isOffNetwork } from '../operations/vm-network.ts';
import type { Tx } from '../ports/store.ts';
import type { RememberedNic } from '../ports/vm-maintenance.ts';
import { recordVerdict } from './power-steps.ts';
import { type ObservedVm, Ref, readVm, type StepWorld } from './step-world.ts';

export const RememberVmInput = z.strictObject({
  vm: Ref,
  name: z.string(),
  /** Drover's own id of it. */
  vmId: z.string(),
  isOffNetwork: z.boolean(),
  isSaved: z.boolean(),
});
export type RememberVmInput = z.infer<typeof RememberVmInput>;

const COMMON = { version: 1, evidence: 'state', settleMs: 10_000, timeLimitMs: 300_000 } as const;

/** What stands in the moment before the first change counts, and not what stood when the plan was made. */
export function createRememberVm(world: StepWorld): StepKind<RememberVmInput> {
  const read = async ({ vm }: RememberVmInput, signal: AbortSignal) =>
    readVm(await world.changeable(vm.connectionId), vm, signal);
  return {
    ...{ ...COMMON, name: 'remember-vm', input: RememberVmInput, usualMs: 1000 },
    permits: () => [],
    look: async (input, { signal }) =>
      (await read(input, signal))
        ? { found: 'done' }
        : { found: 'gone', facts: { vm: input.name } },
    act: async () => ({}),
    async verify(input, { signal }) {
      const seen = await read(input, signal);
      if (!seen) return { verdict: 'not_as_wished', facts: { vm: input.name, found: 'gone' } };
      // What is not known could not be brought back.
      if (seen.body.power === 'unknown') return { verdict: 'cannot_tell' };
      return { verdict: 'as_wished', observed: seen };
    },
    async record(tx, step, input, verdict) {
      const { verdict: word, observed } = verdict;
      const { vm, vmId, isOffNetwork: takesOff, isSaved } = input;
      if (word !== 'as_wished' || observed?.kind !== 'vm') return;
      const { connectionId } = vm;
      const was = {
        power: observed.body.power,
        nics: await listRemembered(tx, connectionId, observed),
      };
      const wish = { isOffNetwork: takesOff, isSaved };
      const of = { vmId, connectionId, jobId: step.jobId };
      await tx.vmMaintenance.remember({ ...of, ...wish, was });
      await recordVerdict(world, tx, connectionId, verdict);
    },
    // The end of the maintenance has forgotten it: without it nothing could be brought back.
    isKept: async (tx, { jobId }, { vmId }) =>
      (await tx.vmMaintenance.list([vmId])).some((kept) => kept.jobId === jobId),
    undo: 'vm maintenance exit',
  };
}

async function listRemembered(
  tx: Tx,
  connectionId: string,
  { body }: ObservedVm,
): Promise<RememberedNic[]> {
  const remembered: RememberedNic[] = [];
  for (const nic of body.nics) {
    const { key, label, networkHandle, networkName, vlan } = nic;
    const [network] = networkHandle
      ? await tx.estate.listByHandle(connectionId, 'network', networkHandle)
      : [];
    const networkIdentity = network?.identity;
    const isOff = isOffNetwork(nic);
    remembered.push({ key, label, isOff, networkIdentity, networkName, vlan });
  }
  return remembered;
}

export const ForgetVmInput = z.strictObject({
  vm: Ref,
  name: z.string(),
  vmId: z.string(),
  /** What was not brought back, as people know it. */
  left: z.array(z.string()),
});
export type ForgetVmInput = z.infer<typeof ForgetVmInput>;

/** Comes when all that was to come back has been read back; what was left is said once more. */
export function createForgetVm(): StepKind<ForgetVmInput> {
  return {
    ...{ ...COMMON, name: 'forget-vm', input: ForgetVmInput, usualMs: 500 },
    permits: () => [],
    look: async () => ({ found: 'done' }),
    act: async () => ({}),
    verify: async ({ name, left }) => ({
      verdict: 'as_wished',
      ...(left.length > 0 && { code: 'maintenance_left_changed', facts: { vm: name, left } }),
    }),
    record: (tx, _step, { vmId }) => tx.vmMaintenance.delete(vmId),
  };
}
