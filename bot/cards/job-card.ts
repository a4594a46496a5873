/** The live card of a job: every step with its mark, what it waits for, and what can be done next. */
import type { Request, Vote } from '#approvals/request-store.ts';
import type { Gate, GateAnswer, Job, Step } from '#core/jobs/job.ts';
import type { StepKinds } from '#core/jobs/step-kind.ts';
import type { Plan } from '#core/plan/plan.ts';
import { quoteWord } from '../grammar/quote.ts';
import { END_WORDS, fillWords } from '../words/en/rights-words.ts';
import { toDuration } from '../words/units.ts';
import type { Block } from './card.ts';
import { toDeedWords } from './deed-words.ts';
import type { Draft, DraftAction } from './draft.ts';
import { toStepLine } from './job-step-line.ts';
import { planDetails, toRatingWords } from './plan-blocks.ts';
import { runButton } from './refusal-card.ts';

export interface JobFacts {
  readonly job: Job;
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly plan: Plan;
  /** The plan that people agreed to, where the job was started by another inside its bounds. */
  readonly approved?: Plan | undefined;
  readonly request?: Request | undefined;
  readonly votes: readonly Vote[];
  readonly kinds: StepKinds;
  /** What the viewer may do with it. */
  readonly may: { readonly cancel: boolean; readonly answer: boolean };
  /** Open jobs that hold what a waiting step needs, by permit key. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
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
  connect: 'Connecting',
  disconnect: 'Disconnecting',
};

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
      ...differsBlocks(facts),
      ...(isOpen ? [{ block: 'progress', percent } as const] : []),
      ...(job.state === 'starting' ? [{ block: 'text', text: toStartWords(facts) } as const] : []),
      { block: 'steps', steps: facts.steps.map((step) => toStepLine(facts, step)) },
      ...endBlocks(facts),
    ],
    actions: isOpen ? openActions(facts) : endedActions(facts),
    details: planDetails(plan),
  };
}

function toTone({ job, steps }: JobFacts): Draft['tone'] {
  if (job.state === 'done') return 'good';
  if (job.state === 'failed') return 'bad';
  if (job.state === 'starting' || job.state === 'running') {
    return steps.some(({ state }) => state === 'unknown' || state === 'asking')
      ? 'warning'
      : 'busy';
  }
  return 'warning';
}

function toStateWords(facts: JobFacts): string {
  const { job, steps } = facts;
  if (job.state === 'running') {
    if (steps.some(({ state }) => state === 'asking')) return 'needs an operator';
    if (steps.some(({ state }) => state === 'unknown')) return 'looking';
    if (job.cancelAskedAt) return 'stopping';
    return `${toPercent(facts)} %`;
  }
  return job.state === 'done_with_warning' ? 'done, with a warning' : job.state;
}

/** Steps weighed by how long each kind usually takes; a running one counts by what its platform says. */
function toPercent({ job, steps, kinds }: JobFacts): number {
  if (job.state === 'done' || job.state === 'done_with_warning') return 100;
  const weights = steps.map(({ kind, version }) => kinds.find(kind, version)?.usualMs ?? 1000);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const done = steps.reduce((sum, step, at) => sum + toShare(step) * (weights[at] ?? 0), 0);
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

function endBlocks({ job, steps }: JobFacts): Block[] {
  if (job.endedAt === null) return [];
  const took = toDuration(job.endedAt.getTime() - job.createdAt.getTime());
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

const ANSWER_LABELS: Readonly<Record<GateAnswer, string>> = {
  happened: 'It happened',
  did_not_happen: 'It did not happen',
  look_again: 'Look again',
};

function openActions({ job, gates, may }: JobFacts): DraftAction[] {
  const open = may.answer ? gates.filter(({ answer }) => answer === null) : [];
  const answers = open.flatMap(({ id, choices }) =>
    choices.map(
      (choice): DraftAction => ({
        ...{
          verb: 'answer_gate',
          args: { gateId: id, answer: choice },
          label: ANSWER_LABELS[choice],
          style: 'normal',
        },
      }),
    ),
  );
  const confirm = `Stop J-${job.number}? What is under way is stopped where the platform can, and the end is read back.`;
  const cancel: DraftAction = {
    verb: 'cancel_job',
    args: { jobId: job.id },
    label: 'Cancel…',
    style: 'normal',
    confirm,
  };
  return may.cancel && !job.cancelAskedAt ? [...answers, cancel] : answers;
}

function endedActions({ job, plan, request }: JobFacts): DraftAction[] {
  const name = plan.bounds.exact.name ?? plan.targets[0]?.name;
  if (job.state === 'superseded' && request)
    return [runButton(`approval show R-${request.number}`)];
  if (!name || job.operation === 'vm.delete' || job.state !== 'done') return [];
  return [runButton(`vm show ${quoteWord(name)}`)];
}
