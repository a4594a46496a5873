/** Draws the live card of a job for one reader, from what the store holds now. */
import type { Vote } from '#approvals/request-store.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { connectionOf } from '#core/jobs/announce-standing.ts';
import { isHeld } from '#core/jobs/hold.ts';
import { type Job, STEP_CLAIMED, type Step } from '#core/jobs/job.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Account } from '#core/ports/directory.ts';
import type { Reads } from '#core/ports/store.ts';
import { authorize } from '#core/rights/authorize.ts';
import { authorizeEach, type Place } from '#core/rights/authorize-each.ts';
import { type JobFacts, jobCard } from '../cards/job-card.ts';
import { decideConsent } from '../conversation/consent.ts';
import { judgeTakeOver } from '../conversation/take-over.ts';
import type { House } from '../house.ts';
import type { DrawnDraft } from './draw-subject.ts';
import { readLeftMs } from './read-left.ts';

export async function drawJob(
  house: House,
  id: string,
  viewer: Account,
): Promise<DrawnDraft | undefined> {
  const { store, scheduling, timeZone } = house;
  const reading = await store.read(async (reads) => {
    const job = await reads.jobs.find(id);
    const stored = job && (await reads.plans.find(job.planId));
    if (!job || !stored) return undefined;
    const request = await reads.requests.find(job.requestId);
    const votes = request ? await reads.requests.listVotes(request.id, request.revision) : [];
    const isOther = job.startedAt && request && request.planId !== job.planId;
    const approved = isOther ? (await reads.plans.find(request.planId))?.plan : undefined;
    const steps = await reads.jobs.listSteps({ jobId: id });
    const gates = await reads.jobs.listGates({ jobId: id });
    const tries = await reads.jobTries.list(id);
    const isUnderWay = steps.some(({ state }) => STEP_CLAIMED.some((one) => one === state));
    return {
      connections: isUnderWay ? await reads.connections.list() : [],
      job,
      plan: stored.plan,
      approved,
      request,
      votes,
      steps,
      gates,
      tries,
      holders: await readHolders(reads, steps),
      leftMs: await readLeftMs(reads, { job, plan: stored.plan, steps }, scheduling),
      now: reads.now,
    };
  });
  if (!reading) return undefined;
  const { request } = reading;
  const takeOver = isHeld(reading.job)
    ? judgeTakeOver(house, reading.job, request, viewer)
    : undefined;
  const allowed = whatMay(house, reading.job, reading.plan, viewer, reading.votes);
  const may = {
    ...allowed,
    retry: allowed.retry && isYoungEnough(house, reading),
    takeOver: takeOver?.allowed === true,
  };
  const { connections, ...drawn } = reading;
  // What was written with this change of the card may not have come to the index yet.
  if (connections.length > 0) await house.sync.feed.catchUp();
  const questionOf = (step: Step) => findQuestion(house, step);
  const silentSince = (step: Step) =>
    connections.find((one) => one.id === connectionOf(step))?.failingSince ?? undefined;
  const draft = jobCard({
    ...{ ...drawn, kinds: scheduling.kinds, may, questionOf, silentSince, timeZone },
  });
  const { job } = reading;
  const isOpen = job.state === 'starting' || job.state === 'running';
  return { draft, revision: 1, subject: { kind: 'job', label: `J-${job.number}`, isOpen } };
}

/** A button that would be refused for its age is none. */
function isYoungEnough(
  { retryWithinMs }: House,
  { job, now }: { readonly job: Job; readonly now: Date },
): boolean {
  return now.getTime() - job.createdAt.getTime() <= retryWithinMs;
}

/** What a platform asks in the middle of a step, as last read (H16). */
function findQuestion({ index }: Pick<House, 'index'>, { input, jobId }: Step): string | undefined {
  const { vm, connectionId, name, madeBy } = input as {
    readonly vm?: { connectionId: string; identity: string };
    readonly connectionId?: string;
    readonly name?: string;
    /** Key of the step of the same job that made it. */
    readonly madeBy?: string;
  };
  if (vm) return index.byIdentity(vm.connectionId, 'vm', vm.identity)[0]?.body.question;
  if (madeBy === undefined || name === undefined) return undefined;
  const isMade = ({ body }: EstateObject<'vm'>) => body.stepToken === `${jobId}/${madeBy}`;
  return index.byName('vm', name, connectionId).find(isMade)?.body.question;
}

/** By permit that one of these steps waits for: the numbers of the jobs that hold it. */
async function readHolders(
  { jobs }: Pick<Reads, 'jobs'>,
  steps: readonly Step[],
): Promise<Map<string, number[]>> {
  const holders = new Map<string, number[]>();
  const waiting = steps.filter(({ state }) => state === 'waiting');
  const wanted = new Set(waiting.flatMap(({ permits }) => permits));
  if (wanted.size === 0) return holders;
  const numbers = new Map<string, number | undefined>();
  for (const { permits, jobId } of await jobs.listPermitSteps('holding')) {
    const held = permits.filter((key) => wanted.has(key));
    if (held.length === 0) continue;
    if (!numbers.has(jobId)) numbers.set(jobId, (await jobs.find(jobId))?.number);
    const number = numbers.get(jobId);
    if (number === undefined) continue;
    for (const key of held) holders.set(key, [...(holders.get(key) ?? []), number]);
  }
  return holders;
}

/** Who asked may stop it; until the first act also who agreed (H23); others by the right `job.cancel`. Retrying is alike. */
export function whatMay(
  house: Pick<House, 'rules' | 'index'>,
  job: Job,
  plan: Plan,
  person: Account,
  votes: readonly Vote[],
): Omit<JobFacts['may'], 'takeOver'> {
  const places = listPlacesOfPlan(house, plan);
  const may = (action: string) => {
    const decision = authorizeEach({ person, action }, places, house.rules.roles);
    return (decision?.rights ?? authorize({ person, action }, house.rules.roles)).allowed;
  };
  const isOwn = job.requesterId === person.id;
  const hasAgreed =
    job.state === 'starting' &&
    votes.some(({ personId, word }) => personId === person.id && word === 'approve');
  return {
    cancel: (isOwn && may('job.show')) || hasAgreed || may('job.cancel'),
    retry: (isOwn && may('job.show')) || may('job.retry'),
    answer: may('job.answer'),
    consent: (step, answer) => decideConsent(house, { step, answer, person }).decision.allowed,
  };
}

/** Who may stop what is done to several VMs may do so on every one. */
function listPlacesOfPlan({ index }: Pick<House, 'index'>, { targets, bounds }: Plan): Place[] {
  const vms =
    targets[0]?.kind === 'vm' ? targets.flatMap(({ id }) => index.get('vm', id) ?? []) : [];
  if (vms.length > 0) return vms.map((vm) => ({ scope: scopeOf(index, vm) }));
  const [first] = targets;
  const group = first?.kind === 'host' || first?.kind === 'cluster' ? first : undefined;
  const found = group && index.get(group.kind, group.id);
  if (found) return [{ scope: scopeOf(index, found) }];
  const connectionId = bounds.exact.connection;
  if (!connectionId) return [];
  const unknown = { clusterName: undefined, folderPath: undefined, ownerId: null };
  return [{ scope: { connectionId, ...unknown } }];
}
