/**
 * A draft of a plan: which unit goes where, what each host then holds, and how good that is.
 *
 * Everything is kept up to date move by move, so that a search can do and undo thousands of them.
 */
import type { HostNode, MoveModel, Unit, VmNode } from './move-model.ts';
import { isBroken, mayStand, turn } from './move-rules.ts';
import { toGain, toWorth } from './move-worth.ts';

export interface Score {
  /** VMs that must leave and do not. */
  readonly left: number;
  /** Priorities of those, highest first. */
  readonly leftPriorities: readonly number[];
  readonly moves: number;
  readonly broken: number;
  readonly worth: number;
}

/** Negative: `a` is better. */
export function compareScores(a: Score, b: Score): number {
  return (
    a.left - b.left ||
    comparePriorities(a.leftPriorities, b.leftPriorities) ||
    a.moves - b.moves ||
    a.broken - b.broken ||
    b.worth - a.worth
  );
}

export function comparePriorities(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((priority, index) => priority !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

export interface MoveState {
  readonly model: MoveModel;
  /** Units that go somewhere. */
  readonly going: ReadonlySet<Unit>;
  readonly moves: number;
  /** Of VMs that go though they need not. */
  readonly extraMoves: number;
  readonly broken: number;
  readonly worth: number;
  /** Hosts on which something is too much. */
  readonly unsound: number;
  /** Hosts that something leaves and something enters: only there the order matters. */
  readonly crossed: number;
  /** Whether it has room and rules there as everything stands now. */
  fits(unit: Unit, host: HostNode): boolean;
  /** Whether it would have, if all that is loose there went. */
  couldFit(unit: Unit, host: HostNode): boolean;
  /** How much better the plan gets when it goes there, for choosing among hosts: fewer moves and broken wishes before stars. */
  gainOf(unit: Unit, host: HostNode): number;
  /** Whether nothing is too much where something arrives. */
  isSound(host: HostNode): boolean;
  send(unit: Unit, host: HostNode): void;
  keep(unit: Unit): void;
  score(): Score;
}

export function createMoveState(model: MoveModel): MoveState {
  const going = new Set<Unit>();
  const { problem } = model;
  const wishes = model.rules.filter(({ rule }) => !rule.isMandatory);
  const broken = wishes.filter(isBroken).length;
  const totals = {
    ...{ placed: 0, moves: 0, extraMoves: 0, broken, worth: 0, unsound: 0, crossed: 0 },
  };

  const settle = (host: HostNode) => {
    const worth = host.arriving === 0 ? 0 : host.arriving * toWorth(host, problem);
    totals.worth += worth - host.worth;
    host.worth = worth;
    const isUnsound = !isSound(host);
    totals.unsound += Number(isUnsound) - Number(host.isUnsound);
    host.isUnsound = isUnsound;
    const isCrossed = host.arriving > 0 && host.leaving > 0;
    totals.crossed += Number(isCrossed) - Number(host.isCrossed);
    host.isCrossed = isCrossed;
  };
  const shift = (unit: Unit, to: HostNode, by: 1 | -1) => {
    totals.placed += unit.mustLeave ? by : 0;
    for (const node of unit.vms) {
      if (node.host === to) continue;
      shiftLoad(node, to, by);
      totals.moves += by;
      if (!node.vm.mustLeave) totals.extraMoves += by;
      for (const rule of node.rules) totals.broken += turn(rule, node.host, to, by);
      settle(node.host);
    }
    settle(to);
  };

  return Object.assign(totals, {
    model,
    going,
    fits: (unit: Unit, host: HostNode) =>
      host.usedBytes + toArriving(unit, host) <= host.roomBytes && mayStand(unit, host, false),
    couldFit: (unit: Unit, host: HostNode) =>
      host.usedBytes + toArriving(unit, host) - host.looseBytes <= host.roomBytes &&
      mayStand(unit, host, true),
    gainOf: (unit: Unit, host: HostNode) => toGain(unit, host, problem),
    isSound,
    send(unit: Unit, host: HostNode) {
      unit.target = host;
      going.add(unit);
      host.guests ??= new Set();
      host.guests.add(unit);
      shift(unit, host, 1);
    },
    keep(unit: Unit) {
      if (!unit.target) return;
      unit.target.guests?.delete(unit);
      shift(unit, unit.target, -1);
      unit.target = undefined;
      going.delete(unit);
    },
    score(): Score {
      const { placed, moves, worth } = totals;
      const leftPriorities = placed === model.musts.length ? [] : listLeft(model);
      return { left: leftPriorities.length, leftPriorities, moves, broken: totals.broken, worth };
    },
  });
}

function shiftLoad({ host, bytes, cpuMicro }: VmNode, to: HostNode, by: 1 | -1): void {
  host.usedBytes -= by * bytes;
  host.looseBytes -= by * bytes;
  host.leaving += by;
  if (host.cpuUsedMicro !== undefined) host.cpuUsedMicro -= by * cpuMicro;
  to.usedBytes += by * bytes;
  to.arriving += by;
  if (to.cpuUsedMicro !== undefined) to.cpuUsedMicro += by * cpuMicro;
}

function isSound({ arriving, usedBytes, roomBytes, clashes }: HostNode): boolean {
  return arriving === 0 || (usedBytes <= roomBytes && clashes === 0);
}

function listLeft({ musts }: MoveModel): number[] {
  const priorities = musts.flatMap((unit) => (unit.target ? [] : unit.priorities));
  return priorities.sort((a, b) => b - a);
}

function toArriving({ vms, bytes }: Unit, host: HostNode): number {
  if (vms.length === 1) return bytes;
  return vms.reduce((sum, vm) => sum + (vm.host === host ? 0 : vm.bytes), 0);
}
