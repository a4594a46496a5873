/**
 * Reads again, while a job runs, whether whoever it goes by may still ask for it (H26): each minute, and before a step
 * begins. What the directory said is settled in one transaction, behind the job's lock.
 *
 * Two series of wake-ups, both of topic `job`: one each minute for as long as the job runs, and one for as long as it is
 * held, which asks a silent directory again and ends a question at its deadline.
 */
import type { Clock } from '../ports/clock.ts';
import type { Standing, StartGate } from '../ports/start-gate.ts';
import type { Store, Tx } from '../ports/store.ts';
import { advance } from './advance.ts';
import { closeLateHold } from './answer-hold.ts';
import {
  askAboutHold,
  closeQuestions,
  findQuestion,
  goesBy,
  HOLD_WITHIN_MS,
  isHeld,
  isHeldLong,
  isLost,
  keepFacts,
  RIGHTS_UNKNOWN,
} from './hold.ts';
import { isNotStarted, isTidy, type Job } from './job.ts';
import type { Scheduling } from './loop.ts';

export const READ_RIGHTS_EVERY_MS = 60_000;
const HELD = '#held';

export interface RightsOptions {
  readonly store: Store;
  readonly gate: Pick<StartGate, 'readStanding' | 'listOperators'>;
  readonly scheduling: Scheduling;
  readonly clock: Clock;
  /** How long a reading counts, and how often a silent directory is asked again, in milliseconds. */
  readonly rightsMs: number;
  readonly seam?: ((name: string) => Promise<void> | void) | undefined;
}

/** Carries out one wake-up of topic `job` of a job that has started. */
export function watchRights(options: RightsOptions, key: string): Promise<void> {
  return key.endsWith(HELD) ? watchHold(options, key) : watchEachMinute(options, key);
}

async function watchEachMinute(options: RightsOptions, key: string): Promise<void> {
  const { store } = options;
  const job = await store.read((reads) => reads.jobs.find(key));
  if (!isUnderWay(job)) return;
  // While it is held the other series looks.
  if (!isHeld(job)) await readRights(options, job);
  await store.transact(async (tx) => {
    if (isUnderWay(await tx.jobs.lock(key)))
      await tx.enqueue([{ topic: 'job', key, delayMs: READ_RIGHTS_EVERY_MS }]);
  });
}

async function watchHold(options: RightsOptions, key: string): Promise<void> {
  const { store } = options;
  const jobId = key.slice(0, -HELD.length);
  const job = await store.read((reads) => reads.jobs.find(jobId));
  if (!(job && isHeld(job))) return;
  if (!isLost(job)) await readRights(options, job);
  await store.transact(async (tx) => {
    const now = await tx.jobs.lock(jobId);
    if (!(now && isHeld(now))) return;
    const delayMs = await closeIfLate(tx, options, now);
    if (delayMs !== undefined) await tx.enqueue([{ topic: 'job', key, delayMs }]);
  });
}

/** Answers when it is looked at again; undefined when its question was over, and it with that. */
async function closeIfLate(
  tx: Tx,
  { scheduling, rightsMs }: RightsOptions,
  job: Job,
): Promise<number | undefined> {
  if (isLost(job)) return closeLateHold(tx, scheduling, job);
  // Nobody is asked yet.
  if (!(await findQuestion(tx, job.id))) return rightsMs;
  const leftMs = await closeLateHold(tx, scheduling, job);
  return leftMs && Math.min(leftMs, rightsMs);
}

/** Answers what the directory said. */
export async function readRights(options: RightsOptions, job: Job): Promise<Standing> {
  const { store, gate, seam } = options;
  const standing = await gate.readStanding(job);
  await seam?.('rights_read');
  // As it was before: nothing to write. One that another reading has held meanwhile is looked at in its own series.
  if (standing.standing === 'holds' && !isHeld(job)) return standing;
  const said = await withOperators(options, job, standing);
  await store.transact((tx) => settle(tx, options, job, said));
  return standing;
}

/** Not at each reading: whoever has a group read has it read member by member. */
async function withOperators(
  { store, gate }: RightsOptions,
  job: Job,
  standing: Standing,
): Promise<Standing> {
  if (standing.standing !== 'unknown' || !isHeld(job)) return standing;
  const isDue = await store.read(
    async (reads) => isHeldLong(job, reads.now) && !(await findQuestion(reads, job.id)),
  );
  return isDue ? { ...standing, asks: await gate.listOperators() } : standing;
}

async function settle(
  tx: Tx,
  options: RightsOptions,
  asked: Job,
  standing: Standing,
): Promise<void> {
  const { scheduling } = options;
  const job = await tx.jobs.lock(asked.id);
  // By now it may go by somebody else, of whom nothing was read, or be asked about.
  if (!isUnderWay(job) || isLost(job) || goesBy(job).id !== goesBy(asked).id) return;
  if (standing.standing === 'lost') {
    await hold(tx, options, job, standing);
  } else if (standing.standing === 'unknown') {
    if (isHeld(job)) await askIfLong(tx, scheduling, job, standing);
    else await hold(tx, options, job, standing);
  } else if (isHeld(job)) {
    const facts = keepFacts(job);
    await closeQuestions(tx, job.id, { answer: 'go_on', personId: null });
    await tx.jobs.change(job.id, { code: null, facts });
    await tx.audit.insert({ event: 'job_goes_on', jobId: job.id, facts: {} });
    await advance(tx, scheduling, { ...job, code: null, facts });
  }
}

function isUnderWay(job: Job | undefined): job is Job {
  return job?.state === 'running' && job.cancelAskedAt === null;
}

async function hold(
  tx: Tx,
  { scheduling, rightsMs }: RightsOptions,
  job: Job,
  standing: Exclude<Standing, { standing: 'holds' }>,
): Promise<void> {
  const steps = await tx.jobs.listSteps({ jobId: job.id });
  // All that it does is in hand: nothing is left to be kept from beginning.
  if (!steps.some((step) => isNotStarted(step.state) && !isTidy(step))) return;
  const isLoss = standing.standing === 'lost';
  const code = isLoss ? standing.code : RIGHTS_UNKNOWN;
  const why = isLoss ? standing.facts : { cause: standing.code };
  const facts = { ...keepFacts(job), ...why, heldSince: tx.now.toISOString() };
  await tx.jobs.change(job.id, { code, facts });
  if (isLoss) await askAboutHold(tx, job, standing.code);
  await tx.audit.insert({ event: 'job_held', jobId: job.id, facts: { code, ...why } });
  const delayMs = isLoss ? HOLD_WITHIN_MS : rightsMs;
  // What is held already has its series of wake-ups.
  if (!isHeld(job)) await tx.enqueue([{ topic: 'job', key: `${job.id}${HELD}`, delayMs }]);
  await advance(tx, scheduling, { ...job, code, facts });
  // Steps before cards, as whoever claims one of them this instant: neither waits for the other.
  if (isLoss) await scheduling.announcer.jobAsked(tx, job.id, standing.asks);
}

/** Where the directory is silent of everybody, nobody is asked by name: the operators' channel is. */
async function askIfLong(
  tx: Tx,
  { announcer }: Scheduling,
  job: Job,
  { code, asks = [] }: Extract<Standing, { standing: 'unknown' }>,
): Promise<void> {
  if (!isHeldLong(job, tx.now) || (await findQuestion(tx, job.id))) return;
  await askAboutHold(tx, job, code);
  await tx.audit.insert({ event: 'gate_opened', jobId: job.id, facts: { step: job.id, code } });
  await announcer.jobChanged(tx, job.id);
  await announcer.jobAsked(tx, job.id, asks);
}
