/** What stands against a VM's move, apart from the hosts that are judged one by one. */
import type { EstateObject } from '../inventory/estate-object.ts';
import { judgeDatastore } from '../placement/choose-datastore.ts';
import { toFileBytes } from '../placement/move-load.ts';
import { listDatastores } from '../placement/move-needs.ts';
import { sumReservations } from '../placement/place-vm.ts';
import type { PlanNote } from '../plan/plan.ts';
import { listTieBlockers } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import { listNeeded, listVmBlockers } from './plan-parts.ts';
import { type MigrateWish, VM_MIGRATE } from './vm-migrate-wish.ts';

export function listMigrateBlockers(wish: MigrateWish): PlanNote[] {
  const blockers = listOwnBlockers(wish);
  if (!findConnection(wish.vm, wish.world)?.migration) return blockers;
  const there = toThereNote(wish);
  const { datastore, vm, world } = wish;
  if (there) return [...blockers, there];
  return [
    ...blockers,
    ...listUnseenBlockers(wish),
    ...(datastore ? listRoomBlockers(datastore, toFileBytes(vm, datastore), world) : []),
  ];
}

/** Of the VM itself, wherever it goes. */
export function listOwnBlockers(wish: MigrateWish): PlanNote[] {
  const { vm, world, input, from, datastore, staysOnHost } = wish;
  const { body, connectionId } = vm;
  const facts = { vm: body.name };
  const blockers = listVmBlockers(vm, world);
  const migration = findConnection(vm, world)?.migration;
  if (!migration)
    return [
      ...blockers,
      { code: 'connection_cannot', facts: { connection: connectionId, what: VM_MIGRATE } },
    ];
  const needs = datastore ? (staysOnHost ? 'storage' : 'host_and_storage') : undefined;
  if (input.quick && !migration.can.includes('quick'))
    blockers.push({ code: 'vm_cannot_run_quick', facts: { ...facts, connection: connectionId } });
  // It stands still meanwhile, and stays saved should the second half fail.
  if (input.quick) blockers.push(...listNeeded('drover_needs_it', vm, world));
  if (needs && !migration.can.includes(needs) && !migration.can.includes('shared_nothing'))
    blockers.push({
      code: 'connection_cannot',
      facts: { connection: connectionId, what: VM_MIGRATE },
    });
  if (!from) blockers.push({ code: 'vm_on_no_known_host', facts });
  if (body.power === 'paused') blockers.push({ code: 'vm_paused', facts });
  if (body.question)
    blockers.push({ code: 'vm_asks_question', facts: { ...facts, question: body.question } });
  if (!staysOnHost) blockers.push(...listTieBlockers(vm));
  return blockers;
}

/** It is where it is wished already. */
export function toThereNote(wish: MigrateWish): PlanNote | undefined {
  const { vm, from, host, datastore, staysOnHost } = wish;
  const isOnHost = host && host.id === from?.id && !datastore;
  const isOnDatastore =
    staysOnHost && datastore && listDatastores(vm).every((one) => one === datastore.handle);
  const place = isOnHost ? host : isOnDatastore ? datastore : undefined;
  if (!place) return undefined;
  return { code: 'vm_already_there', facts: { vm: vm.body.name, host: place.body.name } };
}

/** Its own host must see where its files go, where it stays there. */
export function listUnseenBlockers({ from, datastore, staysOnHost }: MigrateWish): PlanNote[] {
  if (!datastore || !staysOnHost || !from) return [];
  if (from.body.datastoreHandles.includes(datastore.handle)) return [];
  const facts = { host: from.body.name, datastore: datastore.body.name };
  return [{ code: 'vm_host_misses_datastore', facts }];
}

/** Where files go there must be room for them. */
export function listRoomBlockers(
  datastore: EstateObject<'datastore'>,
  diskBytes: number,
  { rules, reservations, exceptRequestId }: World,
): PlanNote[] {
  const heldBytesOf = sumReservations(reservations, exceptRequestId).bytesOfDatastore;
  const { blocker } = judgeDatastore(datastore, { diskBytes, heldBytesOf, rules });
  return blocker ? [blocker] : [];
}
