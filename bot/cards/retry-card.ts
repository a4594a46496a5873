/** What is said of a retry: that it goes on, what `--plan` would do, and each way in which it is refused. */
import type { RetryVerdict } from '#approvals/decide-retry.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { Job } from '#core/jobs/job.ts';
import type { VmMigrateInput } from '#core/operations/vm-migrate-wish.ts';
import type { BoundsDifference } from '#core/plan/bounds.ts';
import type { Plan, Target } from '#core/plan/plan.ts';
import { quoteWord } from '../grammar/quote.ts';
import { toGoneWords, toRetryWords } from '../words/en/retry-words.ts';
import { toQuotaWords } from '../words/en/rights-words.ts';
import type { Block } from './card.ts';
import { toDeedWords } from './deed-words.ts';
import type { Draft } from './draft.ts';
import { toDeed } from './job-step-line.ts';
import { blockerBlocks, toPlaceWords } from './plan-blocks.ts';
import { plainRefusal, runButton } from './refusal-card.ts';
import { nameFew } from './tries-blocks.ts';

type Going = Extract<RetryVerdict, { verdict: 'go' }>;

export function goesOnCard({ job, retry }: Going): Draft {
  const title = `J-${job.number} goes on`;
  const again = `Done again: ${toAgainWords(retry)}. What is done stays done.`;
  const text = [again, ...toLeftWords(retry)].join(' ');
  return {
    ...{ title, tone: 'neutral', summary: `${title}. ${text}`, actions: [] },
    body: [{ block: 'text', text }],
  };
}

export function retryPlanCard({ job, retry }: Going, index: EstateIndex): Draft {
  const title = `Plan: retry J-${job.number}`;
  const place = retry.reservation && toPlaceWords(retry.plan, index);
  const fields = [
    { label: 'Does', value: toDeedWords(retry.plan) },
    { label: 'Done again', value: toAgainWords(retry) },
    ...(place ? [{ label: 'Place', value: place }] : []),
    { label: 'Agrees', value: 'as before: it is inside what was agreed' },
  ];
  const text = 'What is done stays done. Nothing was done, nobody was asked.';
  return {
    ...{ title, tone: 'neutral', summary: `${title}. ${toAgainWords(retry)}` },
    body: [
      { block: 'fields', fields },
      ...toLeftWords(retry).map((line): Block => ({ block: 'text', text: line })),
      { block: 'text', text, weight: 'quiet' },
    ],
    actions: [runButton(`job retry J-${job.number}`)],
  };
}

function toAgainWords({ chosen }: Going['retry']): string {
  // A second try, or an answer, that may never come to its turn is not named.
  const sure = chosen.anew.filter(({ begins, choice }) => begins !== 'when_failed' && !choice);
  return nameFew(sure.map(toDeed)).join('; ');
}

/** What others have made of it since is theirs (H17). */
function toLeftWords({ left }: Going['retry']): string[] {
  if (left.length === 0) return [];
  const deeds = nameFew(left.map(toDeed)).join('; ');
  return [
    `Not done again, since it was done and has been changed since: ${deeds}. Ask anew for that.`,
  ];
}

export interface RetryRefused {
  readonly job: Job;
  /** What people agreed to, and what was asked for. */
  readonly approved: Plan;
  readonly input: unknown;
  readonly index: EstateIndex;
  readonly now: Date;
  readonly timeZone: string;
}

