/**
 * `vm.maintenance.exit`: exactly what is remembered of the VM comes back, and nothing else.
 *
 * What somebody else has changed meanwhile stays as it is and is named, unless it is wished otherwise; a VM that was off
 * is not started. What is remembered is forgotten last: a return that was cut can be asked for again.
 */
import { z } from 'zod';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { Json, Plan, PlannedStep } from '../plan/plan.ts';
import type { RememberedNic } from '../ports/vm-maintenance.ts';
import { judgeNics, judgePower } from './judge-return.ts';
import { hostOf } from './move-plan-parts.ts';
import type { Operation, World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import {
  listNamesakes,
  listVmBlockers,
  ON_ONE_VM,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import type { KnownMaintenance } from './read-vm-maintenance.ts';
import { toChain, VM_MAINTENANCE_EXIT } from './vm-maintenance-parts.ts';
import {
  type BroughtNic,
  type Leaving,
  listReturnBlockers,
  listReturnNotes,
  type Network,
} from './vm-maintenance-return.ts';
import { isOffNetwork } from './vm-network.ts';

export const VmMaintenanceExitInput = z.strictObject({
  vmId: z.string(),
  /** What somebody else has changed meanwhile is brought back too. */
  overwrites: z.boolean(),
  /** An adapter stays off whose network the VM's host does not have. */
  leavesMissing: z.boolean(),
});
export type VmMaintenanceExitInput = z.infer<typeof VmMaintenanceExitInput>;

export const vmMaintenanceExit: Operation<VmMaintenanceExitInput> = {
  ...ON_ONE_VM,
  name: VM_MAINTENANCE_EXIT,
  input: VmMaintenanceExitInput,
  plan(wish, world) {
    const vm = world.index.get('vm', wish.vmId);
    if (!vm) return toGonePlan(VM_MAINTENANCE_EXIT, { id: wish.vmId, kind: 'vm' }, world);
    const kept = world.maintenanceOf(vm.id);
    return kept ? planExit(toLeaving(vm, kept, wish, world)) : planNone(vm, world);
  },
};

function toLeaving(
  vm: EstateObject<'vm'>,
  kept: KnownMaintenance,
  wish: VmMaintenanceExitInput,
  world: World,
): Leaving {
  const nics = judgeNics(kept, vm, world.index);
  const wished = nics.flatMap((nic): BroughtNic[] => {
    const isWished = nic.fate === 'back' || (nic.fate === 'changed' && wish.overwrites);
    if (!nic.now || !isWished) return [];
    return [{ ...nic, now: nic.now, network: findNetwork(vm, nic.was, world) }];
  });
  return {
    ...{ vm, world, wish, nics, power: judgePower(kept, vm, wish.overwrites) },
    brought: wished.filter(({ network }) => network !== undefined),
    missing: wished.filter(({ network }) => network === undefined),
  };
}

/** The very network it was on; on another host by now, the one of that name there. */
function findNetwork(
  vm: EstateObject<'vm'>,
  { isOff, networkIdentity, networkName }: RememberedNic,
  world: World,
): Network | null | undefined {
  if (isOff) return null;
  const { index } = world;
  const seen = new Set(hostOf(vm, world)?.body.networkHandles);
  const same = networkIdentity ? index.byIdentity(vm.connectionId, 'network', networkIdentity) : [];
  const named = index.byName('network', networkName ?? '');
  return [...same, ...named].find(
    ({ connectionId, handle }) => connectionId === vm.connectionId && seen.has(handle),
  );
}

function planNone(vm: EstateObject<'vm'>, world: World): Plan {
  return {
    ...toGonePlan(VM_MAINTENANCE_EXIT, { id: vm.id, kind: 'vm' }, world),
    targets: [toTarget(vm)],
    blockers: [
      ...listVmBlockers(vm, world),
      { code: 'vm_not_in_maintenance', facts: { vm: vm.body.name } },
    ],
  };
}

function planExit(leaving: Leaving): Plan {
  const { vm, world, brought, power } = leaving;
  const bounds = toVmBounds(vm, brought.length > 0 ? 'pause' : 'none');
  return {
    operation: VM_MAINTENANCE_EXIT,
    targets: [toTarget(vm)],
    steps: toSteps(leaving),
    bounds: { ...bounds, exact: { ...bounds.exact, ...toExact(leaving) } },
    advice: {
      ratings: [],
      durationMs: 1000 + brought.length * 5000 + (power === 'started' ? 20_000 : 0),
      dataAgeMs: toAgeMs([vm], world.now),
      notes: [...listReturnNotes(leaving), ...listNamesakes(vm, world)],
    },
    blockers: [...listVmBlockers(vm, world), ...listReturnBlockers(leaving)],
    reserves: undefined,
  };
}

/** The way in, backwards: adapters of a VM that is saved cannot be changed. */
function toSteps(leaving: Leaving): PlannedStep[] {
  const { vm, brought, power } = leaving;
  const own = { vm: toRef(vm), name: vm.body.name };
  const toInput = (more: object) => ({ ...own, ...more }) as unknown as Json;
  return toChain([
    ...(power === 'started'
      ? [{ key: 'start-vm', kind: 'start-vm', version: 1, input: toInput({}) }]
      : []),
    ...brought.map((nic, at) => ({
      ...{ key: `set-nic-${at + 1}`, kind: 'set-nic', version: 1 },
      input: toInput(toNicWish(nic, leaving)),
    })),
    {
      ...{ key: 'forget-vm', kind: 'forget-vm', version: 1 },
      input: toInput({ vmId: vm.id, left: listLeft(leaving) }),
    },
  ]);
}

/** A VLAN of the adapter is set only where it is not what it was. */
function toNicWish({ was, now, network }: BroughtNic, { vm, world }: Leaving) {
  const setsVlan = findConnection(vm, world)?.hardware?.nicSettings.includes('vlan');
  const vlan = setsVlan && was.vlan !== now.vlan ? was.vlan : undefined;
  return {
    ...{ nic: was.key, label: was.label, networkName: network?.body.name ?? '' },
    network: network ? toRef(network) : null,
    expects: isOffNetwork(now) ? 'none' : (now.networkHandle ?? ''),
    ...(vlan === undefined ? {} : { vlan }),
  };
}

/** What does not come back, as people know it. */
function listLeft({ nics, brought, power }: Leaving): string[] {
  const done = new Set(brought.map(({ was }) => was.key));
  const left = nics.filter(({ was, fate }) => fate !== 'stands' && !done.has(was.key));
  return [...left.map(({ was }) => was.label), ...(power === 'left' ? ['its power'] : [])];
}

function toExact({ brought, power, wish }: Leaving): Record<string, string> {
  const places = brought.map(({ was, network }) => [
    `${was.label} (${was.key})`,
    network ? `${network.body.name} (${network.identity})` : 'no network',
  ]);
  return {
    started: power === 'started' ? 'yes' : 'no',
    'what others changed': wish.overwrites ? 'brought back' : 'stays',
    ...Object.fromEntries(places),
  };
}
