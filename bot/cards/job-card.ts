/** The live card of a job: every step with its mark, what it waits for, and what can be done next. */
import type { Request, Vote } from '#approvals/request-store.ts';
import type { Gate, GateAnswer, Job, Step } from '#core/jobs/job.ts';
import type { JobTry } from '#core/jobs/job-try.ts';
import type { StepKinds } from '#core/jobs/step-kind.ts';
import type { Plan } from '#core/plan/plan.ts';
import { END_WORDS, fillWords } from '../words/en/rights-words.ts';
import { toDeadline, toDuration, toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import { roundedBlocks } from './change-blocks.ts';
import { toDeedWords } from './deed-words.ts';
import type { Draft } from './draft.ts';
import { heldBlocks, isOfJob, toHeldState } from './held-blocks.ts';
import { endedActions, openActions } from './job-actions.ts';
import { isUnneeded, toMovedWords, toStepLines } from './job-moves.ts';
import { planDetails, toNoteWords, toRatingWords } from './plan-blocks.ts';
import { isStopHindered, stoppingBlocks, toStoppingState } from './stopping-blocks.ts';
import { retriedBlocks, retryActions, triesBlocks } from './tries-blocks.ts';

export interface JobFacts {
  readonly job: Job;
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly plan: Plan;
  /** The plan that people agreed to, where the job was started by another inside its bounds. */
  readonly approved?: Plan | undefined;
  readonly request?: Request | undefined;
  readonly votes: readonly Vote[];
  /** How it had ended before it was retried, oldest first. */
  readonly tries: readonly JobTry[];
  readonly kinds: StepKinds;
  /** What the viewer may do with it. */
  readonly may: {
    readonly cancel: boolean;
    readonly retry: boolean;
    readonly answer: boolean;
    /** Whether the job may go on by this person's word and right. */
    readonly takeOver: boolean;
    /** Whether this may be said of the VM of that step. */
    consent(step: Step, answer: GateAnswer): boolean;
  };
  /** What the platform asks about the VM of that step. */
  questionOf(step: Step): string | undefined;
  /** Since when the platform of that step does not answer. */
  silentSince(step: Step): Date | undefined;
  /** Open jobs that hold what a waiting step needs, by permit key. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
  /** How long it still takes, in milliseconds; undefined where nobody can tell. */
  readonly leftMs?: number | undefined;
  readonly now: Date;
  readonly timeZone: string;
}

const DOING: Readonly<Record<string, string>> = {
  create: 'Creating',
  start: 'Starting',
  shutdown: 'Shutting down',
  stop: 'Stopping',
  save: 'Saving',
  pause: 'Pausing',
  resume: 'Resuming',
  delete: 'Deleting',
  add: 'Adding',
  take: 'Taking',
  bring: 'Bringing',
  connect: 'Connecting',
  disconnect: 'Disconnecting',
  migrate: 'Migrating',
  empty: 'Emptying',
  end: 'Ending',
  balance: 'Balancing',
};

/** What is over sooner is over before it is read. */
const WORTH_SAYING_MS = 60_000;

export function jobCard(facts: JobFacts): Draft {
  const { job, plan } = facts;
  const [verb = '', ...names] = toDeedWords(plan).split(' ');
  const title = `${DOING[verb] ?? verb} ${names.join(' ')}`;
  const state = toStateWords(facts);
  const percent = toPercent(facts);
  const isOpen = job.state === 'starting' || job.state === 'running';
  return {
    ...{
      title,
      state: `J-${job.number} · ${state}`,
      tone: toTone(facts),
      summary: `J-${job.number} ${title}: ${state}`,
    },
    body: [
      { block: 'text', weight: 'quiet', text: toWhomWords(facts) },
      ...retriedBlocks(facts),
      ...differsBlocks(facts),
      ...roundedBlocks(plan),
      ...(isOpen ? [{ block: 'progress', percent } as const] : []),
      ...(job.state === 'starting' ? [{ block: 'text', text: toStartWords(facts) } as const] : []),
      { block: 'steps', steps: toStepLines(facts) },
      ...stoppingBlocks(facts),
      ...leftBlocks(facts),
      ...heldBlocks(facts),
      ...consentBlocks(facts),
      ...endBlocks(facts),
    ],
    actions: isOpen ? openActions(facts) : [...retryActions(facts), ...endedActions(facts)],
    details: [...triesBlocks(facts), ...planDetails(plan)],
  };
}

/** A card is redrawn when something changes and not by the minute: it names a time. */
function leftBlocks({ leftMs = 0, now, timeZone }: JobFacts): Block[] {
  if (leftMs < WORTH_SAYING_MS) return [];
  const end = new Date(now.getTime() + leftMs);
  return [{ block: 'text', weight: 'quiet', text: `ends about ${toTime(end, now, timeZone)}` }];
}

/** Until when somebody may say it, and what is done if nobody does. */
function consentBlocks({ gates, now, timeZone }: JobFacts): Block[] {
  const [until] = gates
    .flatMap((gate) => (gate.answer === null && gate.until && !isOfJob(gate) ? [gate.until] : []))
    .toSorted((a, b) => Number(a) - Number(b));
  if (!until) return [];
  const text = `Answers until ${toDeadline(until, now, timeZone)}; nothing is done to it by itself.`;
  return [{ block: 'text', weight: 'strong', text }];
}

function toTone(facts: JobFacts): Draft['tone'] {
  const { job, steps } = facts;
  if (job.state === 'done') return 'good';
  if (job.state === 'failed') return 'bad';
  if (job.state === 'starting' || job.state === 'running') {
    if (toHeldState(facts) || isStopHindered(facts)) return 'warning';
    return steps.some(({ state }) => state === 'unknown' || state === 'asking')
      ? 'warning'
      : 'busy';
  }
  return 'warning';
}

function toStateWords(facts: JobFacts): string {
  const { job, steps } = facts;
  if (job.state === 'running') {
    const moved = toMovedWords(steps);
    const held = toHeldState(facts);
    if (held) return moved ? `${moved}, ${held}` : held;
    if (isConsentAsked(facts)) return moved ? `${moved}, needs an answer` : 'needs an answer';
    if (steps.some(({ state }) => state === 'asking')) return 'needs an operator';
    if (steps.some(({ state }) => state === 'unknown')) return 'looking';
    if (job.cancelAskedAt) return toStoppingState(facts);
    return moved ?? `${toPercent(facts)} %`;
  }
  return job.state === 'done_with_warning' ? 'done, with a warning' : job.state;
}

function isConsentAsked({ steps }: JobFacts): boolean {
  const asking = steps.filter(({ state }) => state === 'asking');
  return asking.length > 0 && asking.every(({ code }) => code === 'consent_needed');
}

/** Steps weighed by how long each kind usually takes; a running one counts by what its platform says. */
function toPercent({ job, steps, kinds }: JobFacts): number {
  if (job.state === 'done' || job.state === 'done_with_warning') return 100;
  const needed = steps.filter((step) => !isUnneeded(step));
  const weights = needed.map(({ kind, version }) => kinds.find(kind, version)?.usualMs ?? 1000);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const done = needed.reduce((sum, step, at) => sum + toShare(step) * (weights[at] ?? 0), 0);
  return total === 0 ? 0 : Math.min(99, Math.floor((done / total) * 100));
}

function toShare({ state, percent }: Step): number {
  if (state === 'done' || state === 'done_with_warning') return 1;
  return state === 'started' || state === 'unknown' ? (percent ?? 0) / 100 : 0;
}

/** `for Ann Berg · agreed by Bob Stein, Eva Lang · prod-vc`. */
function toWhomWords({ job, request, votes, plan }: JobFacts): string {
  const agreed = votes
    .filter(({ word, voidCode }) => word === 'approve' && voidCode === null)
    .map(({ personName }) => personName);
  // Votes that are void by now are nobody's word, and not the rule's either.
  const byRule = request?.stages.length === 0 ? 'agreed by rule' : '';
  const by = agreed.length > 0 ? `agreed by ${agreed.join(', ')}` : byRule;
  return [`for ${job.requesterName}`, by, plan.bounds.exact.connection].filter(Boolean).join(' · ');
}

/** Inside the bounds no new vote is needed, and what differs is said. */
function differsBlocks({ plan, approved }: JobFacts): Block[] {
  const dropped = plan.advice.notes.filter(({ code }) => code === 'moves_dropped');
  if (dropped.length > 0)
    return dropped.map((note): Block => ({ block: 'text', text: toNoteWords(note) }));
  const [was, is] = [approved?.advice.place, plan.advice.place].map(
    (place) => place && toRatingWords(place),
  );
  if (!was || !is || was === is) return [];
  return [{ block: 'text', text: `Inside what was agreed: ${is} instead of ${was}.` }];
}

function toStartWords({ job }: JobFacts): string {
  if (!job.code) return 'Checking once more who asked, who agreed, and that the plan still fits.';
  return `Waits to start: ${fillWords(END_WORDS[job.code] ?? job.code, job.facts)}`;
}

function endBlocks({ job, steps, tries }: JobFacts): Block[] {
  if (job.endedAt === null) return [];
  const beganAt = tries.at(-1)?.retriedAt ?? job.createdAt;
  const took = toDuration(job.endedAt.getTime() - beganAt.getTime());
  const why = job.code ? fillWords(END_WORDS[job.code] ?? job.code, job.facts) : '';
  const isCut = steps.some(({ state }) => state === 'failed' || state === 'cancelled');
  const left =
    isCut && steps.some(({ state }) => state === 'done' || state === 'done_with_warning');
  const lines = [
    ...(why ? [why.charAt(0).toUpperCase() + why.slice(1)] : []),
    ...(left ? ['What was done before is not undone.'] : []),
    `took ${took}`,
  ];
  return [{ block: 'text', weight: 'quiet', text: lines.join(' · ') }];
}
