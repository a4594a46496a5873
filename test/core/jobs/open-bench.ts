/** The step loop on a real store, a pretend platform and a clock and a queue in the test's hands. */
import { carryOut } from '#core/jobs/carry-out.ts';
import { answerGate } from '#core/jobs/gates.ts';
import type { Gate, GateAnswer, Job, Step } from '#core/jobs/job.ts';
import { type Loop, PATIENCE } from '#core/jobs/loop.ts';
import { cancelJob, createJob, startJob } from '#core/jobs/schedule.ts';
import type { Plan, PlannedStep } from '#core/plan/plan.ts';
import type { Store, Tx } from '#core/ports/store.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';
import { createHandQueue, type HandQueue } from './hand-queue.ts';
import { createPretendPlatform, type PretendPlatform } from './pretend-platform.ts';

/** The process dies here: nothing after it runs. */
export class Killed extends Error {}

export type StepWish = Partial<
  Pick<PlannedStep, 'kind' | 'version' | 'after' | 'begins' | 'choice' | 'placement' | 'input'>
> & {
  readonly permits?: readonly string[];
};

export interface JobWish {
  readonly id?: string;
  readonly requesterId?: string;
  readonly steps: Readonly<Record<string, StepWish>>;
}

export interface Bench extends AsyncDisposable {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly queue: HandQueue;
  readonly platform: PretendPlatform;
  /** What one process carries out with; a test replaces parts of it. */
  readonly loop: Loop;
  /** Aborted by a cancel in this process. */
  readonly cancels: Map<string, AbortController>;
  readonly capacities: Map<string, number>;
  /** Ids of jobs whose card was told to change, in order. */
  readonly announced: string[];
  /** Of whom a job was put before whom, in order. */
  readonly asked: string[];
  /** A job behind its decision, with its reservation. */
  createJob(wish: JobWish): Promise<Job>;
  /** The same, past its start gate. */
  startJob(wish: JobWish): Promise<Job>;
  /** Takes the next delivery of a step and carries it out; a worker that dies gives it back. */
  deliver(parts?: Partial<Loop>): Promise<boolean>;
  /** Delivers until nothing is due. */
  deliverAll(parts?: Partial<Loop>): Promise<void>;
  cancel(jobId: string): Promise<boolean>;
  gate(jobId: string): Promise<Gate | undefined>;
  answer(jobId: string, answer: GateAnswer): Promise<boolean>;
  job(id: string): Promise<Job>;
  step(id: string): Promise<Step>;
  /** `key state` of each, in order. */
  states(jobId: string): Promise<string[]>;
  reservations(): Promise<string[]>;
  auditEvents(jobId: string): Promise<string[]>;
}

export function toPlan(steps: JobWish['steps']): Plan {
  return {
    operation: 'test.run',
    targets: [],
    steps: Object.entries(steps).map(([key, { permits = [], ...step }]) => ({
      ...{ key, kind: 'change', version: 1, after: [], input: { permits } },
      ...step,
    })),
    bounds: { effects: {}, exact: {}, atMost: {}, oneOf: {}, deletes: [], keeps: [] },
    advice: { ratings: [], dataAgeMs: 0, notes: [] },
    ...{ blockers: [], reserves: undefined },
  };
}

