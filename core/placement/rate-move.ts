/** Every host with its stars for one VM that is there already, best first, each with its reasons. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { HostRating, PlanNote } from '../plan/plan.ts';
import { createGoalFinder, toGoalReasons } from './group-goals.ts';
import { toCpuLoad, toMemoryLoad } from './move-load.ts';
import type { JudgedHost } from './move-needs.ts';
import type { MovesWorld } from './place-moves.ts';
import { type Held, isRatedBefore, sumReservations } from './place-vm.ts';
import { type PlacementGoal, type PlacementRules, rateShares, toStars } from './stars.ts';

export function rateHostsFor(
  vm: EstateObject<'vm'>,
  judged: readonly JudgedHost[],
  world: Pick<MovesWorld, 'index' | 'rules' | 'reservations' | 'exceptRequestId' | 'goalOf'>,
): HostRating[] {
  const held = sumReservations(world.reservations, world.exceptRequestId);
  const findGoal = createGoalFinder(vm.connectionId, world);
  return judged
    .map((one) => rate(vm, one, world.rules, { held, goal: findGoal(one.host) }))
    .sort(isRatedBefore);
}

function rate(
  vm: EstateObject<'vm'>,
  { host, against }: JudgedHost,
  rules: PlacementRules,
  { held: { memoryOfHost }, goal }: { readonly held: Held; readonly goal: PlacementGoal },
): HostRating {
  const { name: hostName, cpuCores = 1, cpuUsedShare, memoryBytes = 0 } = host.body;
  const own = { hostId: host.id, hostName };
  const memoryUsedBytes = (host.body.memoryUsedBytes ?? 0) + (memoryOfHost.get(host.id) ?? 0);
  const wantedBytes = toMemoryLoad(vm);
  const memoryShare = (memoryUsedBytes + wantedBytes) / memoryBytes;
  const addedShare = toCpuLoad(vm, rules) / Math.max(1, cpuCores);
  const cpuShare = cpuUsedShare === undefined ? undefined : cpuUsedShare + addedShare;
  const stars = toStars(rateShares({ cpuShare, memoryShare }, rules, goal));
  const isFull = memoryShare > 1 - rules.memoryReserveShare;
  const freeBytes = Math.floor(memoryBytes * (1 - rules.memoryReserveShare) - memoryUsedBytes);
  const full: PlanNote = {
    code: 'host_memory_too_small',
    facts: { freeBytes: Math.max(0, freeBytes), wantedBytes },
  };
  const reasons = isFull && memoryBytes > 0 ? [...against, full] : against;
  if (reasons.length > 0) return { ...own, stars: 0, verdict: 'blocked', reasons };
  return {
    ...{ ...own, stars, verdict: stars === 0 ? 'not_recommended' : 'fits' },
    reasons: [
      { code: 'memory_after', facts: { percent: Math.round(memoryShare * 100) } },
      cpuShare === undefined
        ? { code: 'load_unknown', facts: {} }
        : { code: 'cpu_after', facts: { percent: Math.round(cpuShare * 100) } },
      ...toGoalReasons(goal),
    ],
  };
}
