/**
 * Which move must wait for which to end.
 *
 * A host's room goes to what arrives in the order of the plan: first what is free today, then what those leave behind that
 * go before it. Who takes of what another leaves waits for that one, and for no more.
 */
import { addTo, type HostNode, type RuleNode, type Unit, type VmNode } from './move-model.ts';
import { listMovers } from './order-moves.ts';

export interface ChainedMove {
  readonly vm: VmNode;
  readonly target: HostNode;
  /** In the order of the plan. */
  readonly after: readonly VmNode[];
}

interface Stock {
  freeBytes: number;
  /** Left before, in order, and not given to another yet; from `next` on. */
  readonly sources: { readonly vm: VmNode; bytes: number }[];
  next: number;
  /** Of VMs that left before, by the mandatory rules that keep others away from them. */
  readonly leftOf: Map<RuleNode, VmNode[]>;
  /** Whom all that arrives waits for: the host has less than its reserve today. */
  readonly base: VmNode[];
}

export function chainMoves(order: readonly Unit[]): ChainedMove[] {
  const stocks = createStocks(order);
  const rankOf = new Map<VmNode, number>();
  const chained: ChainedMove[] = [];
  for (const unit of order) {
    const target = unit.target as HostNode;
    const stock = stocks.get(target) as Stock;
    const movers = listMovers(unit);
    for (const vm of movers) {
      const after = [...listBefore(vm, stock)];
      after.sort((a, b) => (rankOf.get(a) ?? 0) - (rankOf.get(b) ?? 0));
      rankOf.set(vm, chained.length);
      chained.push({ vm, target, after });
    }
    for (const vm of movers) leave(vm, stocks.get(vm.host));
  }
  return chained;
}

/** Of hosts that something enters, before anything moves. */
function createStocks(order: readonly Unit[]): Map<HostNode, Stock> {
  const stocks = new Map<HostNode, Stock>();
  for (const { target } of order) {
    if (!target || stocks.has(target)) continue;
    const freeBytes = target.roomBytes - target.usedBytes;
    stocks.set(target, { freeBytes, sources: [], next: 0, leftOf: new Map(), base: [] });
  }
  for (const unit of order) {
    const target = stocks.get(unit.target as HostNode);
    for (const { host, bytes } of listMovers(unit)) {
      const source = stocks.get(host);
      if (target) target.freeBytes += bytes;
      if (source) source.freeBytes -= bytes;
    }
  }
  return stocks;
}

function leave(vm: VmNode, stock: Stock | undefined): void {
  if (!stock) return;
  stock.sources.push({ vm, bytes: vm.bytes });
  for (const rule of vm.mandatoryApart) addTo(stock.leftOf, rule, vm);
}

function listBefore(vm: VmNode, stock: Stock): Set<VmNode> {
  if (stock.freeBytes < 0) {
    stock.base.push(...draw(stock, -stock.freeBytes));
    stock.freeBytes = 0;
  }
  const free = Math.min(vm.bytes, stock.freeBytes);
  stock.freeBytes -= free;
  const before = new Set([...stock.base, ...draw(stock, vm.bytes - free)]);
  for (const rule of vm.mandatoryApart)
    for (const other of stock.leftOf.get(rule) ?? []) before.add(other);
  return before;
}

/** Takes so much of what was left, the earliest first, and answers who left it. */
function draw(stock: Stock, bytes: number): VmNode[] {
  const from: VmNode[] = [];
  for (let missing = bytes; missing > 0; ) {
    const source = stock.sources[stock.next];
    if (!source) throw new Error('a move was planned before there is room for it');
    const taken = Math.min(missing, source.bytes);
    missing -= taken;
    source.bytes -= taken;
    if (taken > 0) from.push(source.vm);
    if (source.bytes === 0) stock.next += 1;
  }
  return from;
}
