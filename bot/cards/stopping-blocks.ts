/**
 * A job that was told to stop and cannot yet: what its platform asks, who answers that, and that it ends then (H16); and
 * what was said to a cancel that its platform did not take (H18).
 */
import { connectionOf } from '#core/jobs/announce-standing.ts';
import { type CancelAnswer, readCancelAnswer } from '#core/jobs/cancel-answer.ts';
import type { Step } from '#core/jobs/job.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { STOPPING_WORDS, toNotTakenWords } from '../words/en/stopping-words.ts';
import { toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import type { JobFacts } from './job-card.ts';
import { nameObjects, toDeed } from './job-step-line.ts';

type StoppingFacts = Pick<JobFacts, 'job' | 'steps' | 'questionOf' | 'now' | 'timeZone'>;
type StoppingState = Pick<StoppingFacts, 'job' | 'steps' | 'questionOf'>;

/** More of them say nothing more. */
const SHOWN = 3;

/** Beside its state, where nothing else is to be waited for. */
export function toStoppingState(facts: StoppingState): string {
  if (listAsked(facts).length > 0) return STOPPING_WORDS.needsAnswer;
  return isCancelNotTaken(facts) ? STOPPING_WORDS.notTaken : STOPPING_WORDS.stopping;
}

/** It does not stop by itself: somebody has to see to it. */
export function isStopHindered(facts: StoppingState): boolean {
  return listAsked(facts).length > 0 || isCancelNotTaken(facts);
}

export function isCancelNotTaken(facts: Pick<StoppingState, 'job' | 'steps'>): boolean {
  return listNotTaken(facts).length > 0;
}

export function stoppingBlocks(facts: StoppingFacts): Block[] {
  return [...questionBlocks(facts), ...notTakenBlocks(facts)];
}

function questionBlocks(facts: StoppingFacts): Block[] {
  const asked = listAsked(facts);
  const [first] = asked;
  if (!first) return [];
  const names = asked.map(({ input }) => String((input as { name?: string }).name ?? '')).sort();
  const text = STOPPING_WORDS.waits({
    ...{ job: `J-${facts.job.number}`, vms: [...new Set(names)], connection: connectionOf(first) },
  });
  return [{ block: 'text', weight: 'strong', text }];
}

function notTakenBlocks(facts: StoppingFacts): Block[] {
  const notTaken = listNotTaken(facts);
  const texts = notTaken.slice(0, SHOWN).map((one) => toNotTakenText(facts, one));
  const more = notTaken.length - texts.length;
  return [...texts, ...(more > 0 ? [STOPPING_WORDS.moreNotTaken(more)] : [])].map((text) => ({
    block: 'text',
    weight: 'strong',
    text,
  }));
}

function toNotTakenText(
  { job, now, timeZone }: StoppingFacts,
  { step, answer }: NotTakenStep,
): string {
  const connection = connectionOf(step) ?? 'its platform';
  const said = nameObjects({ facts: { connection, ...answer.facts }, input: step.input });
  return toNotTakenWords({
    ...{ job: `J-${job.number}`, deed: toDeed(step), connection, answer },
    ...{ at: toTime(answer.at, now, timeZone), reason: ERROR_WORDS[answer.code](said) },
  });
}

interface NotTakenStep {
  readonly step: Step;
  readonly answer: CancelAnswer;
}

function listNotTaken(facts: Pick<StoppingState, 'job' | 'steps'>): NotTakenStep[] {
  return listUnderWay(facts).flatMap((step) => {
    const answer = readCancelAnswer(step);
    return answer ? [{ step, answer }] : [];
  });
}

/** Steps that are under way on a VM about which its platform asks something. */
function listAsked(facts: StoppingState): Step[] {
  return listUnderWay(facts).filter((step) => facts.questionOf(step) !== undefined);
}

function listUnderWay({ job, steps }: Pick<StoppingState, 'job' | 'steps'>): Step[] {
  if (job.state !== 'running' || job.cancelAskedAt === null) return [];
  return steps.filter(({ state }) => state === 'started' || state === 'unknown');
}
