/** What a platform's own drain has left on its host, as the step that followed it has found. */
import type { ObjectRef } from '../inventory/estate-object.ts';
import { toPlatformIdentity } from '../inventory/identity.ts';
import type { Step } from '../jobs/job.ts';
import type { Tx } from '../ports/store.ts';

/** The key of the step that lets a platform empty its host. */
export const DRAIN_KEY = 'drain-host';

/** True as well where no platform was to move it, or nobody knows what that has left. */
export async function isLeftByDrain(
  tx: Tx,
  { jobId, after }: Pick<Step, 'jobId' | 'after'>,
  { identity }: Pick<ObjectRef, 'identity'>,
): Promise<boolean> {
  if (!after.includes(DRAIN_KEY)) return true;
  const movedIds = (await tx.jobs.findStep(`${jobId}/${DRAIN_KEY}`))?.facts?.movedIds;
  return !Array.isArray(movedIds) || !movedIds.includes(toPlatformIdentity(identity));
}
