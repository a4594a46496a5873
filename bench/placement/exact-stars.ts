/**
 * The stars of targets as rows of the program: a binary for each half step of each host, which may be on only while the
 * host's shares are good enough for it, and a share for each VM that goes there.
 */
import type { ProblemHost } from '#core/placement/move-problem.ts';
import type { Going } from './exact-model.ts';
import { addUp, atMostZero, type Sum, times, toSum } from './linear-sum.ts';

const HALF_STEPS = Array.from({ length: 10 }, (_, at) => at + 1);

export interface StarRows {
  /** Half steps of all targets. */
  readonly sum: Sum;
  readonly rows: readonly string[];
  readonly binaries: readonly string[];
  /** Between 0 and 1, by themselves whole. */
  readonly shares: readonly string[];
}

export function createStarRows(going: Going): StarRows {
  const rows: string[] = [];
  const binaries: string[] = [];
  const shares: string[] = [];
  for (const [at, host] of going.problem.hosts.entries()) {
    const arriving = going.problem.vms.flatMap((vm) => going.goes(vm, host.id) ?? []);
    if (arriving.length === 0) continue;
    for (const step of HALF_STEPS) {
      const on = `step_${at}_${step}`;
      binaries.push(on);
      // A higher step includes the lower.
      if (step > 1)
        rows.push(
          ...atMostZero(
            toSum([
              [1, on],
              [-1, `step_${at}_${step - 1}`],
            ]),
          ),
        );
      const reached = listStepRows(going, { host, on, step });
      rows.push(...reached.rows);
      binaries.push(...reached.binaries);
      for (const name of arriving) {
        const share = `star_${step}_${name}`;
        shares.push(share);
        rows.push(
          ...atMostZero(
            toSum([
              [1, share],
              [-1, name],
            ]),
          ),
          ...atMostZero(
            toSum([
              [1, share],
              [-1, on],
            ]),
          ),
        );
      }
    }
  }
  return { sum: toSum(shares.map((name) => [1, name])), rows, binaries, shares };
}

/** The rating must reach what rounds to this half step. */
function listStepRows(
  going: Going,
  { host, on, step }: { readonly host: ProblemHost; readonly on: string; readonly step: number },
): { rows: string[]; binaries: string[] } {
  const { cpu, memory } = toParts(going, host);
  const needed = (step - 0.5) / 10;
  /** `part >= least` while the variable is on. */
  const whileOn = (part: Sum, least: number, name: string) => {
    const lowest = [...part.terms.values()].reduce(
      (sum, by) => sum + Math.min(0, by),
      part.constant,
    );
    const miss = least - lowest;
    if (miss <= 0) return [];
    return atMostZero(addUp(times(-1, part), toSum([[miss, name]], least - miss)));
  };
  if (host.goal === 'consolidate') {
    const full =
      step === 1 ? [] : whileOn(addUp(times(-1, cpu), times(-1, memory)), 2 * needed - 2, on);
    return { rows: [...whileOn(cpu, 0, on), ...full], binaries: [] };
  }
  // A part below nothing counts as nothing: then the memory must do it alone.
  const alone = `${on}_alone`;
  const both = `${on}_both`;
  return {
    binaries: [alone, both],
    rows: [
      ...atMostZero(
        toSum([
          [1, on],
          [-1, alone],
          [-1, both],
        ]),
      ),
      ...whileOn(memory, 2 * needed, alone),
      ...whileOn(addUp(cpu, memory), 2 * needed, both),
    ],
  };
}

/** 1 less the share that is taken of what is beside the reserve. */
function toParts({ problem, change }: Going, host: ProblemHost): { cpu: Sum; memory: Sum } {
  const { cpuReserveShare, memoryReserveShare } = problem.reserves;
  const left = (used: number, whole: number, coming: Sum) =>
    addUp(toSum([], 1 - used / whole), times(-1 / whole, coming));
  const memory = left(
    host.memoryUsedBytes,
    host.memoryBytes * (1 - memoryReserveShare),
    change(host.id, 'memoryBytes'),
  );
  if (host.cpuUsedCores === undefined) return { cpu: memory, memory };
  const cores = Math.max(1, host.cpuCores) * (1 - cpuReserveShare);
  return { memory, cpu: left(host.cpuUsedCores, cores, change(host.id, 'cpuCores')) };
}
