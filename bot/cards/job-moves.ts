/** The steps of a job that moves many VMs, few enough for a card: what is done counted, what runs and what needs somebody named. */
import type { Request } from '#approvals/request-store.ts';
import type { Step } from '#core/jobs/job.ts';
import { quoteWord } from '../grammar/quote.ts';
import { plural, toTime } from '../words/units.ts';
import type { StepLine } from './card.ts';
import type { DraftAction } from './draft.ts';
import { toLeftWords } from './drain-words.ts';
import type { JobFacts } from './job-card.ts';
import { toStepLine } from './job-step-line.ts';
import { runButton } from './refusal-card.ts';

/** A card has room for so many lines; a job with more is summed up. */
const LINES_ON_CARD = 9;

/** Of those on their way so many stand by name, with their percent. */
const MOVES_ON_CARD = 4;

const MOVES: ReadonlySet<string> = new Set([
  ...['move-vm', 'move-vm-away', 'move-vm-again', 'move-vm-left'],
]);

type StepFacts = Pick<
  JobFacts,
  'steps' | 'holders' | 'questionOf' | 'silentSince' | 'now' | 'timeZone'
>;

export function toStepLines(facts: StepFacts): StepLine[] {
  const { steps } = facts;
  if (!steps.some(({ kind }) => MOVES.has(kind)))
    return steps.map((step) => toStepLine(facts, step));
  const shown = steps.filter((step) => !isUnneeded(step));
  if (shown.length <= LINES_ON_CARD) return shown.map((step) => toStepLine(facts, step));
  return sumUp(facts, shown);
}

/** `14 of 20 VMs moved`; undefined where none is to be. */
export function toMovedWords(steps: readonly Step[]): string | undefined {
  const drain = findDrain(steps);
  if (drain) return toLeftWords(drain);
  const vms = new Map<string, boolean>();
  for (const step of steps) {
    if (!MOVES.has(step.kind) || isUnneeded(step)) continue;
    const { identity } = (step.input as unknown as { vm: { identity: string } }).vm;
    vms.set(identity, (vms.get(identity) ?? false) || isDone(step));
  }
  if (vms.size < 2) return undefined;
  const moved = [...vms.values()].filter(Boolean).length;
  return `${moved} of ${plural(vms.size, 'VM')} moved`;
}

/** The way on for those of several VMs that were left where they were: the same wish, without those that moved. */
export function moveAgainActions(steps: readonly Step[], { input }: Request): DraftAction[] {
  const wish = input as { hostId?: string; datastoreId?: string; quick?: boolean };
  const left = steps.filter((step) => MOVES.has(step.kind) && !isDone(step));
  const [first] = left.map((step) => step.input as { hostName?: string; datastoreName?: string });
  const { hostName, datastoreName } = first ?? {};
  const line = [
    'vm migrate',
    ...left.map((step) => quoteWord((step.input as { name: string }).name)),
    ...(wish.hostId && hostName ? [`--host ${quoteWord(hostName)}`] : []),
    ...(wish.datastoreId && datastoreName ? [`--datastore ${quoteWord(datastoreName)}`] : []),
    ...(wish.quick ? ['--quick'] : []),
  ];
  return left.length > 0 ? [runButton(line.join(' '))] : [];
}

/** While its platform empties a host, that is what there is to say of its VMs. */
function findDrain(steps: readonly Step[]): Step | undefined {
  return steps.find(({ kind, state }) => kind === 'drain-host' && DRAINING.has(state));
}

const DRAINING: ReadonlySet<Step['state']> = new Set(['intended', 'started', 'unknown']);

/** Second tries that nobody needed, answers that nobody gave. */
export function isUnneeded({ state, begins, choice }: Step): boolean {
  const isSpare = begins === 'when_failed' || choice !== null;
  return isSpare && (state === 'blocked' || state === 'skipped' || state === 'cancelled');
}

const isDone = ({ state }: Step) => state === 'done' || state === 'done_with_warning';

const isOnItsWay = ({ state }: Step) =>
  state === 'ready' || state === 'intended' || state === 'started';

function sumUp(facts: StepFacts, shown: readonly Step[]): StepLine[] {
  const moves = shown.filter(({ kind }) => MOVES.has(kind));
  const others = shown.filter(({ kind }) => !MOVES.has(kind));
  const [first, ...rest] = others;
  // A second try stands beside the first, which failed.
  const done = moves.filter(({ state, kind }) => state === 'done' && kind !== 'move-vm-again');
  const waiting = moves.filter(({ state }) => state === 'waiting' || state === 'blocked');
  const left = moves.filter(({ state }) => state === 'skipped' || state === 'cancelled');
  // What needs somebody is never counted away.
  const counted = new Set([...done, ...waiting, ...left]);
  const isQuiet = (step: Step) => isOnItsWay(step) && facts.questionOf(step) === undefined;
  const named = moves
    .filter((step) => !counted.has(step))
    .toSorted((a, b) => Number(isQuiet(a)) - Number(isQuiet(b)));
  const troubled = named.filter((step) => !isQuiet(step)).length;
  const shownAtMost = Math.max(troubled, MOVES_ON_CARD);
  const moving = Math.max(0, named.length - shownAtMost);
  return [
    ...(first ? [toStepLine(facts, first)] : []),
    ...(done.length > 0
      ? [{ mark: 'done', text: `${plural(done.length, 'VM')} moved` } as const]
      : []),
    ...named.slice(0, shownAtMost).map((step) => toStepLine(facts, step)),
    ...(moving > 0
      ? [{ mark: 'running', text: `${plural(moving, 'more VM')} on the way` } as const]
      : []),
    ...(waiting.length > 0 ? [toWaitingLine(facts, waiting)] : []),
    ...(left.length > 0
      ? [
          {
            mark: 'skipped',
            text: `${plural(left.length, 'VM')} not moved, left where they were`,
          } as const,
        ]
      : []),
    ...rest.map((step) => toStepLine(facts, step)),
  ];
}

function toWaitingLine({ steps, now, timeZone }: StepFacts, waiting: readonly Step[]): StepLine {
  const since = waiting.flatMap(({ waitingSince }) => waitingSince ?? []);
  const first = since.length > 0 ? new Date(Math.min(...since.map(Number))) : undefined;
  const until = toUntilWords(new Set(steps.map(({ kind }) => kind)));
  const words = first
    ? ` for ${waiting.length === 1 ? 'its' : 'their'} turn: so many move at once as their hosts allow, since `
    : until;
  const text = `${plural(waiting.length, 'VM')} wait${waiting.length === 1 ? 's' : ''}${words}${first ? toTime(first, now, timeZone) : ''}`;
  return { mark: 'waiting', text };
}

function toUntilWords(kinds: ReadonlySet<string>): string {
  if (kinds.has('drain-host')) return ' until the platform has moved what it can';
  return kinds.has('mark-host') ? ' until the host is marked' : ' for those that make room';
}
