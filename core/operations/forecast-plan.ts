/** How long a plan that moves VMs takes, when its moves begin as their permits allow. */

import { mergePlacement } from '../jobs/step-kind.ts';
import { type ForecastSpan, forecast } from '../placement/forecast.ts';
import type { MoveLine, PlannedStep } from '../plan/plan.ts';
import { listMovePermits, MoveVmInput } from '../steps/move-vm.ts';
import type { World } from './operation.ts';

/** What comes before and after the moves, beside them: a mark is set, the end is read. */
const OTHER_STEP_MS = 2_000;

/** A span for each step that is sure to run, as if every move were agreed to: second tries and other answers are left out. */
export function forecastPlan(
  steps: readonly PlannedStep[],
  moves: readonly MoveLine[],
  { capacityOf }: Pick<World, 'capacityOf'>,
): ForecastSpan[] {
  const usualMs = listMoveMs({ steps, moves });
  const sure = steps.filter(
    ({ begins, choice, kind }) =>
      begins !== 'when_failed' &&
      (choice === undefined || choice === 'move') &&
      kind !== 'ask-consent',
  );
  return forecast(
    sure.map(({ key, after, ...step }) => ({
      ...{ key, after },
      permits: toPermits(step),
      usualMs: usualMs.get(key) ?? OTHER_STEP_MS,
    })),
    capacityOf,
  );
}

/** Milliseconds by the key of each step that moves a VM, a second try too. */
export function listMoveMs({
  steps,
  moves = [],
}: {
  readonly steps: readonly Pick<PlannedStep, 'key' | 'kind'>[];
  readonly moves?: readonly MoveLine[] | undefined;
}): Map<string, number> {
  const byVm = new Map(moves.map(({ vmId, usualMs }) => [vmId, usualMs]));
  const only = moves.length === 1 ? moves[0]?.usualMs : undefined;
  const moving = steps.filter(({ kind }) => kind.startsWith('move-vm'));
  return new Map(
    moving.flatMap(({ key }) => {
      const ms = byVm.get(key.replace(/^(move|again)-/, '')) ?? only;
      return ms === undefined ? [] : [[key, ms] as const];
    }),
  );
}

function toPermits({ input, placement }: Omit<PlannedStep, 'key' | 'after'>): string[] {
  const move = MoveVmInput.safeParse(mergePlacement(input, placement));
  return move.success ? listMovePermits(move.data) : [];
}
