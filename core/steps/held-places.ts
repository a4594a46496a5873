/** Room that a step held on a host or datastore, given back or moved in the transaction that changes the step. */
import type { Step } from '../jobs/job.ts';
import type { HeldPlace } from '../plan/plan.ts';
import type { Tx } from '../ports/store.ts';

/** What has arrived is seen on its host: held beside that, it would count twice. */
export function releasePlace(tx: Tx, { jobId, key }: Step): Promise<void> {
  return changePlaces(tx, jobId, (places) => places.filter((place) => place.key !== key));
}

export function holdPlace(tx: Tx, { jobId }: Step, place: HeldPlace): Promise<void> {
  return changePlaces(tx, jobId, (places) => [
    ...places.filter(({ key }) => key !== place.key),
    place,
  ]);
}

async function changePlaces(
  tx: Tx,
  jobId: string,
  change: (places: readonly HeldPlace[]) => readonly HeldPlace[],
): Promise<void> {
  const requestId = (await tx.jobs.find(jobId))?.requestId;
  const held = (await tx.reservations.list()).find((one) => one.requestId === requestId);
  if (held) await tx.reservations.put({ ...held, places: change(held.places) });
}
