/** The step kind `set-nic`: one network adapter as wished, which it shows itself; what is not wished stays as it is. */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { NicBody } from '../inventory/vm-parts.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import { isOffNetwork } from '../operations/vm-network.ts';
import type { NicChange } from '../ports/connection.ts';
import { followTask, recordVerdict, stopTask, toUnchanged } from './power-steps.ts';
import { type ObservedVm, Ref, readVm, requireHardware, type StepWorld } from './step-world.ts';

export const SetNicInput = z.strictObject({
  vm: Ref,
  name: z.string(),
  /** The platform's key of it, and how people know it. */
  nic: z.string(),
  label: z.string(),
  /** `null`: off its network. */
  network: Ref.nullable(),
  networkName: z.string(),
  vlan: z.int().optional(),
  vmqWeight: z.int().optional(),
  /** Handle of the network it must be on right before, or `none`; absent: whichever it is. */
  expects: z.string().optional(),
});
export type SetNicInput = z.infer<typeof SetNicInput>;

export function createSetNic(world: StepWorld): StepKind<SetNicInput> {
  const read = async ({ vm }: SetNicInput, signal: AbortSignal) =>
    readVm(await world.changeable(vm.connectionId), vm, signal);
  return {
    ...{ name: 'set-nic', version: 1, input: SetNicInput, evidence: 'state' },
    ...{ settleMs: 10_000, usualMs: 5000, timeLimitMs: 300_000 },
    permits: ({ vm }) => [`connection:${vm.connectionId}`],
    async look(input, { signal }, task) {
      const seen = await read(input, signal);
      if (!seen) return { found: 'gone', facts: { vm: input.name } };
      return listDifferences(input, seen).length === 0 ? { found: 'done' } : toUnchanged(task);
    },
    async act(input, call) {
      const { vm, nic } = input;
      if (input.expects !== undefined) refuseOther(input, await read(input, call.signal));
      const hardware = requireHardware(await world.changeable(vm.connectionId));
      return { task: await hardware.setNic(vm, nic, toChange(input), call) };
    },
    follow: (task, { vm }, call) => followTask(world, vm.connectionId, task, call),
    stop: (task, { vm }, call) => stopTask(world, vm.connectionId, task, call),
    async verify(input, { signal }) {
      const seen = await read(input, signal);
      if (!seen) return { verdict: 'not_as_wished', facts: { vm: input.name, found: 'gone' } };
      const differs = listDifferences(input, seen);
      return differs.length === 0
        ? { verdict: 'as_wished', observed: seen }
        : { verdict: 'not_as_wished', observed: seen, facts: { vm: input.name, differs } };
    },
    record: (tx, _step, { vm }, verdict) => recordVerdict(world, tx, vm.connectionId, verdict),
    undo: 'vm network connect',
  };
}

/** Somebody else has put it elsewhere since the plan was made: that is not overwritten. */
function refuseOther({ nic: key, expects, name, label }: SetNicInput, seen?: ObservedVm): void {
  const nic = seen?.body.nics.find((one) => one.key === key);
  if (!nic || toNetwork(nic) === expects) return;
  const facts = { vm: name, nic: label, network: isOffNetwork(nic) ? undefined : nic.networkName };
  throw new OperationError('nic_changed', 'not_started', facts);
}

function toChange({ network, vlan, vmqWeight }: SetNicInput): NicChange {
  return { network, vlan, vmqWeight };
}

/** Every wish against what is shown; what the platform does not show is not taken for granted. */
function listDifferences(wish: SetNicInput, { body }: ObservedVm): string[] {
  const nic = body.nics.find(({ key }) => key === wish.nic);
  if (!nic) return ['adapter gone there'];
  return [
    ...differ('network', wish.network?.handle ?? 'none', toNetwork(nic)),
    ...(wish.vlan === undefined ? [] : differ('VLAN', wish.vlan, nic.vlan)),
    ...(wish.vmqWeight === undefined ? [] : differ('VMQ', wish.vmqWeight, nic.vmqWeight)),
  ];
}

function toNetwork(nic: NicBody): string | undefined {
  return isOffNetwork(nic) ? 'none' : nic.networkHandle;
}

function differ(
  what: string,
  wished: string | number,
  made: string | number | undefined,
): string[] {
  return wished === made ? [] : [`${what} ${made ?? '?'} ${wished}`];
}
