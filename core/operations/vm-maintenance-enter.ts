/**
 * `vm.maintenance.enter`: a VM is taken off its networks, or its memory is written to disk, or both.
 *
 * What it was is remembered first, in a transaction of its own before anything is changed: cut wherever it may be, the
 * way back is known. Its networks come first, for no platform changes the adapters of a VM that is saved.
 */
import { z } from 'zod';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { NicBody } from '../inventory/vm-parts.ts';
import type { Json, Plan, PlanNote, PlannedStep } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import {
  listNamesakes,
  listNeeded,
  listVmBlockers,
  ON_ONE_VM,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import { listMaintenanceBlockers, toChain, VM_MAINTENANCE_ENTER } from './vm-maintenance-parts.ts';
import { isOffNetwork } from './vm-network.ts';
import { listQuestionBlockers } from './vm-power.ts';

export const VmMaintenanceEnterInput = z.strictObject({
  vmId: z.string(),
  isOffNetwork: z.boolean(),
  isSaved: z.boolean(),
});
export type VmMaintenanceEnterInput = z.infer<typeof VmMaintenanceEnterInput>;

export const vmMaintenanceEnter: Operation<VmMaintenanceEnterInput> = {
  ...ON_ONE_VM,
  name: VM_MAINTENANCE_ENTER,
  input: VmMaintenanceEnterInput,
  plan(input, world) {
    const vm = world.index.get('vm', input.vmId);
    return vm ? planEnter(toEntering(vm, input, world)) : toGone(input, world);
  },
};

function toGone({ vmId }: VmMaintenanceEnterInput, world: World): Plan {
  return toGonePlan(VM_MAINTENANCE_ENTER, { id: vmId, kind: 'vm' }, world);
}

interface Entering {
  readonly vm: EstateObject<'vm'>;
  readonly world: World;
  readonly wish: VmMaintenanceEnterInput;
  /** Adapters that are taken off their networks, by key. */
  readonly nics: readonly NicBody[];
  /** It is wished, and the VM runs. */
  readonly saves: boolean;
}

function toEntering(vm: EstateObject<'vm'>, wish: VmMaintenanceEnterInput, world: World): Entering {
  const { power } = vm.body;
  const nics = vm.body.nics.map((nic) => toNicBefore(vm, nic, world));
  const taken = wish.isOffNetwork ? nics.filter((nic) => !isOffNetwork(nic)) : [];
  const saves = wish.isSaved && power === 'on';
  return { vm, world, wish, saves, nics: taken.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
}

/** At a retry: one that the job has taken off stands in its plan as it was when that was agreed to. */
function toNicBefore(
  { id, connectionId }: EstateObject<'vm'>,
  nic: NicBody,
  world: World,
): NicBody {
  const known = world.doneKeys && world.maintenanceOf(id);
  const was = known?.was.nics.find(({ key }) => key === nic.key);
  if (!was?.networkIdentity || was.isOff || !isOffNetwork(nic)) return nic;
  const [network] = world.index.byIdentity(connectionId, 'network', was.networkIdentity);
  if (!network) return nic;
  const { networkName, vlan } = was;
  return { ...nic, connected: true, networkHandle: network.handle, networkName, vlan };
}

function planEnter(entering: Entering): Plan {
  const { vm, world, nics, saves } = entering;
  const bounds = toVmBounds(vm, saves ? 'saved' : 'pause');
  return {
    operation: VM_MAINTENANCE_ENTER,
    targets: [toTarget(vm)],
    steps: toSteps(entering),
    bounds: { ...bounds, exact: { ...bounds.exact, ...toExact(entering) } },
    advice: {
      ratings: [],
      durationMs: 1000 + nics.length * 5000 + (saves ? 30_000 : 0),
      dataAgeMs: toAgeMs([vm], world.now),
      notes: [...listOwnNotes(entering), ...listNamesakes(vm, world)],
    },
    blockers: [
      ...listVmBlockers(vm, world),
      ...listNeeded('drover_needs_it', vm, world),
      ...listOwnBlockers(entering),
    ],
    reserves: undefined,
  };
}

function toSteps({ vm, wish, nics, saves }: Entering): PlannedStep[] {
  const own = { vm: toRef(vm), name: vm.body.name };
  const toInput = (more: object) => ({ ...own, ...more }) as unknown as Json;
  return toChain([
    { key: 'remember-vm', kind: 'remember-vm', version: 1, input: toInput(wish) },
    ...nics.map(({ key: nic, label, networkHandle: expects }, at) => ({
      ...{ key: `set-nic-${at + 1}`, kind: 'set-nic', version: 1 },
      input: toInput({ nic, label, network: null, networkName: '', expects }),
    })),
    ...(saves ? [{ key: 'save-vm', kind: 'save-vm', version: 1, input: toInput({}) }] : []),
  ]);
}

/** What it comes back to is part of what is agreed to. */
function toExact({ vm, world, wish, nics }: Entering): Record<string, string> {
  const places = nics.map((nic) => {
    const identity = findIdentity(vm, nic, world) ?? '';
    return [`${nic.label} (${nic.key})`, `${nic.networkName ?? ''} (${identity})`];
  });
  return {
    'off its networks': toWord(wish.isOffNetwork),
    saved: toWord(wish.isSaved),
    ...Object.fromEntries(places),
  };
}

function toWord(isSo: boolean): string {
  return isSo ? 'yes' : 'no';
}

function findIdentity(
  { connectionId }: EstateObject<'vm'>,
  { networkHandle }: NicBody,
  { index }: World,
): string | undefined {
  return networkHandle && index.byHandle(connectionId, 'network', networkHandle)?.identity;
}

function listOwnNotes({ vm, wish, nics, saves }: Entering): PlanNote[] {
  const { name, nics: all } = vm.body;
  const taken = new Set(nics.map(({ key }) => key));
  const rest = wish.isOffNetwork ? all.filter(({ key }) => !taken.has(key)) : [];
  return [
    ...nics.map(
      ({ label: nic, networkName: network, vlan }): PlanNote => ({
        ...{ code: 'nic_leaves', facts: { nic, network, vlan } },
      }),
    ),
    ...rest.map(({ label: nic }): PlanNote => ({ code: 'nic_stays_off', facts: { nic } })),
    ...(saves ? [{ code: 'vm_is_saved_meanwhile', facts: { vm: name } } as const] : []),
    ...(wish.isSaved && !saves
      ? [{ code: 'vm_stays_as_it_is', facts: { vm: name } } as const]
      : []),
  ];
}

function listOwnBlockers(entering: Entering): PlanNote[] {
  const { vm, world, nics, saves } = entering;
  const blockers = [
    ...listCannot(entering),
    ...listMaintenanceBlockers(vm, world),
    ...listStateBlockers(entering),
    ...listQuestionBlockers(vm.body),
    ...nics
      .filter((nic) => findIdentity(vm, nic, world) === undefined)
      .map(({ label }) => toNote('nic_network_unknown', { nic: label })),
  ];
  const isVain = blockers.length === 0 && nics.length === 0 && !saves;
  return isVain ? [toNote('maintenance_without_effect', { vm: vm.body.name })] : blockers;
}

function listCannot({ vm, world, wish }: Entering): PlanNote[] {
  const { hardware, power } = findConnection(vm, world) ?? {};
  const missing = [
    ...(wish.isOffNetwork && !hardware ? ['vm.network.disconnect'] : []),
    ...(wish.isSaved && !power?.save ? ['vm.save'] : []),
  ];
  return missing.map((what) => toNote('connection_cannot', { connection: vm.connectionId, what }));
}

/** Adapters change only while it is on or off, and a paused VM would not come back as one. */
function listStateBlockers({ vm, wish }: Entering): PlanNote[] {
  const { name, power, platformState: state } = vm.body;
  if (power !== 'suspended' && power !== 'paused') return [];
  if (wish.isOffNetwork) return [toNote('vm_neither_on_nor_off', { vm: name, state })];
  return [toNote(power === 'paused' ? 'vm_paused' : 'vm_already_saved', { vm: name })];
}

function toNote(code: PlanNote['code'], facts: PlanNote['facts']): PlanNote {
  return { code, facts };
}
