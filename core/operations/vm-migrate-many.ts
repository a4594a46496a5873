/**
 * The plan of `vm.migrate` for several VMs: one joint plan, in which a move waits for those that make room for it.
 *
 * What stands against one of them refuses all, and says what to type without it. One that is where it is wished already
 * is named and left out.
 */

import { toMakespanMs } from '../placement/forecast.ts';
import { toFileBytes, toMemoryLoad } from '../placement/move-load.ts';
import { toDownSeconds } from '../placement/move-pace.ts';
import { type PlacedMove, type PlacedMoves, placeMoves } from '../placement/place-moves.ts';
import type { Bounds } from '../plan/bounds.ts';
import type { HeldPlace, Plan, PlanNote, PlannedStep } from '../plan/plan.ts';
import { forecastPlan } from './forecast-plan.ts';
import {
  EFFECT_OF_WAY,
  listMoveNotes,
  toHeldPlace,
  toMoveKey,
  toMoveLine,
  toMoveStep,
  toWay,
} from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { listNamesakes, listNeeded, NO_BOUNDS, toAgeMs, toTarget } from './plan-parts.ts';
import { stayOnHost, withoutMemory } from './stay-on-host.ts';
import { isMoved, listManyBlockers, sortWishes } from './vm-migrate-many-blockers.ts';
import { type MigrateWish, toExact, VM_MIGRATE } from './vm-migrate-wish.ts';

/** A wish with the place that was found for it. */
interface Going {
  readonly wish: MigrateWish;
  readonly move: PlacedMove;
  readonly from: NonNullable<MigrateWish['from']>;
}

/** `goneIds`: of a job that goes on now, those that it need not move and that are no more. */
export function planMigrateMany(
  wishes: readonly MigrateWish[],
  goneIds: readonly string[] = [],
): Plan {
  const [first] = wishes as [MigrateWish];
  const { world } = first;
  const sorted = sortWishes(wishes);
  const placed = placeTogether(sorted.free);
  const going = listGoing(sorted.free, placed);
  const isChained = going.some(({ move }) => move.afterVmIds.length > 0);
  const steps = going.map((one) => toStep(one, isChained));
  const paces = world.pacesOf(first.vm.connectionId);
  const lines = going.map(({ wish, move, from }) =>
    toMoveLine(move, {
      ...{ way: wayOf(wish), from, paces },
      ...{ fileBytes: countFileBytes(wish), datastoreId: wish.datastore?.id },
    }),
  );
  const shown = sorted.there.length === wishes.length ? wishes : sorted.going;
  return {
    operation: VM_MIGRATE,
    targets: shown.map(({ vm }) => toTarget(vm)),
    steps,
    bounds: withGone(toBounds(wishes, going, placed), goneIds, world),
    advice: {
      ratings: [],
      moves: lines,
      durationMs: toMakespanMs(forecastPlan(steps, lines, world)),
      dataAgeMs: toAgeMs([...wishes.map(({ vm }) => vm), first.host, first.datastore], world.now),
      notes: listNotes(sorted, going, placed),
    },
    blockers: listManyBlockers(wishes, sorted, placed),
    reserves: {
      ...{ connectionId: first.vm.connectionId, vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 },
      places: going.map(toPlace),
    },
  };
}

const wayOf = ({ vm, input }: MigrateWish) => toWay(vm, input.quick);

function countFileBytes({ vm, datastore }: MigrateWish): number {
  return datastore ? toFileBytes(vm, datastore) : 0;
}

/** One joint plan for all whose host changes: at every moment of it there is room for them. */
function placeTogether(free: readonly MigrateWish[]): PlacedMoves {
  const moving = free.filter(({ staysOnHost }) => !staysOnHost);
  const [first] = moving;
  if (!first) return { moves: [], left: [], judged: new Map(), brokenWishes: [] };
  const { world, host, vm, input } = first;
  const approved = world.within?.oneOf.hosts;
  const wished = host ? [host.id] : approved;
  const byId = new Map(moving.map((wish) => [wish.vm.id, wish]));
  return placeMoves(
    {
      ...{ connectionId: vm.connectionId, vms: moving.map((wish) => wish.vm) },
      hostIds: wished && new Set(wished.filter((id) => !approved || approved.includes(id))),
      datastoreOf: ({ id }) => byId.get(id)?.datastore,
      wayOf: (one) => toWay(one, input.quick),
    },
    world,
  );
}

/** In the order in which they begin; files that move alone come last and wait for nobody. */
function listGoing(free: readonly MigrateWish[], { moves }: PlacedMoves): Going[] {
  const byId = new Map(free.map((wish) => [wish.vm.id, wish]));
  const staying = free.filter(({ staysOnHost }) => staysOnHost);
  const all = [...moves, ...staying.flatMap((wish) => stayOnHost(wish).move ?? [])];
  return all.flatMap((move) => {
    const wish = byId.get(move.vm.id);
    return wish?.from ? [{ wish, move, from: wish.from }] : [];
  });
}

