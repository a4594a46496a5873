/** One step of a job's card: its mark, and what became of it or what it waits for. */
import type { Facts } from '#core/errors.ts';
import type { Step } from '#core/jobs/job.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { STEP_WORDS } from '../words/en/step-words.ts';
import { toDuration, toTime } from '../words/units.ts';
import type { StepLine } from './card.ts';
import type { JobFacts } from './job-card.ts';

type StepFacts = Pick<JobFacts, 'holders' | 'now' | 'timeZone'>;

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

function toStepText({ holders, now, timeZone }: StepFacts, step: Step): string {
  const words = (STEP_WORDS[step.kind] ?? (() => step.kind))(step.input as Record<string, unknown>);
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
    case 'unknown': {
      const sent = step.sentAt ? ` The order went out ${toTime(step.sentAt, now, timeZone)}.` : '';
      return `${words}: done or not, nobody knows yet. ${reason}${sent} Drover looks again and will not order it twice.`;
    }
    case 'asking':
      return `${words}: ${reason}`;
    case 'failed':
    case 'done_with_warning':
      return `${words}: ${reason}`;
    case 'skipped':
      return `${words}: left out`;
    case 'cancelled':
      return step.sentAt
        ? `${words}: cancelled. The platform was looked at afterwards: it is not done.`
        : `${words}: cancelled before it was ordered`;
    default:
      return words;
  }
}

type Named = Readonly<
  Partial<Record<'vm' | 'template', { readonly handle: string }> & Record<'name', string>>
>;

/** A platform speaks of handles, which nobody knows. */
function nameObjects({ facts, input }: Step): Facts {
  const { vm, template, name = '' } = input as Named;
  const handle = facts?.vm;
  if (handle !== undefined && handle === vm?.handle) return { ...facts, vm: name };
  if (handle !== undefined && handle === template?.handle) return { ...facts, vm: 'The template' };
  return facts ?? {};
}
