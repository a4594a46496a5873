/**
 * Where VMs go that move together: who may run them, what the platform said of it, and one joint plan for all.
 */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { MovePace } from '../ports/move-pace.ts';
import type { MoveWay } from '../ports/moving.ts';
import type { Reservation } from '../ports/reservations.ts';
import { createGoalFinder, type GoalOf } from './group-goals.ts';
import { toCpuLoad, toFileBytes, toMemoryLoad, toPriorityRank } from './move-load.ts';
import { createHostJudge, type JudgedHost, type MoveGround } from './move-needs.ts';
import { toMoveMs } from './move-pace.ts';
import type { LeftVm, MovePlan, MoveProblem, ProblemHost, ProblemRule } from './move-problem.ts';
import { sumReservations } from './place-vm.ts';
import { planMoves } from './plan-moves.ts';
import type { PlacementGoal, PlacementRules } from './stars.ts';

type Datastore = EstateObject<'datastore'>;

export interface MovesQuestion {
  readonly connectionId: string;
  readonly vms: readonly EstateObject<'vm'>[];
  /** Drover ids; absent: any. */
  readonly hostIds?: ReadonlySet<string> | undefined;
  /** All files of this VM go along, to this datastore; each host that sees it will do. */
  readonly datastoreOf?: ((vm: EstateObject<'vm'>) => Datastore | undefined) | undefined;
  readonly wayOf: (vm: EstateObject<'vm'>) => MoveWay;
}

export interface PlatformWord {
  /** What forbids it. */
  readonly against: readonly PlanNote[];
  readonly warnings: readonly PlanNote[];
}

export interface MovesWorld extends MoveGround {
  readonly rules: PlacementRules;
  readonly goalOf: GoalOf;
  readonly reservations: readonly Reservation[];
  /** How long moves took on a connection. */
  pacesOf(connectionId: string): readonly MovePace[];
  readonly exceptRequestId?: string | undefined;
  /** What the platform said of a VM on a host when it was asked last; absent: it was not asked. */
  answerOf(vmId: string, hostId: string): PlatformWord | undefined;
}

/** No platform was asked about any of them: hundreds of VMs then share what was found out of a thousand hosts. */
export const NOT_ASKED: MovesWorld['answerOf'] = () => undefined;

export interface PlacedMove {
  readonly vm: EstateObject<'vm'>;
  readonly host: EstateObject<'host'>;
  /** Half steps, 0 to 5, once all are moved. */
  readonly stars: number;
  readonly afterVmIds: readonly string[];
  /** Its place was asked of the platform, too. */
  readonly isChecked: boolean;
  readonly warnings: readonly PlanNote[];
}

export interface PlacedMoves {
  /** In the order in which they begin. */
  readonly moves: readonly PlacedMove[];
  readonly left: readonly { readonly vm: EstateObject<'vm'>; readonly why: LeftVm }[];
  /** By VM id: every host with what stands against it. */
  readonly judged: ReadonlyMap<string, readonly JudgedHost[]>;
  readonly brokenWishes: readonly string[];
}

export function placeMoves(question: MovesQuestion, world: MovesWorld): PlacedMoves {
  const { problem, judged } = readMoves(question, world);
  const plan = planMoves(problem);
  const placed = toPlaced(plan, question.vms, world);
  return { ...placed, judged, brokenWishes: plan.brokenWishes };
}

/** What a planner works on, and what stands against each host. */
export function readMoves(
  question: MovesQuestion,
  world: MovesWorld,
): { readonly problem: MoveProblem; readonly judged: PlacedMoves['judged'] } {
  const judge = createHostJudge(question.connectionId, world);
  const { vms, hostIds, datastoreOf } = question;
  const judged = new Map(
    vms.map((vm) => [
      vm.id,
      judgeOne(vm, judge({ vm, takesFiles: !!datastoreOf?.(vm), hostIds }), question, world),
    ]),
  );
  return { problem: toProblem(question, world, judged), judged };
}

/** Adds what hangs on this VM alone: where its files go, and what its platform said. */
function judgeOne(
  vm: EstateObject<'vm'>,
  hosts: readonly JudgedHost[],
  { datastoreOf }: MovesQuestion,
  { answerOf }: MovesWorld,
): readonly JudgedHost[] {
  const datastore = datastoreOf?.(vm);
  if (!datastore && answerOf === NOT_ASKED) return hosts;
  const judged = hosts.map((one) => {
    const { host, against } = one;
    const said = against.length > 0 ? [] : (answerOf(vm.id, host.id)?.against ?? []);
    const isUnseen = datastore && !host.body.datastoreHandles.includes(datastore.handle);
    if (said.length === 0 && !isUnseen) return one;
    const more = isUnseen ? [toUnseen(datastore)] : [];
    return { host, against: [...against, ...said, ...more] };
  });
  // VMs of the same needs share one list, and what is found out about it.
  return judged.every((one, at) => one === hosts[at]) ? hosts : judged;
}

function toUnseen({ body }: EstateObject<'datastore'>): PlanNote {
  return { code: 'host_misses_datastore', facts: { datastore: body.name } };
}

