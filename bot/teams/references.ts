/** Tells the host from where Drover can be reached, and where it cannot any more, and who reads there. */
import { toConversation } from './envelope.ts';
import type { GonePlace, TeamsHost, TeamsViewer } from './host.ts';
import { type Received, toReference } from './read-activity.ts';
import type { TeamsActivity } from './schema.ts';

export interface KeepReferences {
  keep(activity: TeamsActivity): Promise<void>;
  drop(gone: readonly GonePlace[]): Promise<void>;
  /** People came to where Drover is, and left. */
  move(activity: TeamsActivity, moved: Extract<Received, { kind: 'here' }>): Promise<void>;
  read(viewer: TeamsViewer): Promise<void>;
}

/** Nothing is remembered here: another process may have dropped what this one saved. */
export function createReferences(
  host: Pick<TeamsHost, 'saveReference' | 'dropReferences' | 'noteViewer' | 'dropViewer'>,
): KeepReferences {
  return {
    async keep(activity) {
      const reference = toReference(activity);
      if (reference) await host.saveReference(reference);
    },
    async drop(gone) {
      for (const place of gone) await host.dropReferences(place);
    },
    async move({ conversation }, { came, left }) {
      const place = toConversation(conversation.id);
      for (const member of came) await host.noteViewer?.({ place, ...member });
      for (const teamsUserId of left) await host.dropViewer?.({ place, teamsUserId });
    },
    async read(viewer) {
      await host.noteViewer?.({ ...viewer, place: toConversation(viewer.place) });
    },
  };
}
