/** One process that carries out jobs: takes deliveries, and tells steps under way that their job is cancelled. */
import type { WorkQueue } from '../ports/work-queue.ts';
import { carryOut } from './carry-out.ts';
import { ClaimLost, toJobId } from './job.ts';
import { type Loop, WorkerStops } from './loop.ts';
import { createRightsLook } from './rights-look.ts';
import { passOn } from './send-cancel.ts';
import { passStartGate, type Starting } from './start-job.ts';
import { watchRights } from './watch-rights.ts';

export interface WorkerOptions
  extends Omit<Loop, 'cancelOf' | 'stopSignal' | 'rest' | 'isRightFresh'> {
  readonly queue: WorkQueue;
  readonly starting: Omit<Starting, 'store' | 'scheduling' | 'seam'>;
  /** Steps carried out at the same time; most of the time each of them waits for a platform. */
  readonly concurrency: number;
}

export interface Worker {
  /** To be called after the commit of a cancel in this process, and of each that asks for it again; other processes look for themselves. */
  passOnCancel(jobId: string): void;
  /** Leaves steps as they are; whoever takes them over looks first. */
  stop(): Promise<void>;
}

export async function startWorker({
  queue,
  concurrency,
  starting,
  ...parts
}: WorkerOptions): Promise<Worker> {
  // One entry a delivery: a second wake-up of a step must not take the first one's place.
  const running = new Set<{ readonly jobId: string; readonly cancel: AbortController }>();
  const stopping = new AbortController();
  const stopSignal = stopping.signal;

  const { store, clock, patience, seam } = parts;
  const { gate } = starting;
  const watching = { store, gate, scheduling: parts, clock, rightsMs: patience.rightsMs, seam };
  const rights = createRightsLook(watching);

  await queue.consume('step', concurrency, async (delivery, rest) => {
    const jobId = toJobId(delivery.key);
    const delivered = { jobId, cancel: new AbortController() };
    running.add(delivered);
    const own = { cancelOf: () => delivered.cancel, isRightFresh: rights.isFresh };
    const loop: Loop = { ...parts, ...own, stopSignal, rest };
    try {
      await rights.look(delivery.key);
      await carryOut(loop, delivery);
    } catch (error) {
      // The step has a new holder, who has a delivery of its own.
      if (error instanceof ClaimLost) return;
      if (!(error instanceof WorkerStops)) parts.onError(error);
      throw error;
    } finally {
      running.delete(delivered);
    }
  });
  await queue.consume('job', concurrency, async ({ key }) => {
    try {
      const isStarting = await passStartGate({ ...starting, store, scheduling: parts, seam }, key);
      if (isStarting) rights.note(key);
      else await watchRights(watching, key);
    } catch (error) {
      if (stopping.signal.aborted) throw new WorkerStops(key, { cause: error });
      parts.onError(error);
      throw error;
    }
  });

  return {
    passOnCancel(jobId) {
      for (const step of running) if (step.jobId === jobId) passOn(step.cancel);
    },
    stop() {
      stopping.abort();
      return queue.stop();
    },
  };
}