export function retryRefusedCard(
  verdict: Exclude<RetryVerdict, Going>,
  refused: RetryRefused,
): Draft {
  const { job, approved, index, now, timeZone } = refused;
  const number = `J-${job.number}`;
  const title = `${number} is not retried`;
  const anew = toAnewLine(refused);
  const nothing: Block = { block: 'text', text: 'Nothing was done.', weight: 'quiet' };
  if (verdict.verdict === 'refused') {
    const place = { job: number, anew, now, timeZone };
    return plainRefusal(
      title,
      `${toRetryWords(verdict.code, verdict.facts, place)} Nothing was done.`,
    );
  }
  if (verdict.verdict === 'gone') {
    const { gone, rest } = verdict;
    const names = gone.map(({ name }) => name);
    const others = rest.length > 0 ? toAnewLine(refused, rest) : undefined;
    return plainRefusal(title, `${toGoneWords(names, others)} Nothing was done.`);
  }
  if (verdict.verdict === 'over_quota') {
    const lines = verdict.lines.map((line) => toQuotaWords(line)).join('; ');
    return plainRefusal(
      title,
      `Over quota: ${lines}. Delete what is not needed, then retry it: vm list --owner me`,
    );
  }
  const isBlocked = verdict.verdict === 'blocked';
  const lines = isBlocked
    ? blockerBlocks(verdict.plan)
    : toOutsideLines(verdict, approved, index).map((text): Block => ({ block: 'text', text }));
  const next = !isBlocked
    ? `The rest no longer fits what was agreed. Ask anew: ${anew}`
    : isLost(verdict.plan)
      ? `Ask anew: ${anew}`
      : `Once that is settled: job retry ${number}`;
  const first = lines.flatMap((line) => (line.block === 'text' ? [line.text] : [])).join(' ');
  return {
    ...{ title, tone: 'bad', summary: `${title}: ${first}`, actions: [] },
    body: [...lines, { block: 'text', text: next }, nothing],
  };
}

/** What was asked for by its name beside the targets, a host or a template, does not come back as the same. */
function isLost({ blockers }: Plan): boolean {
  return blockers.some(({ code }) => code === 'target_gone');
}

function toOutsideLines(
  { differences, steps, plan }: Extract<RetryVerdict, { verdict: 'outside' }>,
  approved: Plan,
  index: EstateIndex,
): string[] {
  const names = new Map([...approved.targets, ...plan.targets].map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => index.get('vm', id)?.body.name ?? names.get(id);
  const said = differences.map((difference) => toDifferenceWords(difference, nameOf));
  if (said.length > 0) return nameFew(said);
  const planned = [...plan.steps, ...approved.steps];
  const others = steps.flatMap((key) => planned.find((step) => step.key === key) ?? []);
  return nameFew(others.map((step) => `Not as agreed: ${toDeed({ ...step, code: null })}`));
}

function toDifferenceWords(
  { part, key, approved, now }: BoundsDifference,
  nameOf: (id: string) => string | undefined,
): string {
  const show = (value: BoundsDifference['now']) =>
    value === undefined
      ? 'nothing'
      : Array.isArray(value)
        ? value.join(', ') || 'nothing'
        : String(value);
  // Of several VMs each has a line of its own.
  const vmId = part === 'effects' ? key : /^vm:(.+)$/.exec(key)?.[1];
  const what = (vmId !== undefined && nameOf(vmId)) || key;
  return `${what}: agreed ${show(approved)}, now ${show(now)}`;
}

/** The line that asks for the same once more, by the names that things bear now. */
function toAnewLine(
  { approved, input, index }: RetryRefused,
  targets: readonly Target[] = approved.targets,
): string {
  const { operation, bounds } = approved;
  const named = targets.map(({ kind, id, name }) => index.get(kind, id)?.body.name ?? name);
  const isMove = operation === 'vm.migrate';
  const names = isMove ? named : [bounds.exact.name ?? named[0] ?? ''];
  const line = [
    operation.replaceAll('.', ' '),
    ...names.map(quoteWord),
    ...(isMove ? toWishWords(input as VmMigrateInput, index) : []),
    ...(operation === 'vm.create' ? ['--template …'] : []),
  ];
  return line.join(' ');
}

function toWishWords({ hostId, datastoreId, quick }: VmMigrateInput, index: EstateIndex): string[] {
  const host = hostId && index.get('host', hostId)?.body.name;
  const datastore = datastoreId && index.get('datastore', datastoreId)?.body.name;
  return [
    ...(host ? [`--host ${quoteWord(host)}`] : []),
    ...(datastore ? [`--datastore ${quoteWord(datastore)}`] : []),
    ...(quick ? ['--quick'] : []),
  ];
}
