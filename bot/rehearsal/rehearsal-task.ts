/** What the main thread hands to the one that rehearses: plain data, copied. */
import type { PlannedStep } from '#core/plan/plan.ts';
import type { Rehearsal } from '#core/plan/rehearsal.ts';
import type { TwinEstate } from '#core/ports/twin.ts';

export interface RehearsalTask {
  readonly steps: readonly PlannedStep[];
  readonly estates: readonly TwinEstate[];
  /** Milliseconds by a step's key, for steps whose like were measured. */
  readonly durations: ReadonlyMap<string, number>;
  /** How many steps may use a permit at once; one that is missing has no limit. */
  readonly capacities: ReadonlyMap<string, number>;
}

export type RehearsalAnswer =
  | { readonly rehearsal: Rehearsal }
  /** For the log; no words for people. */
  | { readonly failure: string };
