/**
 * The best plan there is, proven by HiGHS: the documented goals one after another, each solved with those before it held.
 *
 * The model knows ends, not orders: memory, rules and stars once all is done. An end that no order of moves reaches is
 * cut off and all is solved again, so what is answered at last is the best that can be reached.
 */
import loadHighs, { type Highs } from 'highs';
import type { MoveProblem } from '#core/placement/move-problem.ts';
import { judgeEnd, type Targets, type Verdict } from '#test/core/placement/judge-plan.ts';
import { canBeReached } from '#test/core/placement/try-everything.ts';
import { createModel, type Model } from './exact-model.ts';
import { write } from './linear-sum.ts';

/** Its types are those of a CommonJS module, its code is not. */
const load = loadHighs as unknown as typeof loadHighs.default;

export type Exact =
  | { readonly isProven: true; readonly verdict: Verdict }
  | { readonly isProven: false; readonly why: string };

/** `limitMs` of computing: what other processes take of a busy machine does not count. */
export async function createExact(limitMs: number): Promise<(problem: MoveProblem) => Exact> {
  const highs = await load();
  return (problem) => {
    const began = process.threadCpuUsage();
    const until = performance.now() + limitMs * PATIENCE;
    const model = createModel(problem);
    const cuts: string[] = [];
    for (;;) {
      const solved = solveStages(highs, model, { cuts, until });
      if (typeof solved === 'string') return { isProven: false, why: solved };
      const { targets, stars } = solved;
      const { user, system } = process.threadCpuUsage(began);
      if ((user + system) / 1000 > limitMs) return { isProven: false, why: 'proven too late' };
      if (!canBeReached(problem, targets)) {
        cuts.push(model.forbid(targets));
        continue;
      }
      const verdict = judgeEnd(problem, targets);
      if (verdict.stars !== stars) return { isProven: false, why: 'stars do not agree' };
      return { isProven: true, verdict };
    }
  };
}

interface Solved {
  readonly targets: Targets;
  readonly stars: number;
}

/** Answers why not, in a word, when it is not solved in time. */
function solveStages(highs: Highs, model: Model, until: Until): Solved | string {
  const { goals, stars, binaries, toTargets } = model;
  const rows = [...model.rows, ...until.cuts];
  for (const [at, goal] of goals.entries()) {
    const solution = solve(highs, { goal: `Minimize\n goal: ${goal}`, rows, binaries }, until);
    if (!solution) return `not solved in time at goal ${at + 1}`;
    rows.push(` ${goal} = ${Math.round(solution.ObjectiveValue)}`);
  }
  const goal = write(stars.sum);
  if (goal === '') return { targets: new Map(), stars: 0 };
  const last = {
    goal: `Maximize\n goal: ${goal}`,
    rows: [...rows, ...stars.rows],
    binaries: [...binaries, ...stars.binaries],
    shares: stars.shares,
  };
  const solution = solve(highs, last, until);
  if (!solution) return 'not solved in time at the stars';
  const isOn = (name: string) => Number(Object(solution.Columns[name]).Primal ?? 0) > 0.5;
  return { targets: toTargets(isOn), stars: Math.round(solution.ObjectiveValue) / 2 };
}

interface Until {
  readonly cuts: readonly string[];
  readonly until: number;
}

interface Stage {
  readonly goal: string;
  readonly rows: readonly string[];
  readonly binaries: readonly string[];
  readonly shares?: readonly string[];
}

function solve(highs: Highs, { goal, rows, binaries, shares = [] }: Stage, { until }: Until) {
  const seconds = (until - performance.now()) / 1000;
  if (seconds <= 0) return undefined;
  const bounds = ['Bounds', ...shares.map((name) => ` 0 <= ${name} <= 1`)];
  const kinds = ['Binaries', ...binaries.map((name) => ` ${name}`)];
  const text = [goal, 'Subject To', ...rows, ...bounds, ...kinds, 'End'].join('\n');
  const solution = highs.solve(text, { ...OPTIONS, time_limit: seconds });
  return solution.Status === 'Optimal' ? solution : undefined;
}

/** HiGHS itself goes by the clock. */
const PATIENCE = 6;

const OPTIONS = { output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0.1 } as const;
