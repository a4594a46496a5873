/**
 * In which order units move, so that each fits when it begins.
 *
 * Highest priority first and the longest first among equals; whatever makes room goes before the one that needs it. One
 * that finds no room yet waits, and the others go on.
 */
import {
  addTo,
  byName,
  type HostNode,
  type RuleNode,
  toPriority,
  type Unit,
  type VmNode,
} from './move-model.ts';
import type { MoveState } from './move-state.ts';

/** How often a jam may be tried in another order. */
const JAM_STEPS = 400;

export interface Ordered {
  readonly order: readonly Unit[];
  /** Each waits for the room of another of them. */
  readonly stuck: readonly Unit[];
}

/** Whether there is an order at all; where no host is left and entered, each order will do. */
export function findStuck(state: MoveState): readonly Unit[] {
  return state.crossed === 0 ? [] : orderMoves(state).stuck;
}

export function orderMoves({ going }: MoveState): Ordered {
  const wished = sortByUrgency(going);
  const yard = createYard(wished);
  const order = goAsWished(yard, wished);
  if (order.length === wished.length) return { order, stuck: [] };
  const placed = new Set(order);
  const untangled = untangle(createYard(wished), wished);
  if (untangled) return { order: untangled, stuck: [] };
  return { order, stuck: wished.filter((unit) => !placed.has(unit)) };
}

/** One that makes room comes right before the first that goes to where it was. */
function sortByUrgency(going: ReadonlySet<Unit>): Unit[] {
  const sorted = [...going].sort(byWish);
  const helpersAt = new Map<HostNode, Unit[]>();
  for (const unit of sorted) {
    if (unit.mustLeave) continue;
    for (const { host } of unit.vms) addTo(helpersAt, host, unit);
  }
  const wished = new Set<Unit>();
  const seen = new Set<Unit>();
  const visit = (unit: Unit) => {
    if (seen.has(unit)) return;
    seen.add(unit);
    for (const helper of (unit.target && helpersAt.get(unit.target)) ?? []) visit(helper);
    wished.add(unit);
  };
  for (const unit of sorted) visit(unit);
  return [...wished];
}

/** Those that make room have no priority of their own, and come last. */
function byWish(a: Unit, b: Unit): number {
  if (a.mustLeave !== b.mustLeave) return a.mustLeave ? -1 : 1;
  const [one, other] = [a.vms[0]?.vm, b.vms[0]?.vm];
  return (
    toPriority(b) - toPriority(a) ||
    toDuration(b) - toDuration(a) ||
    (one && other ? byName(one, other) : 0)
  );
}

function toDuration({ vms }: Unit): number {
  return Math.max(...vms.map(({ vm }) => vm.moveMs));
}

/** What stands where while the moves go on. */
interface Yard {
  readonly freeOf: Map<HostNode, number>;
  /** Units that have not left yet. */
  readonly leavers: Map<HostNode, Set<Unit>>;
  readonly left: Set<Unit>;
}

function createYard(units: readonly Unit[]): Yard {
  const freeOf = new Map<HostNode, number>();
  const leavers = new Map<HostNode, Set<Unit>>();
  const yard = { freeOf, leavers, left: new Set(units) };
  for (const unit of units) for (const vm of listMovers(unit)) prepare(yard, unit, vm);
  return yard;
}

function prepare({ freeOf, leavers }: Yard, unit: Unit, { host, bytes }: VmNode): void {
  const target = unit.target as HostNode;
  freeOf.set(target, (freeOf.get(target) ?? target.roomBytes - target.usedBytes) + bytes);
  freeOf.set(host, (freeOf.get(host) ?? host.roomBytes - host.usedBytes) - bytes);
  const others = leavers.get(host);
  if (others) others.add(unit);
  else leavers.set(host, new Set([unit]));
}

export function listMovers({ vms, target }: Unit): readonly VmNode[] {
  return vms.length === 1 ? vms : vms.filter(({ host }) => host !== target);
}

function canGo({ freeOf, leavers }: Yard, unit: Unit): boolean {
  const target = unit.target as HostNode;
  const movers = listMovers(unit);
  const bytes = movers.reduce((sum, vm) => sum + vm.bytes, 0);
  if (bytes > (freeOf.get(target) ?? 0)) return false;
  if (unit.isPlain) return true;
  const standing = leavers.get(target) ?? new Set();
  return !movers.some(({ mandatoryApart }) => isAnyApart(standing, target, mandatoryApart));
}

function isAnyApart(standing: Iterable<Unit>, host: HostNode, rules: readonly RuleNode[]): boolean {
  if (rules.length === 0) return false;
  for (const { vms } of standing)
    for (const vm of vms)
      if (vm.host === host && vm.mandatoryApart.some((rule) => rules.includes(rule))) return true;
  return false;
}

function go(yard: Yard, unit: Unit, by: 1 | -1): void {
  const { freeOf, leavers, left } = yard;
  const target = unit.target as HostNode;
  for (const { host, bytes } of listMovers(unit)) {
    freeOf.set(target, (freeOf.get(target) ?? 0) - by * bytes);
    freeOf.set(host, (freeOf.get(host) ?? 0) + by * bytes);
    if (by > 0) leavers.get(host)?.delete(unit);
    else leavers.get(host)?.add(unit);
  }
  if (by > 0) left.delete(unit);
  else left.add(unit);
}

/** Answers as many as find room by just waiting for it. */
function goAsWished(yard: Yard, wished: readonly Unit[]): Unit[] {
  const order: Unit[] = [];
  const waiting = new Map<HostNode, Unit[]>();
  for (const first of wished) {
    const ready = [first];
    for (let unit = ready.shift(); unit; unit = ready.shift()) {
      if (!canGo(yard, unit)) {
        addTo(waiting, unit.target as HostNode, unit);
        continue;
      }
      go(yard, unit, 1);
      order.push(unit);
      for (const { host } of listMovers(unit)) {
        ready.push(...(waiting.get(host) ?? []));
        waiting.delete(host);
      }
    }
  }
  return order;
}

/** Looks for an order that no greed spoils: what nobody waits behind goes at once, of the rest each is tried. */
function untangle(yard: Yard, wished: readonly Unit[]): Unit[] | undefined {
  const budget = { steps: JAM_STEPS };
  const search = (): Unit[] | undefined => {
    budget.steps -= 1;
    const harmless = goHarmless(yard, wished);
    if (yard.left.size === 0) return harmless;
    for (const unit of wished) {
      if (budget.steps <= 0) break;
      if (!yard.left.has(unit) || !canGo(yard, unit)) continue;
      go(yard, unit, 1);
      const rest = search();
      if (rest) return [...harmless, unit, ...rest];
      go(yard, unit, -1);
    }
    for (const unit of harmless) go(yard, unit, -1);
    return undefined;
  };
  return search();
}

/** To a host that none still leaves a unit may go at any time: it takes no room that another one waits for. */
function goHarmless(yard: Yard, wished: readonly Unit[]): Unit[] {
  const gone: Unit[] = [];
  for (let before = -1; before < gone.length; ) {
    before = gone.length;
    for (const unit of wished) {
      const target = unit.target as HostNode;
      if (!yard.left.has(unit) || yard.leavers.get(target)?.size) continue;
      if (!canGo(yard, unit)) continue;
      go(yard, unit, 1);
      gone.push(unit);
    }
  }
  return gone;
}
