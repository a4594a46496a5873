/** What Drover itself is deleting vanishes as it was told to: no loss that a person has to look at (H06). */
import { isNotStarted, type Job, type Step } from '../jobs/job.ts';
import type { Reads, Store } from '../ports/store.ts';
import type { EstateFeed } from './estate-feed.ts';
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject } from './estate-object.ts';

const DELETES = { operation: 'vm.delete', step: 'delete-vm' } as const;

/** A reading that began before the end of a deletion shows its VM once more, and the next one misses it. */
const SEEN_AGAIN_WITHIN_MS = 10 * 60_000;
/** So many jobs that ended are looked at, newest first. */
const ENDED_AT_MOST = 200;

export interface DeletionsOptions {
  readonly store: Pick<Store, 'read'>;
  readonly index: EstateIndex;
  readonly feed: EstateFeed;
}

/** Those of the vanished that no order of Drover's own explains. */
export async function listUnexplained(
  { store, index, feed }: DeletionsOptions,
  vanished: readonly EstateObject[],
): Promise<readonly EstateObject[]> {
  if (vanished.length === 0) return vanished;
  const deleted = await store.read(listDeleted);
  // Those of a job that ended before it was asked for are written down as gone by now.
  await feed.catchUp();
  return vanished.filter(({ id, kind }) => !deleted.has(id) && index.get(kind, id));
}

async function listDeleted({ jobs, now }: Reads): Promise<ReadonlySet<string>> {
  const ids: string[] = [];
  for (const { id, targetIds } of await jobs.listOpen(DELETES.operation)) {
    const steps = await jobs.listSteps({ jobId: id });
    if (steps.some(isOrdered)) ids.push(...targetIds);
  }
  const ended = await jobs.list({
    ...{ states: ['done', 'done_with_warning'], limit: ENDED_AT_MOST },
  });
  const isRecent = ({ operation, endedAt }: Job) =>
    operation === DELETES.operation &&
    endedAt !== null &&
    now.getTime() - endedAt.getTime() < SEEN_AGAIN_WITHIN_MS;
  return new Set([...ids, ...ended.filter(isRecent).flatMap(({ targetIds }) => targetIds)]);
}

/** Now: what an earlier try had sent is over. */
function isOrdered({ kind, state, sentAt }: Step): boolean {
  return kind === DELETES.step && sentAt !== null && !isNotStarted(state);
}
