/**
 * `host.maintenance.enter`: one plan that empties a host. It is marked first; its VMs move in one joint plan; what cannot
 * move asks people, each by itself; last of all the host's state is settled, however the rest ended.
 *
 * A VM that is off stays where it is. Nothing is stopped or saved but by the word of somebody who may.
 */
import { z } from 'zod';
import type { EstateObject } from '../inventory/estate-object.ts';
import { scopeOf } from '../inventory/scope-of.ts';
import { toMakespanMs } from '../placement/forecast.ts';
import { type PlacedMove, type PlacedMoves, placeMoves } from '../placement/place-moves.ts';
import { type Bounds, EFFECTS, type Effect } from '../plan/bounds.ts';
import type { MoveLine, Plan, PlanNote } from '../plan/plan.ts';
import type { OwnDrain } from '../ports/moving.ts';
import { type Evacuation, toEvacuationSteps } from './evacuation-steps.ts';
import { forecastPlan } from './forecast-plan.ts';
import { isEmpty, listVms, sortVms } from './host-vms.ts';
import {
  EFFECT_OF_WAY,
  listMoveNotes,
  toHeldPlace,
  toLeftNote,
  toMoveKey,
  toMoveLine,
  toWay,
  type Vm,
} from './move-plan-parts.ts';
import type { Operation, World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import {
  listConnectionBlockers,
  listNeeded,
  listViewBlockers,
  NO_BOUNDS,
  toAgeMs,
  toGonePlan,
  toTarget,
} from './plan-parts.ts';
import {
  chooseEvacuation,
  isDrained,
  listClusterHosts,
  listDrainNotes,
  toOwnEffect,
  toOwnLine,
  toOwnWay,
} from './platform-evacuation.ts';

export const HostInput = z.strictObject({ hostId: z.string() });
export type HostInput = z.infer<typeof HostInput>;

export const HOST_MAINTENANCE_ENTER = 'host.maintenance.enter';

export const hostMaintenanceEnter: Operation<HostInput> = {
  name: HOST_MAINTENANCE_ENTER,
  input: HostInput,
  movesVms: true,
  // No other job changes one of its VMs meanwhile.
  targetIds: ({ hostId }, index) => [hostId, ...listVms(hostId, index).map(({ id }) => id)],
  // Every VM on it, too: who runs and who does not decides what is done.
  refreshIds: ({ hostId }, index) => [
    { kind: 'host', id: hostId },
    ...listVms(hostId, index).map(({ id }) => ({ kind: 'vm', id }) as const),
  ],
  scopeOf({ hostId }, index) {
    const host = index.get('host', hostId);
    return host && scopeOf(index, host);
  },
  plan({ hostId }, world) {
    const host = world.index.get('host', hostId);
    return host
      ? planEnter(host, world)
      : toGonePlan(HOST_MAINTENANCE_ENTER, { kind: 'host', id: hostId }, world);
  },
};

function planEnter(host: EstateObject<'host'>, world: World): Plan {
  const sorted = sortVms(host, world);
  const placed = placeMoves(
    {
      ...{ connectionId: host.connectionId, vms: sorted.moving, wayOf: (vm) => toWay(vm) },
      hostIds: world.within && new Set(world.within.oneOf.hosts),
    },
    world,
  );
  const left = placed.left.map((one) => ({ vm: one.vm, why: toLeftNote(one) }));
  const stuck = [...sorted.stuck, ...left].toSorted((a, b) => (isBefore(a.vm, b.vm) ? -1 : 1));
  const among = listAmong(placed);
  const chosen = chooseEvacuation(host, world);
  const drain = chosen.by === 'platform' ? chosen.drain : undefined;
  const steps = toEvacuationSteps({ host, world, placed, stuck, among, drain });
  const paces = world.pacesOf(host.connectionId);
  const lines = placed.moves.map((move) => toLine(move, { host, drain, paces }));
  const places = placed.moves.map((move) => toHeldPlace(toMoveKey(move.vm), move));
  return {
    operation: HOST_MAINTENANCE_ENTER,
    targets: [
      ...[host, ...placed.moves.map(({ vm }) => vm), ...stuck.map(({ vm }) => vm)],
      ...(drain ? sorted.resting : []),
    ].map(toTarget),
    steps,
    bounds: drain
      ? toDrainBounds(host, { placed, stuck, among, resting: sorted.resting, drain }, world)
      : toBounds(host, { placed, stuck, among }, world),
    advice: {
      ratings: [],
      moves: lines,
      durationMs: toMakespanMs(forecastPlan(steps, lines, world)),
      dataAgeMs: toAgeMs([host, ...sorted.moving], world.now),
      notes: [
        ...(chosen.by === 'platform'
          ? listDrainNotes(
              host,
              { ...sorted, stuck: stuck.map(({ vm }) => vm) },
              chosen.drain,
              world,
            )
          : chosen.notes),
        ...stuck.flatMap(({ vm, why }) => [why, toConsentNote(vm)]),
        ...placed.moves.flatMap(({ vm }) =>
          drain && isDrained(vm, drain) ? [] : listNeeded('drover_moves_last', vm, world),
        ),
        ...listMoveNotes(placed),
        ...(sorted.resting.length > 0 && !drain
          ? [{ code: 'vms_stay_off', facts: { count: sorted.resting.length } } as const]
          : []),
      ],
    },
    blockers: listBlockers(host, world),
    reserves: {
      ...{ connectionId: host.connectionId, vms: 0, cpus: 0, memoryBytes: 0, diskBytes: 0 },
      places,
    },
  };
}

function listBlockers(host: EstateObject<'host'>, world: World): PlanNote[] {
  const { body, connectionId } = host;
  const facts = { host: body.name };
  const blockers = [
    ...listConnectionBlockers(connectionId, world),
    ...listViewBlockers(host, world),
  ];
  const connection = findConnection(host, world);
  if (connection && !(connection.maintenance && connection.migration)) {
    const what = HOST_MAINTENANCE_ENTER;
    return [...blockers, { code: 'connection_cannot', facts: { connection: connectionId, what } }];
  }
  // At a retry that is what was wished: the job ends as that.
  if (!world.doneKeys && body.inMaintenance && isEmpty(host, world))
    blockers.push({ code: 'host_already_in_maintenance', facts });
  if (body.state !== 'connected')
    blockers.push({ code: 'host_not_there', facts: { ...facts, state: body.platformState } });
  return [...blockers, ...listBusy(host, world)];
}

/** One line a job, however many of the VMs it changes. */
function listBusy(host: EstateObject<'host'>, world: World): PlanNote[] {
  const busy = new Map<number, string>();
  for (const { id, body } of [host, ...listVms(host.id, world.index)]) {
    const job = world.busyWith(id);
    if (job !== undefined && !busy.has(job)) busy.set(job, body.name);
  }
  return [...busy].map(([job, vm]) => ({
    code: 'another_job_changes_it',
    facts: { vm, job: `J-${job}` },
  }));
}

function listAmong({ judged }: PlacedMoves): string[] {
  const ids = [...judged.values()].flatMap((hosts) =>
    hosts.flatMap(({ host, against }) => (against.length === 0 ? [host.id] : [])),
  );
  return [...new Set(ids)].toSorted();
}

function toBounds(
  host: EstateObject<'host'>,
  { placed, stuck, among }: Evacuation,
  { purposesOf }: World,
): Bounds {
  const effects: Record<string, Effect> = {};
  for (const { vm } of placed.moves) effects[vm.id] = EFFECT_OF_WAY[toWay(vm)];
  // The worst that people may choose; nothing of it happens without their word.
  for (const { vm } of stuck) effects[vm.id] = purposesOf(vm).length > 0 ? 'none' : 'off';
  return {
    ...NO_BOUNDS,
    exact: { connection: host.connectionId, host: host.identity, handle: host.handle },
    effects,
    atMost: { moves: placed.moves.length + stuck.length },
    oneOf: { hosts: among },
  };
}

type Drained = Evacuation & {
  readonly resting: readonly Vm[];
  readonly drain: OwnDrain;
};

/** The worst of both: what the platform does by its own choice, and what people may choose of the rest. */
function toDrainBounds(host: EstateObject<'host'>, drained: Drained, world: World): Bounds {
  const { placed, stuck, resting, drain } = drained;
  const own = toBounds(host, drained, world);
  const moving = [...placed.moves, ...stuck].map(
    ({ vm }) => [vm.id, toOwnEffect(vm, drain)] as const,
  );
  const effects: Record<string, Effect> = {};
  for (const [id, effect] of [...resting.map(({ id: own }) => [own, 'none'] as const), ...moving])
    effects[id] = worseOf(own.effects[id] ?? 'none', effect);
  const hosts = [...(own.oneOf.hosts ?? []), ...listClusterHosts(host, world).map(({ id }) => id)];
  return {
    ...{ ...own, effects },
    atMost: { moves: placed.moves.length + stuck.length + resting.length },
    oneOf: { hosts: [...new Set(hosts)].toSorted() },
  };
}

function worseOf(one: Effect, other: Effect): Effect {
  return EFFECTS.indexOf(one) > EFFECTS.indexOf(other) ? one : other;
}

interface LineParts {
  readonly host: EstateObject<'host'>;
  readonly drain: OwnDrain | undefined;
  readonly paces: ReturnType<World['pacesOf']>;
}

function toLine(move: PlacedMove, { host, drain, paces }: LineParts): MoveLine {
  const way = drain ? toOwnWay(move.vm, drain) : toWay(move.vm);
  const line = toMoveLine(move, { way, from: host, paces });
  return drain ? toOwnLine(line, move.vm, drain) : line;
}

function toConsentNote({ body }: Vm): PlanNote {
  return { code: 'vm_waits_for_consent', facts: { vm: body.name } };
}

function isBefore(a: Vm, b: Vm): boolean {
  return a.body.name === b.body.name ? a.id < b.id : a.body.name < b.body.name;
}
