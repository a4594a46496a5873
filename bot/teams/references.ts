/** Tells the host from where Drover can be reached, and where it cannot any more. */
import type { GonePlace, TeamsHost } from './host.ts';
import { toReference } from './read-activity.ts';
import type { TeamsActivity } from './schema.ts';

export interface KeepReferences {
  keep(activity: TeamsActivity): Promise<void>;
  drop(gone: readonly GonePlace[]): Promise<void>;
}

/** Nothing is remembered here: another process may have dropped what this one saved. */
export function createReferences(
  host: Pick<TeamsHost, 'saveReference' | 'dropReferences'>,
): KeepReferences {
  return {
    async keep(activity) {
      const reference = toReference(activity);
      if (reference) await host.saveReference(reference);
    },
    async drop(gone) {
      for (const place of gone) await host.dropReferences(place);
    },
  };
}