function toProblem(
  { connectionId, vms, datastoreOf, wayOf }: MovesQuestion,
  world: MovesWorld,
  judged: ReadonlyMap<string, readonly JudgedHost[]>,
): MoveProblem {
  const { index, rules, reservations, exceptRequestId } = world;
  const findGoal = createGoalFinder(connectionId, world);
  const paces = world.pacesOf(connectionId);
  const held = sumReservations(reservations, exceptRequestId).memoryOfHost;
  const [all] = judged.values();
  // In the order of the candidates; where nothing moves, hosts are loaded all the same.
  const listed =
    all?.map(({ host }) => host) ??
    [...index.all('host')].filter((host) => host.connectionId === connectionId);
  const hosts = listed.map((host) => toProblemHost(host, { held, goal: findGoal(host) }));
  const moving = new Set(vms.map(({ id }) => id));
  const candidatesOf = createCandidateReader();
  const { list, others } = readRules(connectionId, world, moving);
  return {
    hosts,
    vms: vms.map((vm) => ({
      ...{ id: vm.id, name: vm.body.name, priority: toPriorityRank(vm.body.priority) },
      hostId: hostOf(vm, index)?.id ?? '',
      memoryBytes: toMemoryLoad(vm),
      cpuCores: toCpuLoad(vm, rules),
      moveMs: toMoveMs(
        {
          ...{ way: wayOf(vm), memoryBytes: toMemoryLoad(vm) },
          fileBytes: countFileBytes(vm, datastoreOf?.(vm)),
        },
        paces,
      ),
      candidates: candidatesOf(judged.get(vm.id) ?? []),
      mustLeave: true,
    })),
    ...{ others, rules: list, reserves: rules },
  };
}

function countFileBytes(vm: EstateObject<'vm'>, datastore: Datastore | undefined): number {
  return datastore ? toFileBytes(vm, datastore) : 0;
}

/** Places of hosts against which nothing stands; one list for all VMs that are judged alike. */
function createCandidateReader(): (judged: readonly JudgedHost[]) => readonly number[] {
  const known = new Map<readonly JudgedHost[], readonly number[]>();
  return (judged) => {
    const found =
      known.get(judged) ?? judged.flatMap(({ against }, at) => (against.length === 0 ? [at] : []));
    known.set(judged, found);
    return found;
  };
}

function hostOf({ connectionId, body }: EstateObject<'vm'>, index: MovesWorld['index']) {
  return body.hostHandle ? index.byHandle(connectionId, 'host', body.hostHandle) : undefined;
}

function toProblemHost(
  { id, body }: EstateObject<'host'>,
  { held, goal }: { readonly held: ReadonlyMap<string, number>; readonly goal: PlacementGoal },
): ProblemHost {
  const { name, cpuCores = 1, cpuUsedShare, memoryBytes = 0, memoryUsedBytes = 0 } = body;
  return {
    ...{ id, name, cpuCores, memoryBytes, goal },
    ...(cpuUsedShare === undefined ? {} : { cpuUsedCores: cpuUsedShare * cpuCores }),
    memoryUsedBytes: memoryUsedBytes + (held.get(id) ?? 0),
  };
}

/** Rules among VMs of which one moves at least, and where the others stand. */
function readRules(
  connectionId: string,
  { index }: MovesWorld,
  moving: ReadonlySet<string>,
): { list: ProblemRule[]; others: Map<string, string> } {
  const list: ProblemRule[] = [];
  const others = new Map<string, string>();
  for (const cluster of index.all('cluster')) {
    if (cluster.connectionId !== connectionId) continue;
    for (const { name, kind, isMandatory, vmHandles } of cluster.body.rules ?? []) {
      if (kind !== 'together' && kind !== 'apart') continue;
      const vms = vmHandles.flatMap((handle) => index.byHandle(connectionId, 'vm', handle) ?? []);
      if (!vms.some(({ id }) => moving.has(id))) continue;
      list.push({ name, kind, isMandatory, vmIds: vms.map(({ id }) => id) });
      for (const vm of vms) {
        const host = hostOf(vm, index);
        if (host && !moving.has(vm.id)) others.set(vm.id, host.id);
      }
    }
  }
  return { list, others };
}

export function toPlaced(
  plan: MovePlan,
  vms: readonly EstateObject<'vm'>[],
  { index, answerOf }: MovesWorld,
): Pick<PlacedMoves, 'moves' | 'left'> {
  const byId = new Map(vms.map((vm) => [vm.id, vm]));
  return {
    moves: plan.moves.flatMap(({ vmId, toHostId, stars, afterVmIds }) => {
      const vm = byId.get(vmId);
      const host = index.get('host', toHostId);
      const word = answerOf(vmId, toHostId);
      const said = { isChecked: word !== undefined, warnings: word?.warnings ?? [] };
      return vm && host ? [{ vm, host, stars, afterVmIds, ...said }] : [];
    }),
    left: plan.left.flatMap((why) => {
      const vm = byId.get(why.vmId);
      return vm ? [{ vm, why }] : [];
    }),
  };
}
