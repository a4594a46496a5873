/** Jobs that have made a VM and still work on it: no plan of theirs could name it, but it bears their step's token (H17). */
import type { EstateIndex } from '../inventory/estate-index.ts';
import { type Job, toJobId } from '../jobs/job.ts';
import type { Reads } from '../ports/store.ts';
import { vmCreate } from './vm-create.ts';

/** By the VM's id. */
export async function readMakers(
  { jobs }: Reads,
  index: EstateIndex,
  vmIds: readonly string[],
): Promise<ReadonlyMap<string, Job>> {
  const made = vmIds.flatMap((id) => {
    const token = index.get('vm', id)?.body.stepToken;
    return token === undefined ? [] : [{ id, jobId: toJobId(token) }];
  });
  if (made.length === 0) return new Map();
  const open = new Map((await jobs.listOpen(vmCreate.name)).map((job) => [job.id, job]));
  return new Map(
    made.flatMap(({ id, jobId }) => {
      const job = open.get(jobId);
      return job ? [[id, job] as const] : [];
    }),
  );
}
