/** What plans that move VMs share: how each is moved, its step, its line on the card, what stands against it. */
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import { toFileBytes, toMemoryLoad } from '../placement/move-load.ts';
import { toDownSeconds, toMoveMs } from '../placement/move-pace.ts';
import type { PlacedMove, PlacedMoves } from '../placement/place-moves.ts';
import type { Effect } from '../plan/bounds.ts';
import type { HeldPlace, Json, MoveLine, PlanNote, PlannedStep } from '../plan/plan.ts';
import type { MovePace } from '../ports/move-pace.ts';
import type { MoveWay } from '../ports/moving.ts';
import type { World } from './operation.ts';

export type Vm = EstateObject<'vm'>;

/** What does not run is moved as it is; a VM that stands still in memory cannot be. */
export function toWay({ body }: Vm, isQuick = false): MoveWay {
  if (body.power !== 'on') return 'off';
  return isQuick ? 'quick' : 'live';
}

export const EFFECT_OF_WAY: Readonly<Record<MoveWay, Effect>> = {
  live: 'pause',
  // Should its second half fail, it stays so.
  quick: 'saved',
  off: 'none',
};

export function toMoveKey({ id }: Pick<Vm, 'id'>): string {
  return `move-${id}`;
}

export function hostOf({ connectionId, body }: Vm, { index }: Pick<World, 'index'>) {
  return body.hostHandle ? index.byHandle(connectionId, 'host', body.hostHandle) : undefined;
}

/** A VM that stays on its host takes no memory along. */
function toCarried(vm: Vm, from: EstateObject<'host'>, host: EstateObject<'host'>): number {
  return from.id === host.id ? 0 : toMemoryLoad(vm);
}

export interface MoveStepWish {
  readonly kind: 'move-vm' | 'move-vm-away' | 'move-vm-again' | 'move-vm-left';
  readonly key: string;
  readonly move: Pick<PlacedMove, 'vm' | 'host'>;
  readonly way: MoveWay;
  readonly from: EstateObject<'host'>;
  readonly datastore?: EstateObject<'datastore'> | undefined;
  readonly among?: readonly string[] | undefined;
}

/** Where it goes is placement: chosen again at the start, inside the bounds, and not hashed. */
export function toMoveStep(
  { kind, key, move, way, from, datastore, among }: MoveStepWish,
  rest: Pick<PlannedStep, 'after' | 'begins' | 'isSparable'>,
): PlannedStep {
  const { vm, host } = move;
  const input = {
    ...{ vm: toRef(vm), name: vm.body.name, way },
    ...{ from: toRef(from), fromName: from.body.name },
    ...(datastore && { datastore: toRef(datastore), datastoreName: datastore.body.name }),
  } as unknown as Json;
  const carries = {
    memoryBytes: toCarried(vm, from, host),
    fileBytes: datastore ? toFileBytes(vm, datastore) : 0,
  };
  const place = { host: toRef(host), hostName: host.body.name, carries };
  const placement = { ...place, ...(among && { among }) } as unknown as Json;
  return { ...{ key, kind, version: 1, input, placement }, ...rest };
}

export interface LineWish {
  readonly way: MoveWay;
  readonly from: EstateObject<'host'>;
  readonly fileBytes?: number | undefined;
  readonly datastoreId?: string | undefined;
  readonly paces: readonly MovePace[];
}

export function toMoveLine(
  { vm, host, stars, isChecked }: PlacedMove,
  { way, from, fileBytes = 0, datastoreId, paces }: LineWish,
): MoveLine {
  const memoryBytes = toCarried(vm, from, host);
  return {
    ...{ vmId: vm.id, vmName: vm.body.name, fromName: from.body.name },
    ...{ toId: host.id, toName: host.body.name, stars, way, isChecked },
    ...(datastoreId === undefined ? {} : { datastoreId }),
    downSeconds: toDownSeconds({ way, memoryBytes }, paces),
    usualMs: toMoveMs({ way, memoryBytes, fileBytes }, paces),
  };
}

export function toHeldPlace(
  key: string,
  { vm, host }: Pick<PlacedMove, 'vm' | 'host'>,
  space?: { readonly datastoreId: string; readonly diskBytes: number },
): HeldPlace {
  return {
    ...{ key, hostId: host.id, memoryBytes: toMemoryLoad(vm) },
    ...(space ?? { diskBytes: 0 }),
  };
}

/** Why a VM cannot be moved at all, on its own. */
export function listTieBlockers({ body }: Vm): PlanNote[] {
  return (body.ties ?? []).map(({ what, label }) => ({
    code: 'vm_tied_to_host',
    facts: { vm: body.name, what, label },
  }));
}

/** Why the joint plan has no place for it. */
export function toLeftNote({ vm, why }: PlacedMoves['left'][number]): PlanNote {
  const facts = { vm: vm.body.name };
  if (why.why === 'rule')
    return { code: 'vm_needs_other_rule', facts: { ...facts, rule: why.rule } };
  if (why.why === 'no_candidate') return { code: 'vm_has_no_host', facts };
  const room = { freeBytes: why.freeBytes ?? 0, wantedBytes: toMemoryLoad(vm) };
  return { code: 'vm_without_room', facts: { ...facts, ...room } };
}

/** What people should know of a joint plan beside its moves. */
export function listMoveNotes({
  moves,
  brokenWishes,
}: Pick<PlacedMoves, 'moves' | 'brokenWishes'>): PlanNote[] {
  const unchecked = moves.filter(({ isChecked }) => !isChecked).map(({ vm }) => vm.body.name);
  return [
    ...moves.flatMap(({ warnings }) => warnings),
    ...(unchecked.length > 0
      ? [{ code: 'moves_not_checked', facts: { vms: unchecked, count: unchecked.length } } as const]
      : []),
    ...listWishNotes({ brokenWishes }),
  ];
}

export function listWishNotes({ brokenWishes }: Pick<PlacedMoves, 'brokenWishes'>): PlanNote[] {
  return brokenWishes.map((rule) => ({ code: 'moves_wish_broken', facts: { rule } }));
}
