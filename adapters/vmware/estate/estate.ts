/** The estate facet of a vCenter. */
import { randomUUID } from 'node:crypto';
import { OperationError } from '#core/errors.ts';
import type { EstateFacet } from '#core/ports/connection.ts';
import type { VcenterConfig } from '../config.ts';
import { toReadError } from '../faults.ts';
import { readObjects } from '../properties.ts';
import { isSessionGone, type Session } from '../session.ts';
import { PostError } from '../soap/post.ts';
import { type SoapClient, VimFault } from '../soap/soap-client.ts';
import { followChanges } from './changes.ts';
import { identify } from './identify.ts';
import { learnPart } from './learn-parts.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import type { Known } from './surroundings.ts';
import { toObserved } from './to-observed.ts';
import { ALL, toMoRef } from './wanted.ts';

interface EstateParts {
  readonly soap: SoapClient;
  readonly session: Session;
  readonly known: Known;
  readonly config: VcenterConfig;
}

export function createEstate({ soap, session, known, config }: EstateParts): EstateFacet {
  const { pageSize, waitSeconds } = config;
  let latest: (Snapshot & { readonly mark: string }) | undefined;

  return {
    identify: (signal) => reading(() => session.run(() => identify(soap, signal), signal)),

    snapshot: (onPage, signal) =>
      reading(async () => {
        const read = { soap, pageSize, signal, onPage };
        const taken = await session.run((login) => takeSnapshot({ ...read, login }), signal);
        const mark = randomUUID();
        latest = { ...taken, mark };
        known.surroundings = taken.surroundings;
        return mark;
      }),

    changes: async (mark, onChanges, signal) => {
      const snapshot = latest;
      // The mark is of this process: after a restart a new snapshot is due anyway.
      if (snapshot?.mark !== mark) throw new OperationError('session_lost', 'not_started');
      const read = { soap, snapshot, pageSize, waitSeconds, signal, onChanges };
      try {
        const login = await session.run(async (current) => current, signal);
        await followChanges({ ...read, login });
      } catch (error) {
        if (signal.aborted) return;
        throw isWaitGone(error)
          ? new OperationError('session_lost', 'not_started', {}, { cause: error })
          : toReadError(error);
      }
    },

    read: (object, signal) =>
      reading(async () => {
        const { surroundings } = known;
        const ref = toMoRef(object, surroundings);
        const read = { wanted: ALL, starts: [{ object: ref }], signal };
        try {
          const [content] = await session.run((login) => readObjects(soap, login, read), signal);
          if (content) learnPart(content, surroundings);
          const observed = content && toObserved(content, surroundings);
          // No object and no word that it is gone: nothing is known of it (H09).
          if (!observed) throw new PostError('odd_answer', true, `no ${object.kind} ${ref.value}`);
          return observed;
        } catch (error) {
          if (isGone(error, ref.value)) return undefined;
          throw error;
        }
      }),
  };
}

async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toReadError(error);
  }
}

/** Without session or collector there is no going on from the mark. */
function isWaitGone(error: unknown): boolean {
  if (isSessionGone(error)) return true;
  return error instanceof VimFault && error.type === 'InvalidCollectorVersion';
}

/** The platform's own word on this very object (H09). */
function isGone(error: unknown, handle: string): boolean {
  if (!(error instanceof VimFault) || error.type !== 'ManagedObjectNotFound') return false;
  return error.object === undefined || error.object.value === handle;
}
