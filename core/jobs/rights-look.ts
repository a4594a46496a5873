/** Before a step begins: whether the right behind its job was read just now, else it is read (H26). */
import { isHeld } from './hold.ts';
import { isTidy, type Job, toJobId } from './job.ts';
import { type RightsOptions, readRights } from './watch-rights.ts';

export interface RightsLook {
  /** Resolves when the step of that wake-up may be claimed, or was put back. */
  look(stepId: string): Promise<void>;
  /** It holds, and was read at most `rightsMs` ago by this process. */
  isFresh(jobId: string): boolean;
  /** It was read elsewhere just now: at the start. */
  note(jobId: string): void;
}

export function createRightsLook(options: RightsOptions): RightsLook {
  const { store, clock, rightsMs } = options;
  /** Monotonic milliseconds, the oldest first. */
  const readAtMs = new Map<string, number>();
  /** Many steps of a job may be woken at once. */
  const readings = new Map<string, Promise<void>>();

  const isFresh = (jobId: string) =>
    clock.elapsedMs() - (readAtMs.get(jobId) ?? Number.NEGATIVE_INFINITY) < rightsMs;

  function note(jobId: string): void {
    readAtMs.delete(jobId);
    for (const known of readAtMs.keys()) {
      if (isFresh(known)) break;
      readAtMs.delete(known);
    }
    readAtMs.set(jobId, clock.elapsedMs());
  }

  async function readOf(job: Job): Promise<void> {
    const { standing } = await readRights(options, job);
    if (standing === 'holds') note(job.id);
  }

  return {
    isFresh,
    note,
    async look(stepId) {
      const jobId = toJobId(stepId);
      if (isFresh(jobId)) return;
      const [step, job] = await store.read(
        ({ jobs }) => Promise.all([jobs.findStep(stepId), jobs.find(jobId)]),
        { findStep: stepId, find: jobId },
      );
      // What is in hand, or puts in order what was left, asks for no right.
      if (step?.state !== 'ready' || isTidy(step)) return;
      if (job?.state !== 'running' || job.cancelAskedAt || isHeld(job)) return;
      // Another of its steps may have had it read meanwhile.
      if (isFresh(jobId)) return;
      const known = readings.get(jobId);
      const reading = known ?? readOf(job).finally(() => readings.delete(jobId));
      if (!known) readings.set(jobId, reading);
      await reading;
    },
  };
}
