/** Lets two units change places, as long as that makes a plan better. */
import type { Budget } from './make-room.ts';
import type { HostNode, Unit } from './move-model.ts';
import type { MoveState } from './move-state.ts';
import { worthWith } from './move-worth.ts';
import { findStuck } from './order-moves.ts';

/** What it costs to swap two and to take it back, in looks at a host. */
const SWAP_STEPS = 8;

/** Tries every pair, until the steps are used up. Answers whether any helped. */
export function swapAll(state: MoveState, budget: Budget): boolean {
  const units = [...state.going];
  let helped = false;
  for (const [at, one] of units.entries()) {
    for (const other of units.slice(at + 1)) {
      budget.steps -= 1;
      if (budget.steps <= 0) return helped;
      helped = swap(state, { one, other, budget }) || helped;
    }
  }
  return helped;
}

interface Pair {
  readonly one: Unit;
  readonly other: Unit;
  readonly budget: Budget;
}

function swap(state: MoveState, { one, other, budget }: Pair): boolean {
  const [toOne, toOther] = [one.target, other.target];
  if (!toOne || !toOther || toOne === toOther) return false;
  if (!mayRun(one, toOther) || !mayRun(other, toOne)) return false;
  if (!maySwap(state, one, other)) return false;
  budget.steps -= SWAP_STEPS;
  const { broken, moves, worth } = state;
  state.keep(one);
  state.keep(other);
  if (state.fits(one, toOther)) state.send(one, toOther);
  if (one.target && state.fits(other, toOne)) state.send(other, toOne);
  const isBetter =
    state.moves === moves &&
    (state.broken < broken || (state.broken === broken && state.worth > worth));
  if (isBetter && other.target && state.unsound === 0 && findStuck(state).length === 0) return true;
  state.keep(one);
  state.keep(other);
  state.send(one, toOne);
  state.send(other, toOther);
  return false;
}

/** Says quickly of most pairs that there is no room for a swap, or nothing in it. */
function maySwap({ broken, model }: MoveState, one: Unit, other: Unit): boolean {
  const [toOne, toOther] = [one.target, other.target];
  const [a, b] = [one.vms[0], other.vms[0]];
  if (!toOne || !toOther || !a || !b || one.vms.length + other.vms.length > 2) return true;
  const change = { bytes: b.bytes - a.bytes, cpuMicro: b.cpuMicro - a.cpuMicro };
  const back = { bytes: -change.bytes, cpuMicro: -change.cpuMicro };
  if (toOne.usedBytes + change.bytes > toOne.roomBytes) return false;
  if (toOther.usedBytes + back.bytes > toOther.roomBytes) return false;
  if (broken > 0 && !(one.isPlain && other.isPlain)) return true;
  const worth = worthWith(toOne, change, model.problem) + worthWith(toOther, back, model.problem);
  return worth > toOne.worth + toOther.worth;
}

/** Looks the host up in the candidates, which stand by rank. */
export function mayRun(unit: Unit, host: HostNode): boolean {
  const hosts = unit.listCandidates();
  let [from, to] = [0, hosts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((hosts[middle]?.rank ?? 0) < host.rank) from = middle + 1;
    else to = middle;
  }
  return hosts[from] === host;
}
