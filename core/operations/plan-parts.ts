/** What the plans of several operations share: blockers of a connection and of a VM, and empty bounds. */

import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { OwnPurpose } from '../inventory/own-vms.ts';
import { firstHostOf } from '../inventory/same-machine.ts';
import { scopeOf } from '../inventory/scope-of.ts';
import type { Bounds, Effect } from '../plan/bounds.ts';
import type { Plan, PlanNote, Target } from '../plan/plan.ts';
import type { ScopeFacts } from '../rights/role.ts';
import type { World } from './operation.ts';

export const NO_BOUNDS: Bounds = {
  effects: {},
  exact: {},
  atMost: {},
  oneOf: {},
  deletes: [],
  keeps: [],
};

export function listConnectionBlockers(connectionId: string, { connectionOf }: World): PlanNote[] {
  const { connection, state } = connectionOf(connectionId);
  const facts = { connection: connectionId };
  if (!connection)
    return [{ code: 'connection_unknown', facts: { ...facts, reason: 'not_configured' } }];
  if (state?.holdCode)
    return [{ code: 'connection_on_hold', facts: { ...facts, reason: state.holdCode } }];
  if (!state?.failingSince) return [];
  const since = state.failingSince.toISOString();
  return [
    { code: 'connection_unknown', facts: { ...facts, reason: state.errorCode ?? '', since } },
  ];
}

/** By a connection that shows a machine after another one nothing of it is changed (H07). */
export function listViewBlockers(
  object: EstateObject<'vm' | 'host'>,
  { index }: Pick<World, 'index'>,
): PlanNote[] {
  const first = object.kind === 'host' ? index.firstViewOf(object) : firstHostOf(index, object);
  if (!first) return [];
  const { connectionId: connection, body } = object;
  const facts = { connection, name: body.name, host: first.body.name, first: first.connectionId };
  return [{ code: 'shown_by_other_connection', facts }];
}

/** What stands against any change of this VM. */
export function listVmBlockers(vm: EstateObject<'vm'>, world: World): PlanNote[] {
  const { body } = vm;
  const facts = { vm: body.name };
  const blockers = [
    ...listConnectionBlockers(vm.connectionId, world),
    ...listViewBlockers(vm, world),
  ];
  if (vm.isTwin) blockers.push({ code: 'vm_is_twin', facts });
  if (body.role === 'replica') blockers.push({ code: 'vm_is_replica', facts });
  if (!body.isReachable) {
    blockers.push({
      code: 'vm_unreachable',
      facts: { ...facts, state: body.unreadable ?? body.platformState },
    });
  } else if (body.power === 'unknown') {
    blockers.push({ code: 'vm_state_unknown', facts: { ...facts, state: body.platformState } });
  }
  const job = world.busyWith(vm.id);
  if (job !== undefined)
    blockers.push({ code: 'another_job_changes_it', facts: { ...facts, job: `J-${job}` } });
  return blockers;
}

/** Says of a VM that Drover itself needs it, and what for; nothing of any other (H21). */
export function listNeeded(
  code: 'drover_needs_it' | 'drover_moves_too' | 'drover_moves_last' | 'drover_stays',
  vm: EstateObject<'vm'>,
  { purposesOf }: Pick<World, 'purposesOf'>,
): PlanNote[] {
  const purposes = purposesOf(vm);
  return purposes.length > 0
    ? [{ code, facts: { vm: vm.body.name, ...toNeedFacts(purposes) } }]
    : [];
}

export function toNeedFacts(purposes: readonly OwnPurpose[]) {
  return { what: purposes.map(({ what }) => what), names: purposes.map(({ name }) => name) };
}

/** A later VM of the same name changes nothing, and is mentioned (H08). */
export function listNamesakes(vm: EstateObject<'vm'>, { index }: World): PlanNote[] {
  const { name } = vm.body;
  const count = index.byName('vm', name).filter(({ id }) => id !== vm.id).length;
  return count === 0 ? [] : [{ code: 'other_vm_of_that_name', facts: { name, count } }];
}

export function toTarget(object: EstateObject): Target {
  return { id: object.id, kind: object.kind, name: object.body.name };
}

/** Exactly this VM, in this registration: a new handle sends a request back (H03). */
export function toVmBounds(vm: EstateObject<'vm'>, effect: Effect): Bounds {
  const exact = { connection: vm.connectionId, vm: vm.identity, handle: vm.handle };
  return { ...NO_BOUNDS, exact, effects: { [vm.id]: effect } };
}

export function toAgeMs(objects: readonly (EstateObject | undefined)[], now: Date): number {
  const ages = objects.map((object) => (object ? now.getTime() - object.seenAt.getTime() : 0));
  return Math.max(0, ...ages);
}

/** The plan for something that is no more: no steps, and the reason, by the name under which it was last known. */
export function toGonePlan(
  operation: string,
  { id, kind }: Pick<Target, 'id' | 'kind'>,
  { index }: Pick<World, 'index'>,
): Plan {
  const name = index.goneById(kind, id)?.body.name;
  return {
    operation,
    targets: [{ id, kind, name: name ?? '' }],
    steps: [],
    bounds: NO_BOUNDS,
    advice: { ratings: [], dataAgeMs: 0, notes: [] },
    blockers: [{ code: 'target_gone', facts: { kind, ...(name !== undefined && { name }) } }],
    reserves: undefined,
  };
}

export function scopeOfVm({ vmId }: { vmId: string }, index: EstateIndex): ScopeFacts | undefined {
  const vm = index.get('vm', vmId);
  return vm && scopeOf(index, vm);
}

/** What operations on one VM share: it alone is changed, and read before. */
export const ON_ONE_VM = {
  targetIds: ({ vmId }: { readonly vmId: string }) => [vmId],
  refreshIds: ({ vmId }: { readonly vmId: string }) => [{ kind: 'vm', id: vmId } as const],
  scopeOf: scopeOfVm,
};
