/** Carries a plan out on a connection that writes changes down instead of sending them. */
import { OperationError } from '../errors.ts';
import { createStepKinds, mergePlacement } from '../jobs/step-kind.ts';
import type { Plan } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostScript, ScriptingFacet } from '../ports/connection.ts';
import { listStepKinds } from './registry.ts';
import type { StepWorld } from './step-world.ts';

export interface WriteScript {
  readonly scripting: ScriptingFacet;
  readonly plan: Pick<Plan, 'steps'>;
  readonly clock: Clock;
  /** In place of a job's id: what is made by hand carries it. No two scripts share one. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * One script a host, for all steps of a plan in their order; what their acts need to know is read now.
 *
 * @throws OperationError `made_by_older_version` for a step that this release does not know; what a platform says.
 */
export async function writeScript(wish: WriteScript): Promise<readonly HostScript[]> {
  const { scripting, plan, clock, token, signal } = wish;
  const draft = scripting.begin();
  const record = () => {
    throw new Error('a script that is shown records nothing');
  };
  const world: StepWorld = {
    changeable: async () => draft.connection,
    // A script has no second tries.
    chooseOtherHost: async () => undefined,
    ...{ record, recordGone: record },
  };
  const kinds = createStepKinds(listStepKinds(world, clock));
  for (const { key, kind, version, input, placement } of plan.steps) {
    const known = kinds.find(kind, version);
    if (!known) throw new OperationError('made_by_older_version', 'not_started', { step: kind });
    const call = { stepToken: `${token}/${key}`, signal, onProgress: () => undefined };
    await known.act(known.input.parse(mergePlacement(input, placement)), call);
  }
  return draft.end();
}
