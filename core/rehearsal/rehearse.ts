/**
 * Carries out the steps of a plan on a twin: the same step kinds, the same rules of turns and permits, on the twin's
 * clock. No job, no store: what is learned from it is when everything would end, and what would not work.
 *
 * A question is answered with what does least: a move that was planned is agreed to, else the VM is left. A second try
 * elsewhere is not rehearsed: that a move fails is what should be known.
 */
import { OperationError, toOperationError } from '../errors.ts';
import { chooseGrants } from '../jobs/choose-grants.ts';
import type { StepState } from '../jobs/job.ts';
import {
  type AnyStepKind,
  mergePlacement,
  type StepCall,
  type StepKinds,
  type Verdict,
} from '../jobs/step-kind.ts';
import { unblock } from '../jobs/unblock.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Rehearsal, RehearsedStep } from '../plan/rehearsal.ts';
import type { TaskRef } from '../ports/connection.ts';
import type { Twin } from '../ports/twin.ts';

export interface RehearsalWish {
  readonly steps: readonly PlannedStep[];
  /** Of this release, over the twin's connections. */
  readonly kinds: StepKinds;
  readonly capacityOf: (key: string) => number | undefined;
  readonly twin: Pick<Twin, 'clock' | 'jump'>;
  readonly signal: AbortSignal;
}

/** The token of a step on a twin. */
export function toTwinToken(key: string): string {
  return `rehearsal/${key}`;
}

/** @throws Error when something neither ends nor waits for the twin's time. */
export async function rehearse({ twin, signal, ...wish }: RehearsalWish): Promise<Rehearsal> {
  const { clock } = twin;
  const stage = createStage(wish);
  const ended: RehearsedStep[] = [];
  for (;;) {
    signal.throwIfAborted();
    for (const step of stage.begin(clock.elapsedMs())) {
      const fromMs = clock.elapsedMs();
      void carryOut(step, signal).then((outcome) => {
        ended.push({ key: step.key, fromMs, toMs: clock.elapsedMs(), ...outcome });
        stage.end(step, outcome);
      });
    }
    const before = ended.length;
    await nextTurn();
    if (ended.length > before) continue;
    const left = stage.list();
    if (left.length === 0) break;
    // Everything waits for the twin's time.
    if (!twin.jump()) throw new Error(`The rehearsal stands still at ${left.join(', ')}.`);
  }
  const finishMs = Math.max(0, ...ended.map(({ toMs }) => toMs));
  return { finishMs, steps: ended.toSorted((a, b) => a.fromMs - b.fromMs) };
}

/** A twin answers in memory: after one turn everything that could go on has. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface StagedStep {
  readonly id: string;
  readonly key: string;
  readonly kind: AnyStepKind;
  readonly input: unknown;
  readonly permits: readonly string[];
  readonly requesterId: string;
  readonly waitingSince: Date;
}

type Outcome = Pick<RehearsedStep, 'outcome' | 'code' | 'facts'>;

const STATE_OF: Readonly<Record<RehearsedStep['outcome'], StepState>> = {
  asked: 'done',
  done: 'done',
  done_with_warning: 'done_with_warning',
  failed: 'failed',
};

/** Whose turn it is: the steps that wait, and those that have begun. */
function createStage({ steps, kinds, capacityOf }: Omit<RehearsalWish, 'twin' | 'signal'>) {
  const states = new Map<string, StepState>(steps.map(({ key }) => [key, 'blocked']));
  const answers = new Map<string, string>();
  const waiting = new Map<string, StagedStep>();
  const running = new Map<string, StagedStep>();
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const standing = () =>
    steps.map(({ key, after, begins = 'when_done', choice = null }) => ({
      ...{ key, after, begins, choice },
      facts: { answer: answers.get(key) },
    }));

  function free(now: number): void {
    for (let freed = unblock(standing(), states); freed.length > 0; ) {
      for (const { key } of freed) {
        const planned = byKey.get(key);
        const staged = planned && toStaged(planned, kinds, now);
        if (staged) waiting.set(key, staged);
        else states.set(key, 'skipped');
      }
      freed = unblock(standing(), states);
    }
  }

  return {
    begin(now: number): readonly StagedStep[] {
      free(now);
      const granted = chooseGrants({
        capacityOf,
        holding: [...running.values()],
        waiting: [...waiting.values()],
        now: new Date(now),
      });
      for (const step of granted) {
        waiting.delete(step.key);
        running.set(step.key, step);
      }
      return granted;
    },
    end({ key, kind, input }: StagedStep, { outcome }: Outcome): void {
      running.delete(key);
      if (outcome === 'asked') answers.set(key, chooseAnswer(kind, input));
      states.set(key, STATE_OF[outcome]);
    },
    /** Keys of what has not ended. */
    list: () => [...waiting.keys(), ...running.keys()],
  };
}

/** Undefined: a second try, whose place would be sought in the true estate. */
function toStaged(step: PlannedStep, kinds: StepKinds, now: number): StagedStep | undefined {
  const kind = kinds.find(step.kind, step.version);
  if (!kind) throw new OperationError('made_by_older_version', 'refused', { step: step.key });
  if (kind.place && !kind.ask) return undefined;
  const input = mergePlacement(step.input, step.placement);
  return {
    ...{ id: toTwinToken(step.key), key: step.key, kind, input },
    permits: [...new Set(kind.permits(input))],
    // All of one person: nobody else is in the way.
    requesterId: '',
    waitingSince: new Date(now),
  };
}

function chooseAnswer(kind: AnyStepKind, input: unknown): string {
  return kind.ask?.(input).choices.includes('move') ? 'move' : 'leave';
}

async function carryOut({ id, kind, input }: StagedStep, signal: AbortSignal): Promise<Outcome> {
  if (kind.ask) return { outcome: 'asked' };
  const call: StepCall = { stepToken: id, signal, onProgress: () => undefined };
  try {
    const look = kind.evidence === 'none' ? undefined : await kind.look(input, call, null);
    if (look?.found === 'gone') return { outcome: 'failed', code: 'not_found', facts: look.facts };
    if (look?.found !== 'done') await order(kind, input, call);
    return kind.evidence === 'none'
      ? { outcome: 'done' }
      : toOutcome(await kind.verify(input, call));
  } catch (cause) {
    const { code, facts } = toOperationError(cause);
    return { outcome: 'failed', code, facts };
  }
}

async function order(kind: AnyStepKind, input: unknown, call: StepCall): Promise<void> {
  const { task }: { task?: TaskRef | undefined } = await kind.act(input, call);
  if (task !== undefined) await kind.follow?.(task, input, call);
}

function toOutcome({ verdict, code, facts }: Verdict): Outcome {
  if (verdict === 'as_wished')
    return code ? { outcome: 'done_with_warning', code, facts } : { outcome: 'done' };
  return { outcome: 'failed', code: code ?? 'success_without_effect', facts };
}
