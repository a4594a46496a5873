/** What a rehearsal of a plan showed: when all is over, what would not work, and a bar for everything that takes time. */
import { mergePlacement } from '#core/jobs/step-kind.ts';
import type { MoveLine, Plan, PlannedStep } from '#core/plan/plan.ts';
import type { Rehearsal, RehearsedStep } from '#core/plan/rehearsal.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { REHEARSAL_WORDS } from '../words/en/rehearsal-words.ts';
import { plural, toDuration } from '../words/units.ts';
import type { Block, Tone } from './card.ts';
import { nameObjects, toDeed } from './job-step-line.ts';

/** Further faults are counted. */
const FAULTS = 3;

interface Staged {
  readonly planned: PlannedStep;
  readonly rehearsed: RehearsedStep;
  /** Of a step that moves a VM. */
  readonly move: MoveLine | undefined;
}

/** What did not work on the twin, in words. */
export function rehearsalNotes(plan: Plan): Block[] {
  const faults = listStaged(plan).filter(({ rehearsed: { code } }) => code !== undefined);
  const rest = faults.length - FAULTS;
  return [
    ...faults.slice(0, FAULTS).map((staged) => REHEARSAL_WORDS.fault(toFaultWords(staged))),
    ...(rest > 0 ? [REHEARSAL_WORDS.moreFaults(rest)] : []),
  ].map((text): Block => ({ block: 'text', text }));
}

/** The picture: a bar a VM, by the host to which it goes, and before them what else takes time. */
export function rehearsalBlocks(plan: Plan): Block[] {
  const { rehearsal } = plan.advice;
  if (!rehearsal) return [];
  const staged = listStaged(plan).filter(isShown);
  const byHost = Map.groupBy(staged, ({ move }) => move?.toName ?? '');
  const groups = [...byHost]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([host, steps]) => ({
      title: toGroupTitle(host, steps, byHost.size === 1),
      rows: steps.map(toRow),
    }));
  if (groups.length === 0) return [];
  return [
    {
      ...{ block: 'timeline', title: REHEARSAL_WORDS.title, endMs: rehearsal.finishMs, groups },
      alt: toAlt(rehearsal, byHost),
    },
  ];
}

function listStaged({ steps, advice: { rehearsal, moves = [] } }: Plan): Staged[] {
  const planned = new Map(steps.map((step) => [step.key, step]));
  const lines = new Map(moves.map((move) => [`move-${move.vmId}`, move]));
  const only = moves.length === 1 ? moves[0] : undefined;
  return (rehearsal?.steps ?? []).flatMap((rehearsed) => {
    const step = planned.get(rehearsed.key);
    if (!step) return [];
    const isMove = step.kind.startsWith('move-vm');
    const move = lines.get(rehearsed.key) ?? (isMove ? only : undefined);
    return [{ planned: step, rehearsed, move }];
  });
}

/** What takes no time and works says nothing; nor does the end of a host that only waits for its people's answers. */
function isShown({ rehearsed: { outcome, code, fromMs, toMs } }: Staged): boolean {
  return toMs > fromMs || (outcome === 'failed' && code !== 'maintenance_incomplete');
}

const TONES: Readonly<Record<RehearsedStep['outcome'], Tone>> = {
  done: 'busy',
  done_with_warning: 'warning',
  failed: 'bad',
  asked: 'warning',
};

function toRow({ planned, rehearsed, move }: Staged) {
  const { fromMs, toMs, outcome } = rehearsed;
  const note = REHEARSAL_WORDS.outcome[outcome];
  const bar = { fromMs, toMs, tone: TONES[outcome], ...(note === undefined ? {} : { note }) };
  return { label: move?.vmName ?? toDeed(toKnown(planned)), bars: [bar] };
}

function toGroupTitle(host: string, steps: readonly Staged[], isOnly: boolean): string {
  if (host === '') return isOnly ? REHEARSAL_WORDS.steps : REHEARSAL_WORDS.otherSteps;
  return REHEARSAL_WORDS.host(host, plural(steps.length, 'VM'));
}

function toEndMs(steps: readonly Staged[]): number {
  return Math.max(...steps.map(({ rehearsed }) => rehearsed.toMs));
}

/** All that the picture shows by place and length, in one sentence. */
function toAlt({ finishMs }: Rehearsal, byHost: ReadonlyMap<string, readonly Staged[]>): string {
  const hosts = [...byHost].flatMap(([host, steps]) =>
    host === ''
      ? []
      : [REHEARSAL_WORDS.altHost(host, plural(steps.length, 'VM'), toDuration(toEndMs(steps)))],
  );
  return REHEARSAL_WORDS.alt(toDuration(finishMs), hosts);
}

function toFaultWords({ planned, rehearsed: { code, facts = {} } }: Staged): string {
  if (code === undefined) return '';
  if (code === 'maintenance_incomplete') return REHEARSAL_WORDS.notEmpty(facts);
  const known = { ...toKnown(planned), facts };
  return `${toDeed(known)}: ${ERROR_WORDS[code](nameObjects(known))}`;
}

function toKnown({ kind, input, placement }: PlannedStep) {
  return { kind, input: mergePlacement(input, placement), code: null };
}
