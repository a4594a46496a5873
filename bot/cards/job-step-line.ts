/** One step of a job's card: its mark, and what became of it or what it waits for. */
import type { Facts } from '#core/errors.ts';
import { connectionOf } from '#core/jobs/announce-standing.ts';
import type { GateAnswer, Step } from '#core/jobs/job.ts';
import type { PlanNote } from '#core/plan/plan.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { STEP_WORDS, toRemainsWords, toSettlingWords } from '../words/en/step-words.ts';
import { toDuration, toTime } from '../words/units.ts';
import type { StepLine } from './card.ts';
import { toLeftWords } from './drain-words.ts';
import type { JobFacts } from './job-card.ts';
import { toNoteWords } from './plan-blocks.ts';

type StepFacts = Pick<JobFacts, 'holders' | 'questionOf' | 'silentSince' | 'now' | 'timeZone'>;

const ANSWERED: Readonly<Partial<Record<GateAnswer, string>>> = {
  shut_down: 'it is to be shut down',
  power_off: 'it is to be powered off',
  save: 'it is to be saved',
  move: 'it is to be moved',
  leave: 'it is left as it is',
};

const toAnswered = ({ facts }: Step) => ANSWERED[facts?.answer as GateAnswer] ?? '';

const MARKS: Readonly<Record<Step['state'], StepLine['mark']>> = {
  blocked: 'waiting',
  waiting: 'waiting',
  ready: 'waiting',
  intended: 'running',
  started: 'running',
  unknown: 'unknown',
  asking: 'asking',
  done: 'done',
  done_with_warning: 'warning',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'skipped',
};

export function toStepLine(facts: StepFacts, step: Step): StepLine {
  const { state, percent, startedAt, endedAt } = step;
  const took =
    startedAt && endedAt ? toDuration(endedAt.getTime() - startedAt.getTime()) : undefined;
  const right = state === 'started' && percent !== null ? `${percent} %` : took;
  return { mark: MARKS[state], text: toStepText(facts, step), ...(right ? { right } : {}) };
}

function toStepText(facts: StepFacts, step: Step): string {
  const { holders, questionOf, now, timeZone } = facts;
  const words = toDeed(step);
  const reason = step.code ? ERROR_WORDS[step.code](nameObjects(step)) : '';
  switch (step.state) {
    case 'waiting': {
      const jobs = [...new Set(step.permits.flatMap((key) => holders.get(key) ?? []))].map(
        (number) => `J-${number}`,
      );
      const since = step.waitingSince ? `, since ${toTime(step.waitingSince, now, timeZone)}` : '';
      return `${words}: waits for its turn${jobs.length > 0 ? ` behind ${jobs.join(', ')}` : ''}${since}`;
    }
    case 'ready':
      return step.tries > 0 ? `${words}: tries again (${step.tries} so far). ${reason}` : words;
    case 'started': {
      const question = questionOf(step);
      const left = toWaitWords(step);
      if (question === undefined)
        return `${words}${left === undefined ? '' : `: ${left}`}${toSilence(facts, step)}`;
      return `${words}: waits, for its platform asks: ${question} Nothing answers it by itself; answer it at the vendor’s console.`;
    }
    case 'intended':
      return `${words}${toSilence(facts, step)}`;
    case 'unknown': {
      const sent = step.sentAt ? ` The order went out ${toTime(step.sentAt, now, timeZone)}.` : '';
      return `${words}: done or not, nobody knows yet. ${reason}${sent} Drover looks again and will not order it twice.`;
    }
    case 'asking':
      return `${words}: ${toWhy(step) ?? reason}`;
    case 'failed':
      return [`${words}: ${reason}`, ...toRemains(step)].join(' ');
    case 'done_with_warning':
      return `${words}: ${reason}`;
    case 'skipped':
      return `${words}: left out`;
    case 'cancelled':
      if (toRemains(step).length > 0) return [`${words}: cancelled.`, ...toRemains(step)].join(' ');
      return step.sentAt
        ? `${words}: cancelled. The platform was looked at afterwards: it is not done.`
        : `${words}: cancelled before it was ordered`;
    case 'done':
      if (step.facts?.isElsewhere)
        return `${words}: ${ERROR_WORDS.moved_elsewhere(nameObjects(step))}`;
      return step.facts?.answer === undefined ? words : `${words}: ${toAnswered(step)}`;
    default:
      return words;
  }
}

/** What was made and is not as wished is there all the same, and somebody's. */
function toRemains({ kind, facts }: Step): string[] {
  return kind === 'clone-vm' && facts?.handle !== undefined ? [toRemainsWords(facts)] : [];
}

/** How far it is, of steps that are followed for long without a percent of their own. */
function toWaitWords(step: Step): string | undefined {
  if (step.kind === 'drain-host') return toLeftWords(step);
  return step.kind === 'settle-host' ? toSettlingWords(step.facts) : undefined;
}

/** What is under way goes on there, for all that is known. */
function toSilence({ silentSince, now, timeZone }: StepFacts, step: Step): string {
  const since = silentSince(step);
  if (!since) return '';
  return `: ${connectionOf(step) ?? 'its platform'} does not answer, since ${toTime(since, now, timeZone)}. What became of it is read when it does.`;
}

/** Of a second try that found no host, the host of the first is not what it sought. */
export function toDeed({ kind, input, code }: Pick<Step, 'kind' | 'input' | 'code'>): string {
  const known = input as Record<string, unknown>;
  const shown = code === 'no_other_host' ? { ...known, hostName: undefined } : known;
  return (STEP_WORDS[kind] ?? (() => kind))(shown);
}

/** Whoever decides about a VM reads there why it is asked. */
function toWhy({ kind, code, input }: Step): string | undefined {
  const { why } = input as { readonly why?: PlanNote };
  return kind === 'ask-consent' && code === 'consent_needed' && why ? toNoteWords(why) : undefined;
}

interface Handled {
  readonly handle: string;
}

interface Named {
  readonly vm?: Handled;
  readonly template?: Handled;
  readonly name?: string;
  /** Of a move. */
  readonly host?: Handled;
  readonly hostName?: string;
  readonly from?: Handled;
  readonly fromName?: string;
}

/** A platform speaks of handles, which nobody knows. */
export function nameObjects({ facts, input }: Pick<Step, 'facts' | 'input'>): Facts {
  const { vm, template, name = '', host, hostName, from, fromName } = input as Named;
  const handle = facts?.vm;
  const hostHandle = facts?.host;
  const shown = { ...facts };
  if (handle !== undefined && handle === vm?.handle) shown.vm = name;
  if (handle !== undefined && handle === template?.handle) shown.vm = 'The template';
  if (hostHandle !== undefined && hostHandle === host?.handle && hostName) shown.host = hostName;
  if (hostHandle !== undefined && hostHandle === from?.handle && fromName) shown.host = fromName;
  return shown;
}
