/** What stands against a change of a VM's parts. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { Connection } from '../ports/connection.ts';
import type { World } from './operation.ts';
import { listVmBlockers } from './plan-parts.ts';

export interface PartsChange {
  /** The operation, for words. */
  readonly what: string;
  readonly facet: 'hardware' | 'provisioning';
}

/** Whatever the part: it is reachable and on or off, nothing is asked about it, and its platform can do that. */
export function listPartsBlockers(
  vm: EstateObject<'vm'>,
  world: World,
  { what, facet }: PartsChange,
): PlanNote[] {
  const { name, power, platformState, question } = vm.body;
  const { connectionId: connection } = vm;
  const blockers = listVmBlockers(vm, world);
  if (power === 'suspended' || power === 'paused')
    blockers.push({ code: 'vm_neither_on_nor_off', facts: { vm: name, state: platformState } });
  if (question) blockers.push({ code: 'vm_asks_question', facts: { vm: name, question } });
  if (!findConnection(vm, world)?.[facet])
    blockers.push({ code: 'connection_cannot', facts: { connection, what } });
  return blockers;
}

export function findConnection(
  { connectionId }: EstateObject,
  world: World,
): Connection | undefined {
  return world.connectionOf(connectionId).connection;
}