export async function openBench(open: typeof openTestStore = openTestStore): Promise<Bench> {
  const opened = await open(createHandQueue);
  const { queue } = opened;
  const store: Store = opened.store;
  const clock = createFakeClock();
  const platform = createPretendPlatform(clock);
  const announced: string[] = [];
  const asked: string[] = [];
  const cancels = new Map<string, AbortController>();
  const capacities = new Map<string, number>();
  const loop: Loop = {
    ...{ store, clock, patience: PATIENCE, kinds: platform.kinds },
    announcer: {
      jobChanged: async (_tx, jobId) => void announced.push(jobId),
      jobTurned: async () => undefined,
      jobAsked: async (_tx, jobId, people) =>
        void asked.push(`${jobId} ${people.map(({ name }) => name).join(', ')}`),
    },
    capacityOf: (key) => capacities.get(key),
    cancelOf(stepId) {
      const cancel = new AbortController();
      cancels.set(stepId, cancel);
      return cancel;
    },
    stopSignal: new AbortController().signal,
    rest: (wait) => wait,
    isRightFresh: () => true,
    onError: () => undefined,
  };
  const transact = <A>(work: (tx: Tx) => Promise<A>) => store.transact(work);
  let jobs = 0;

  const bench: Bench = {
    ...{ store, clock, queue, platform, loop, cancels, capacities, announced, asked },
    createJob: ({ id = `job-${jobs + 1}`, requesterId = 'ann', steps }) =>
      transact(async (tx) => {
        jobs += 1;
        const own = { id, requestId: `request of ${id}`, planId: 'plan', requesterId };
        const named = { requesterName: requesterId, operation: 'test.run', targetIds: [] };
        await tx.reservations.put(toReservation(own.requestId, requesterId));
        await createJob(tx, loop, { ...own, ...named, number: jobs }, toPlan(steps));
        return (await tx.jobs.find(id)) as Job;
      }),
    async startJob(wish) {
      const job = await bench.createJob(wish);
      const start = { planId: 'plan', plan: toPlan(wish.steps), notes: [] };
      await transact((tx) => startJob(tx, loop, job.id, start));
      return job;
    },
    async deliver(parts = {}) {
      const taken = queue.take('step');
      if (!taken) return false;
      clock.advance(taken.delayMs);
      try {
        await carryOut({ ...loop, ...parts }, taken);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        queue.putBack(taken);
      }
      return true;
    },
    async deliverAll(parts) {
      for (let isMore = true; isMore; ) isMore = await bench.deliver(parts);
    },
    cancel: (jobId) => transact((tx) => cancelJob(tx, loop, jobId, 'carl')),
    gate: async (jobId) =>
      (await store.read((reads) => reads.jobs.listGates({ jobId, open: true })))[0],
    async answer(jobId, answer) {
      const gate = await bench.gate(jobId);
      if (!gate) throw new Error(`nothing is asked of ${jobId}`);
      return transact((tx) => answerGate(tx, loop, gate, { answer, personId: 'carl' }));
    },
    job: async (id) => (await store.read((reads) => reads.jobs.find(id))) as Job,
    step: async (id) => (await store.read((reads) => reads.jobs.findStep(id))) as Step,
    async states(jobId) {
      const steps = await store.read((reads) => reads.jobs.listSteps({ jobId }));
      return steps.map(({ key, state }) => `${key} ${state}`);
    },
    reservations: async () =>
      (await store.read((reads) => reads.reservations.list())).map(({ requestId }) => requestId),
    async auditEvents(jobId) {
      const rows = await store.read((reads) => reads.audit.list({ jobId, limit: 100 }));
      return rows.map(({ body }) => JSON.parse(body).event).toReversed();
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
  return bench;
}

function toReservation(requestId: string, personId: string) {
  return {
    ...{ requestId, personId, roleNames: [], connectionId: 'vc', places: [] },
    ...{ vms: 1, cpus: 1, memoryBytes: 1, diskBytes: 1 },
  };
}

/** Dies when the named seam is reached for the nth time. */
export function dieAtSeam(name: string, nth = 1): Pick<Loop, 'seam'> {
  let count = 0;
  return {
    seam(reached) {
      if (reached !== name) return;
      count += 1;
      if (count === nth) throw new Killed(name);
    },
  };
}

/** Dies at one edge of the nth commit; `isOver` says whether it came to that. */
export function dieAtCommit(store: Store, edge: 'before' | 'after', nth: number) {
  let commits = 0;
  const dying: Store = {
    ...store,
    async transact(work) {
      commits += 1;
      const isNow = commits === nth;
      const result = await store.transact(async (tx) => {
        const inner = await work(tx);
        if (isNow && edge === 'before') throw new Killed('before the commit');
        return inner;
      });
      if (isNow && edge === 'after') throw new Killed('after the commit');
      return result;
    },
  };
  return { store: dying, isOver: () => commits < nth };
}
