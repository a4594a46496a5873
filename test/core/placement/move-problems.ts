/** Small problems of moves by hand, and their plans in words. */
import assert from 'node:assert/strict';
import type {
  MovePlan,
  MoveProblem,
  ProblemHost,
  ProblemRule,
  ProblemVm,
} from '#core/placement/move-problem.ts';
import { planMoves } from '#core/placement/plan-moves.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import { GIB } from '../estate-makers.ts';
import { findWrong } from './judge-plan.ts';

/** 100 GiB, of which 90 may be used, and so much is. */
export const host = (
  id: string,
  usedGib: number,
  changes: Partial<ProblemHost> = {},
): ProblemHost => ({
  ...{ id, name: id, cpuCores: 10, memoryBytes: 100 * GIB, memoryUsedBytes: usedGib * GIB },
  goal: 'balance',
  ...changes,
});

export const toConsolidating = (one: ProblemHost): ProblemHost => ({
  ...one,
  goal: 'consolidate',
});

/** On host `a`, which it must leave for any other. */
export const vm = (id: string, gib: number, changes: Partial<ProblemVm> = {}): ProblemVm => ({
  ...{ id, name: id, hostId: 'a', priority: 1, memoryBytes: gib * GIB, cpuCores: 0, moveMs: 1000 },
  ...{ candidates: [1, 2, 3], mustLeave: true, ...changes },
});

/** Runs elsewhere, and need not leave. */
export const stayer = (
  id: string,
  gib: number,
  hostId: string,
  candidates = [1, 2, 3],
): ProblemVm => vm(id, gib, { hostId, candidates, mustLeave: false });

export const rule = (
  kind: ProblemRule['kind'],
  isMandatory: boolean,
  ...vmIds: string[]
): ProblemRule => ({
  ...{ name: `${kind} ${vmIds.join(' ')}`, kind, isMandatory, vmIds },
});

export type Given = Partial<MoveProblem> & Pick<MoveProblem, 'hosts' | 'vms'>;

export function toProblem({ hosts, vms, ...rest }: Given): MoveProblem {
  // Of candidates, those that there are.
  const known = vms.map((one) => ({
    ...one,
    candidates: one.candidates.filter((at) => at < hosts.length),
  }));
  return {
    ...{
      hosts,
      vms: known,
      others: new Map(),
      rules: [],
      reserves: PLACEMENT_RULES,
    },
    ...rest,
  };
}

/** Also carries it out in the worst order. */
export function plan(given: Given): MovePlan {
  const problem = toProblem(given);
  const made = planMoves(problem);
  assert.equal(findWrong(problem, made, []), undefined);
  return made;
}

export const say = ({ moves }: MovePlan) =>
  moves.map(({ vmId, toHostId, afterVmIds }) =>
    [`${vmId} to ${toHostId}`, ...(afterVmIds.length > 0 ? [`after ${afterVmIds}`] : [])].join(' '),
  );
