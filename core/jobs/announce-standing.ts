/**
 * What a platform asks in the middle of a step, and that it does not answer at all, shows on the job's card by itself
 * (H16): told once a change, in the transaction that writes it.
 */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { Reconciled } from '../inventory/reconcile.ts';
import type { Announcer } from '../ports/announcer.ts';
import type { EstateWrite, Tx } from '../ports/store.ts';
import { announceAll } from './advance.ts';
import { type Job, STEP_CLAIMED, type Step, toJobId } from './job.ts';

export interface StandingParts {
  readonly index: Pick<EstateIndex, 'get'>;
  readonly announcer: Pick<Announcer, 'jobChanged'>;
}

/** The index stands as it did before these writes. */
export async function announceQuestions(
  parts: StandingParts,
  tx: Tx,
  { writes }: Pick<Reconciled, 'writes'>,
): Promise<void> {
  const turned = writes.filter((write) => hasTurned(parts.index, write));
  const open = await tx.jobs.listOpenOn(turned.map(({ id }) => id));
  const made = await listMakers(tx, turned);
  await announceAll(
    tx,
    parts,
    [...open, ...made].map(({ id }) => id),
  );
}

/** No plan names a VM that it makes: its job is known by the token that it bears. */
async function listMakers({ jobs }: Tx, writes: readonly EstateWrite[]): Promise<Job[]> {
  const makers: Job[] = [];
  for (const { body } of writes) {
    const { stepToken } = body as { readonly stepToken?: string };
    const job = stepToken && (await jobs.find(toJobId(stepToken)));
    if (job && job.endedAt === null) makers.push(job);
  }
  return makers;
}

function hasTurned(index: StandingParts['index'], { kind, id, body }: EstateWrite): boolean {
  if (kind !== 'vm') return false;
  const { question } = body as { readonly question?: string };
  return index.get('vm', id)?.body.question !== question;
}

/** It stopped answering, or answers again: of interest where something is under way on it. */
export async function announceSilence(
  parts: Pick<StandingParts, 'announcer'>,
  tx: Tx,
  connectionId: string,
): Promise<void> {
  const steps = await tx.jobs.listSteps({ states: STEP_CLAIMED });
  const here = steps.filter((step) => connectionOf(step) === connectionId);
  await announceAll(
    tx,
    parts,
    here.map(({ jobId }) => jobId),
  );
}

/** One that makes a VM, or acts on one that its job has made, has no VM to name. */
type Acting = Readonly<
  Partial<Record<'vm' | 'host', { readonly connectionId?: string }>> & {
    connectionId?: string;
  }
>;

/** The connection of what it acts on. */
export function connectionOf({ input }: Pick<Step, 'input'>): string | undefined {
  const { vm, host, connectionId } = input as Acting;
  return vm?.connectionId ?? host?.connectionId ?? connectionId;
}
