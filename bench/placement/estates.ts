/** Estates for the benchmark of placement, drawn by a fixed seed: the same on every machine. */
import type {
  MoveProblem,
  ProblemHost,
  ProblemRule,
  ProblemVm,
} from '#core/placement/move-problem.ts';
import { PLACEMENT_RULES, type PlacementGoal } from '#core/placement/stars.ts';

const GIB = 1024 ** 3;
const VM_GIB = [2, 3, 4, 6, 8, 8, 12, 16, 24];
const SMALL_HOST_GIB = [96, 128, 128, 192];
const LARGE_HOST_GIB = [384, 512, 768];
const HOST_CORES = [16, 24, 32];

type Draw = () => number;

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32). */
function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<V>(draw: Draw, list: readonly V[]): V {
  return list[Math.floor(draw() * list.length)] as V;
}

function between(draw: Draw, from: number, to: number): number {
  return from + Math.floor(draw() * (to - from + 1));
}

export interface EstateSizes {
  readonly hosts: number;
  /** VMs on the first host, which is emptied. */
  readonly leaving: number;
  /** VMs on each other host that could make room. */
  readonly staying: number;
  /** How full the others are, as shares of what is beside the reserve. */
  readonly full: readonly [number, number];
  readonly rules: number;
  /** Of the other hosts, how many a VM may run on. */
  readonly share: number;
  readonly hostGib: readonly number[];
}

/** Of the host at that place. */
type DrawGoal = (at: number) => PlacementGoal;

const toBalance: DrawGoal = () => 'balance';
/** The same everywhere, and hosts of groups that differ. */
const GOALS: readonly DrawGoal[] = [
  toBalance,
  () => 'consolidate',
  toBalance,
  (at) => (at % 2 === 0 ? 'balance' : 'consolidate'),
];

/** A small estate in which the VMs of one host barely fit on the others, or do not. */
export function drawSmallEstate(seed: number): MoveProblem {
  const draw = createDraw(seed);
  const sizes: EstateSizes = {
    ...{ hosts: between(draw, 4, 6), leaving: between(draw, 5, 9), staying: between(draw, 1, 2) },
    ...{ full: [0.6, 0.98], rules: between(draw, 0, 4), share: 0.8, hostGib: SMALL_HOST_GIB },
  };
  return drawEstate(draw, sizes, GOALS[seed % GOALS.length] ?? toBalance);
}

/** Hosts as they are in a large estate; each VM may run anywhere but on the host that is emptied. */
export function drawLargeEstate(
  sizes: Pick<EstateSizes, 'hosts' | 'leaving' | 'staying'>,
): MoveProblem {
  const full = [0.4, 0.95] as const;
  return drawEstate(
    createDraw(1),
    { ...sizes, full, rules: 8, share: 1, hostGib: LARGE_HOST_GIB },
    toBalance,
  );
}

function drawEstate(draw: Draw, sizes: EstateSizes, goalOf: DrawGoal): MoveProblem {
  const targets = Array.from({ length: sizes.hosts - 1 }, (_, at) => at + 1);
  const hosts: ProblemHost[] = [];
  const vms: ProblemVm[] = [];
  for (let at = 0; at < sizes.hosts; at += 1) {
    const count = at === 0 ? sizes.leaving : sizes.staying;
    const own = Array.from({ length: count }, (_, place) => ({
      ...{ id: `vm-${at}-${place}`, name: `vm-${at}-${place}`, hostId: `host-${at}` },
      ...drawVm(draw),
      candidates: sizes.share < 1 ? targets.filter(() => draw() < sizes.share) : targets,
      mustLeave: at === 0,
    }));
    vms.push(...own);
    hosts.push({ ...drawHost(draw, at, own, sizes), goal: goalOf(at) });
  }
  const rules = Array.from({ length: sizes.rules }, (_, at) => drawRule(draw, at, vms));
  return { hosts, vms, others: new Map(), rules, reserves: PLACEMENT_RULES };
}

function drawVm(draw: Draw): Pick<ProblemVm, 'priority' | 'memoryBytes' | 'cpuCores' | 'moveMs'> {
  const memoryBytes = pick(draw, VM_GIB) * GIB;
  const cpuCores = between(draw, 1, 30) / 10;
  return { priority: between(draw, 1, 3), memoryBytes, cpuCores, moveMs: memoryBytes / 2 ** 20 };
}

/** One host in ten has no measured CPU. */
function drawHost(
  draw: Draw,
  at: number,
  own: readonly ProblemVm[],
  { full: [from, to], hostGib }: EstateSizes,
): Omit<ProblemHost, 'goal'> {
  const memoryBytes = pick(draw, hostGib) * GIB;
  const cpuCores = pick(draw, HOST_CORES);
  const held = own.reduce((sum, vm) => sum + vm.memoryBytes, 0);
  const busy = own.reduce((sum, vm) => sum + vm.cpuCores, 0);
  const share = (from + draw() * (to - from)) * (1 - PLACEMENT_RULES.memoryReserveShare);
  const cpuUsedCores =
    draw() < 0.1 ? undefined : Math.max(busy, between(draw, 1, cpuCores * 8) / 10);
  return {
    ...{ id: `host-${at}`, name: `host-${at}`, cpuCores, cpuUsedCores, memoryBytes },
    memoryUsedBytes: Math.max(held, Math.round((memoryBytes * share) / GIB) * GIB),
  };
}

/** Most are about VMs that leave. */
function drawRule(draw: Draw, at: number, vms: readonly ProblemVm[]): ProblemRule {
  const leaving = vms.filter(({ mustLeave }) => mustLeave);
  const chosen = [pick(draw, leaving), pick(draw, leaving), pick(draw, vms)];
  const vmIds = [...new Set(chosen.map(({ id }) => id))];
  const kind = draw() < 0.6 ? 'apart' : 'together';
  return { name: `rule-${at}`, kind, isMandatory: draw() < 0.5, vmIds };
}
