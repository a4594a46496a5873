/** What stands against a plan that moves several VMs: each by its name, and what to type without those. */
import { toFileBytes } from '../placement/move-load.ts';
import type { PlacedMoves } from '../placement/place-moves.ts';
import type { PlanNote } from '../plan/plan.ts';
import { toLeftNote, toMoveKey } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { stayOnHost } from './stay-on-host.ts';
import {
  listOwnBlockers,
  listRoomBlockers,
  listUnseenBlockers,
  toThereNote,
} from './vm-migrate-blockers.ts';
import type { MigrateWish } from './vm-migrate-wish.ts';

export interface SortedWishes {
  /** Where they are wished already. */
  readonly there: readonly { readonly wish: MigrateWish; readonly note: PlanNote }[];
  /** All others. */
  readonly going: readonly MigrateWish[];
  /** Of those, whatever stands against the VM itself, by its id. */
  readonly against: ReadonlyMap<string, readonly PlanNote[]>;
  /** Of those, the ones for which a place is sought. */
  readonly free: readonly MigrateWish[];
}

export function sortWishes(wishes: readonly MigrateWish[]): SortedWishes {
  const there = wishes.flatMap((wish) => {
    const note = toDoneNote(wish) ?? toThereNote(wish);
    return note ? [{ wish, note }] : [];
  });
  const isThere = new Set(there.map(({ wish }) => wish));
  const going = wishes.filter((wish) => !isThere.has(wish));
  const against = new Map(going.map((wish) => [wish.vm.id, listAgainst(wish)]));
  const isMixed = new Set(wishes.map(({ vm }) => vm.connectionId)).size > 1;
  const free = isMixed ? [] : going.filter(({ vm }) => against.get(vm.id)?.length === 0);
  return { there, going, against, free };
}

/** It has been moved by the job that goes on now, wherever that was to. */
function toDoneNote(wish: MigrateWish): PlanNote | undefined {
  if (!isMoved(wish)) return undefined;
  const { vm, from } = wish;
  return { code: 'vm_already_there', facts: { vm: vm.body.name, host: from?.body.name } };
}

export function isMoved({ vm, world }: MigrateWish): boolean {
  return world.doneKeys?.has(toMoveKey(vm)) ?? false;
}

/** At a retry: moved, or never to be moved. What becomes of it since says nothing of the others. */
export function needsNoMove(id: string, { doneKeys, within }: World): boolean {
  if (!doneKeys) return false;
  return doneKeys.has(toMoveKey({ id })) || (within !== undefined && !(id in within.effects));
}

function listAgainst(wish: MigrateWish): PlanNote[] {
  const { vm, staysOnHost } = wish;
  const named = [...listUnseenBlockers(wish), ...(staysOnHost ? stayOnHost(wish).left : [])].map(
    ({ code, facts }): PlanNote => ({ code, facts: { ...facts, vm: vm.body.name } }),
  );
  return [...listOwnBlockers(wish), ...named];
}

export function listManyBlockers(
  wishes: readonly MigrateWish[],
  { there, going, against, free }: SortedWishes,
  placed: PlacedMoves,
): PlanNote[] {
  const mixed = listMixed(wishes);
  if (mixed.length > 0) return mixed;
  if (going.length === 0) return there.map(({ note }) => note);
  const left = placed.left.map((one) => toNoHost(one, placed, going) ?? toLeftNote(one));
  const own = going.flatMap(({ vm }) => against.get(vm.id) ?? []);
  const stuck = new Set([
    ...going.filter((wish) => !free.includes(wish)).map(({ vm }) => vm.id),
    ...placed.left.map(({ vm }) => vm.id),
  ]);
  const [without, rest] = [true, false].map((isStuck) =>
    going.filter(({ vm }) => stuck.has(vm.id) === isStuck),
  ) as [MigrateWish[], MigrateWish[]];
  return [
    ...distinct([...own, ...left]),
    ...listRoom(free),
    ...(without.length > 0 && rest.length > 0 ? [toWithout(without, rest)] : []),
  ];
}

/** One line moves VMs of one connection. */
function listMixed(wishes: readonly MigrateWish[]): PlanNote[] {
  const byConnection = Map.groupBy(wishes, ({ vm }) => vm.connectionId);
  if (byConnection.size < 2) return [];
  return [...byConnection].map(([connection, own]) => ({
    code: 'vms_of_several_connections',
    facts: { connection, vms: namesOf(own) },
  }));
}

/** With one host wished, what stands against it is shown where every host is. */
function toNoHost(
  { vm }: PlacedMoves['left'][number],
  { judged }: PlacedMoves,
  going: readonly MigrateWish[],
): PlanNote | undefined {
  const host = going.find((wish) => wish.vm.id === vm.id)?.host;
  const against = judged.get(vm.id)?.find((one) => one.host.id === host?.id)?.against ?? [];
  if (!host || against.length === 0) return undefined;
  return { code: 'vm_of_many_cannot_go_there', facts: { vm: vm.body.name, host: host.body.name } };
}

/** Of each datastore once, for the files of all that go there. */
function listRoom(free: readonly MigrateWish[]): PlanNote[] {
  return [...Map.groupBy(free, ({ datastore }) => datastore)].flatMap(([datastore, own]) => {
    const [first] = own;
    if (!datastore || !first) return [];
    const bytes = own.reduce((sum, { vm }) => sum + toFileBytes(vm, datastore), 0);
    return listRoomBlockers(datastore, bytes, first.world);
  });
}

function toWithout(without: readonly MigrateWish[], rest: readonly MigrateWish[]): PlanNote {
  const [{ input, host, world }] = rest as [MigrateWish];
  const datastore = input.datastoreId && world.index.get('datastore', input.datastoreId);
  return {
    code: 'vms_move_without',
    facts: {
      ...{ vms: namesOf(without), rest: namesOf(rest), quick: input.quick },
      ...(host && { host: host.body.name }),
      ...(datastore && { datastore: datastore.body.name }),
    },
  };
}

function namesOf(wishes: readonly MigrateWish[]): string[] {
  return wishes.map(({ vm }) => vm.body.name);
}

/** What holds for the whole connection is said once. */
function distinct(notes: readonly PlanNote[]): PlanNote[] {
  return [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];
}
