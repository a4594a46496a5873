/** The VMs of a host that is to be emptied: who is moved, who stays, and who cannot be moved and why. */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import { listTieBlockers, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';

export function listVms(hostId: string, index: EstateIndex): readonly Vm[] {
  const host = index.get('host', hostId);
  return host ? index.vmsOnHost(host.connectionId, host.handle) : [];
}

export interface SortedVms {
  readonly moving: readonly Vm[];
  /** Off or saved: they stay. */
  readonly resting: readonly Vm[];
  /** With the reason. */
  readonly stuck: readonly { readonly vm: Vm; readonly why: PlanNote }[];
}

export function sortVms(host: EstateObject<'host'>, world: World): SortedVms {
  const moving: Vm[] = [];
  const resting: Vm[] = [];
  const stuck: { vm: Vm; why: PlanNote }[] = [];
  for (const vm of world.index.vmsOnHost(host.connectionId, host.handle)) {
    if (vm.body.role === 'replica') continue;
    const { power } = vm.body;
    const [why] = listStuckReasons(vm);
    if (power === 'off' || power === 'suspended') resting.push(vm);
    else if (why) stuck.push({ vm, why });
    else moving.push(vm);
  }
  return { moving, resting, stuck };
}

/** What keeps a running VM from being moved, wherever there is room. */
function listStuckReasons(vm: Vm): PlanNote[] {
  const { body } = vm;
  const facts = { vm: body.name };
  if (!body.isReachable || body.power === 'unknown')
    return [{ code: 'vm_state_unknown', facts: { ...facts, state: body.platformState } }];
  if (vm.isTwin) return [{ code: 'vm_is_twin', facts }];
  if (body.power === 'paused') return [{ code: 'vm_paused', facts }];
  if (body.question)
    return [{ code: 'vm_asks_question', facts: { ...facts, question: body.question } }];
  return listTieBlockers(vm);
}

export function isEmpty(host: EstateObject<'host'>, { index }: World): boolean {
  return listVms(host.id, index).every(
    ({ body }) => body.power === 'off' || body.power === 'suspended',
  );
}
