/**
 * Plans the moves of many VMs together: where each goes, in which order, and which must wait for which.
 *
 * In this order: as few as possible of those that must leave are left behind, and of equally many those of low priority;
 * then as few moves as possible; then as few broken wishes; then the most stars of the targets, as they are when all is
 * done. At every moment of the plan memory beside the reserves suffices and mandatory rules hold, with a VM that moves
 * counted on both its hosts. The same problem gets the same plan, in whatever order its parts are listed.
 *
 * The search ends after a fixed number of steps. 40 VMs over 1,000 hosts take 30 ms of computing, 1,000 VMs over 300 hosts
 * or 20,000 VMs that could make room 50 ms: more than that in one call would hold up the event loop for longer.
 */
import { chainMoves } from './chain-moves.ts';
import { explainLeft } from './explain-left.ts';
import { improvePlan } from './improve-plan.ts';
import { buildModel } from './move-model.ts';
import type { MovePlan, MoveProblem } from './move-problem.ts';
import { isBroken } from './move-rules.ts';
import { createMoveState, type MoveState } from './move-state.ts';
import { toRating } from './move-worth.ts';
import { orderMoves } from './order-moves.ts';
import { toStars } from './stars.ts';

export function planMoves(problem: MoveProblem): MovePlan {
  const state = createMoveState(buildModel(problem));
  improvePlan(state);
  return {
    moves: listMoves(state),
    left: explainLeft(state),
    brokenWishes: listBroken(state),
  };
}

function listMoves(state: MoveState): MovePlan['moves'] {
  const { problem } = state.model;
  return chainMoves(orderMoves(state).order).map(({ vm, target, after }) => ({
    vmId: vm.vm.id,
    fromHostId: vm.host.id,
    toHostId: target.id,
    stars: toStars(toRating(target, problem)),
    afterVmIds: after.map((other) => other.vm.id),
  }));
}

/** Those that do not hold in the end, though the plan moves a VM of theirs. */
function listBroken({ model, going }: MoveState): string[] {
  const moving = new Set([...going].flatMap(({ vms }) => vms.flatMap(({ rules }) => rules)));
  return model.rules
    .filter((node) => !node.rule.isMandatory && moving.has(node) && isBroken(node))
    .map(({ rule }) => rule.name);
}
