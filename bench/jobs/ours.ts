/**
 * Ours, on the product's own store and queue.
 *
 * `equal` does what the peers do: the job is created with its first step due, and numbers, messages, audit, reservations,
 * the job's own wake-up, permits and what a new job's start reads of rights are left out. `full` is the product's way, with
 * all of them.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type OpenStore, openStore } from '#adapters/database/database.ts';
import { createClock } from '#adapters/machine/clock.ts';
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import type { ApprovalReads, ApprovalStore } from '#approvals/request-store.ts';
import { createAnnouncer } from '#bot/conversation/announcer.ts';
import { PATIENCE, type Scheduling } from '#core/jobs/loop.ts';
import { createJob, startJob } from '#core/jobs/schedule.ts';
import { createStepKinds, type StepKind } from '#core/jobs/step-kind.ts';
import { startWorker } from '#core/jobs/worker.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Announcer } from '#core/ports/announcer.ts';
import type { StartGate } from '#core/ports/start-gate.ts';
import type { NewJob, Tx } from '#core/ports/store.ts';
import { AT_ONCE, type Observer, type OpenSubject, STEP_KEYS, type Submit } from './subject.ts';

export const openOursEqual: OpenSubject = (place, observer) => openOurs(place, observer, 'equal');
export const openOursFull: OpenSubject = (place, observer) => openOurs(place, observer, 'full');

type Work = 'equal' | 'full';

async function openOurs(place: string, observer: Observer, work: Work): Promise<Submit> {
  const { store: whole, queue } = await openDatabase(place);
  const startedHere = new Set<string>();
  const store = wrap(whole, work, observer, startedHere);
  const kinds = createStepKinds([createNoop(observer, work)]);
  const announcer =
    work === 'full'
      ? createAnnouncer({
          newId: randomUUID,
          reach: { chats: new Set(), operators: [] },
        })
      : SILENT;
  const scheduling: Scheduling = { kinds, announcer, capacityOf: () => 1_000_000 };
  await startWorker({
    ...{ ...scheduling, store, queue, clock: createClock(), patience: PATIENCE },
    starting: { gate: OPEN_GATE, newId: randomUUID },
    concurrency: AT_ONCE,
    onError,
  });
  if (work === 'full')
    return (id) =>
      store.transact(async (tx) =>
        createJob(tx, scheduling, toJob(id, await tx.nextNumber('job')), PLAN),
      );
  let number = 0;
  return (id) =>
    store.transact(async (tx) => {
      // Numbers that people type have no peer either.
      number += 1;
      startedHere.add(id);
      await createJob(tx, scheduling, toJob(id, number), PLAN);
      await startJob(tx, scheduling, id, { planId: id, plan: PLAN, notes: [] });
    });
}

const onError = (error: unknown) => void process.stderr.write(`${String(error)}\n`);

function openDatabase(place: string): Promise<OpenStore> {
  return openStore(
    { url: place.startsWith('postgresql:') ? place : `sqlite:${place}`, connections: 10 },
    {
      async createQueue(handle) {
        if (handle.dialect === 'sqlite') return createEmbeddedQueue({ handle, onError });
        const { createPgBossQueue } = await import(
          '#adapters/work-queue-pg-boss/work-queue-pg-boss.ts'
        );
        return createPgBossQueue({ handle, onError });
      },
    },
  );
}

/** Tells the observer of ends, and takes out of each transaction what no peer writes. */
function wrap(
  store: ApprovalStore,
  work: Work,
  { ended }: Observer,
  startedHere: ReadonlySet<string>,
): ApprovalStore {
  return {
    ...store,
    // A new job's first step reads nothing in the product either: the start gate of its process has just looked.
    read: (inside, opening) =>
      startedHere.has(opening?.find ?? '') ? inside(AT_FIRST_STEP) : store.read(inside, opening),
    transact: (inside, opening) =>
      store.transact((tx) => {
        tell(tx);
        if (work === 'equal') strip(tx);
        return inside(tx);
      }, opening),
  };

  function tell(tx: Tx): void {
    const { change } = tx.jobs;
    exchange(tx.jobs, 'change', async (id, changes) => {
      await change(id, changes);
      if (changes.endedAt) tx.afterCommit(() => ended(id));
    });
  }
}

const nothing = async () => undefined;

/** What the look at rights asks of a job, as it is at its first step. */
const AT_FIRST_STEP = {
  jobs: {
    find: async (id: string) => ({ id, state: 'running', cancelAskedAt: null, code: null }),
    findStep: async () => ({ state: 'ready' }),
  },
} as unknown as ApprovalReads;

function strip(tx: Tx): void {
  const { enqueue } = tx;
  exchange(tx.audit, 'insert', nothing);
  exchange(tx.reservations, 'delete', nothing);
  // The start gate has no peer: the job is started where it is created.
  exchange(tx, 'enqueue', (wakeUps) => enqueue(wakeUps.filter(({ topic }) => topic === 'step')));
}

/** Each transaction has its own tables: at the least cost, for the peers have nothing like it. */
function exchange<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  name: Name,
  value: Whole[Name],
): void {
  Object.defineProperty(whole, name, { value });
}

const SILENT: Announcer = { jobChanged: nothing, jobTurned: nothing, jobAsked: nothing };

const OPEN_GATE: StartGate = {
  check: async () => ({
    ...{ verdict: 'go', plan: PLAN, notes: [] },
    confirm: async () => ({ plan: PLAN, notes: [] }),
  }),
  readStanding: async () => ({ standing: 'holds' }),
  listOperators: async () => [],
  giveUp: nothing,
};

/** Its effect is found by the step's token, as a platform keeps it. */
function createNoop({ act }: Observer, work: Work): StepKind<object> {
  const tokens = new Set<string>();
  return {
    ...{ name: 'noop', version: 1, input: z.looseObject({}), evidence: 'token' },
    ...{ settleMs: 2500, timeLimitMs: 60_000, usualMs: 1 },
    permits: () => (work === 'full' ? ['host:one', 'datastore:one'] : []),
    look: async (_input, { stepToken }) => ({ found: tokens.has(stepToken) ? 'done' : 'nothing' }),
    async act(_input, { stepToken }) {
      await act(stepToken.slice(0, stepToken.indexOf('/')));
      tokens.add(stepToken);
      return {};
    },
    verify: async () => ({ verdict: 'as_wished' }),
  };
}

function toJob(id: string, number: number): NewJob {
  return {
    ...{ id, number, requestId: `request-${id}`, planId: id, operation: 'bench.noop' },
    ...{ requesterId: 'ann', requesterName: 'Ann', targetIds: [] },
  };
}

const PLAN: Plan = {
  operation: 'bench.noop',
  targets: [],
  steps: STEP_KEYS.map((key, at) => ({
    ...{ key, kind: 'noop', version: 1, input: {} },
    after: STEP_KEYS.slice(Math.max(0, at - 1), at),
  })),
  bounds: { effects: {}, exact: {}, atMost: {}, oneOf: {}, deletes: [], keeps: [] },
  advice: { ratings: [], dataAgeMs: 0, notes: [] },
  blockers: [],
  reserves: undefined,
};
