/** The step kind `ask-consent`: what becomes of a VM that cannot be moved, or not without asking, said by somebody who may. */
import { z } from 'zod';
import { CONSENT_ANSWERS } from '../jobs/job.ts';
import type { StepKind } from '../jobs/step-kind.ts';
import { isLeftByDrain } from './left-by-drain.ts';
import { Ref } from './step-world.ts';

export const AskConsentInput = z.strictObject({
  vm: Ref,
  vmId: z.string(),
  name: z.string(),
  choices: z.array(z.enum(CONSENT_ANSWERS)).min(1),
  /** Why it cannot be moved, as the plan says it. */
  why: z.looseObject({ code: z.string() }).optional(),
  withinMs: z.int().min(60_000),
  /** What Drover itself needs it for, where it is asked because of that. */
  what: z.array(z.string()).optional(),
  names: z.array(z.string()).optional(),
});
export type AskConsentInput = z.infer<typeof AskConsentInput>;

export function createAskConsent(): StepKind<AskConsentInput> {
  const never = () => Promise.reject(new Error('a question does nothing on a platform'));
  return {
    ...{ name: 'ask-consent', version: 1, input: AskConsentInput, evidence: 'none' },
    ...{ settleMs: 10_000, usualMs: 1_000, timeLimitMs: 60_000 },
    permits: () => [],
    // Nobody is asked about one that the platform has moved away.
    place: async (tx, step, input) =>
      (await isLeftByDrain(tx, step, input.vm)) ? input : 'left_out',
    ask: ({ name, choices, withinMs, what, names }) => ({
      ...{ choices, withinMs },
      facts: { vm: name, ...(what && { what, names }) },
    }),
    ...{ look: never, act: never, verify: never },
  };
}