/** At the start it may stand there already, by another's hand; where one makes room for another, the whole was agreed to. */
function toStep({ wish, move, from }: Going, isChained: boolean): PlannedStep {
  const key = toMoveKey(move.vm);
  const own = { kind: 'move-vm', key, move, way: wayOf(wish), from } as const;
  const after = move.afterVmIds.map((id) => `move-${id}`);
  const rest = { after, ...(isChained ? {} : { isSparable: true as const }) };
  return toMoveStep({ ...own, datastore: wish.datastore }, rest);
}

function toPlace({ wish, move }: Going): HeldPlace {
  const { datastore, staysOnHost } = wish;
  const space = datastore && { datastoreId: datastore.id, diskBytes: countFileBytes(wish) };
  const held = staysOnHost ? { ...move, vm: withoutMemory(move.vm) } : move;
  return toHeldPlace(toMoveKey(move.vm), held, space);
}

/** Each VM in its registration, and all together the worst: so many moves, so much space, these hosts. */
function toBounds(
  wishes: readonly MigrateWish[],
  going: readonly Going[],
  { judged }: PlacedMoves,
): Bounds {
  const [first] = wishes as [MigrateWish];
  const paces = first.world.pacesOf(first.vm.connectionId);
  const among = [...judged.values()].flatMap((hosts) =>
    hosts.flatMap(({ host, against }) => (against.length === 0 ? [host.id] : [])),
  );
  const datastore = wishes.find((wish) => wish.datastore)?.datastore;
  const downSeconds = going.map(({ wish }) =>
    toDownSeconds({ way: wayOf(wish), memoryBytes: toMemoryLoad(wish.vm) }, paces),
  );
  return {
    ...NO_BOUNDS,
    exact: {
      connection: first.vm.connectionId,
      ...toExact({ ...first, datastore }),
      ...Object.fromEntries(
        wishes.map((wish) => [`vm:${wish.vm.id}`, toRegistration(wish)] as const),
      ),
    },
    effects: Object.fromEntries(
      going.map(({ wish }) => [wish.vm.id, EFFECT_OF_WAY[wayOf(wish)]] as const),
    ),
    atMost: {
      moves: going.length,
      diskBytes: going.reduce((sum, { wish }) => sum + countFileBytes(wish), 0),
      downSeconds: Math.max(0, ...downSeconds),
    },
    oneOf: {
      hosts: [...new Set(among)].toSorted(),
      datastores: datastore ? [datastore.id] : [],
    },
  };
}

/** Nothing more is done to them; what was agreed of the others says nothing of that. */
function withGone(bounds: Bounds, goneIds: readonly string[], { within }: World): Bounds {
  const agreed = goneIds.flatMap((id) => {
    const registration = within?.exact[`vm:${id}`];
    return registration === undefined ? [] : [[`vm:${id}`, registration] as const];
  });
  return { ...bounds, exact: { ...bounds.exact, ...Object.fromEntries(agreed) } };
}

/** A move may have given it a new one, as was agreed. */
function toRegistration(wish: MigrateWish): string {
  const { vm, world } = wish;
  const agreed = isMoved(wish) ? world.within?.exact[`vm:${vm.id}`] : undefined;
  return agreed ?? `${vm.identity} ${vm.handle}`;
}

function listNotes(
  { there, going: shown }: ReturnType<typeof sortWishes>,
  going: readonly Going[],
  { brokenWishes }: PlacedMoves,
): PlanNote[] {
  const along = going.filter(({ wish }) => wish.notes.length > 0);
  const facts = {
    vms: along.map(({ wish }) => wish.vm.body.name),
    datastore: along[0]?.wish.datastore?.body.name,
  };
  const moves = going.map(({ move }) => ({ ...move, warnings: move.warnings.map(nameVm(move)) }));
  return [
    ...(along.length > 0 ? [{ code: 'files_of_vms_move_too', facts } as const] : []),
    ...(shown.length > 0
      ? there.map(({ note }): PlanNote => ({ ...note, code: 'vm_there_left_out' }))
      : []),
    ...shown.flatMap(({ vm, world }) => listNeeded('drover_moves_too', vm, world)),
    ...listMoveNotes({ moves, brokenWishes }),
    ...shown.flatMap(({ vm, world }) => listNamesakes(vm, world)),
  ];
}

/** What is said of one of several says of which. */
function nameVm({ vm }: Pick<PlacedMove, 'vm'>) {
  return ({ code, facts }: PlanNote): PlanNote => ({
    code,
    facts: { ...facts, vm: vm.body.name },
  });
}
