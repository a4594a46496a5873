/**
 * A tiny platform behind step kinds: it counts effects by step token, and a test says how each act, task and reading
 * turns out.
 */
import { z } from 'zod';
import { OperationError } from '#core/errors.ts';
import {
  type AnyStepKind,
  createStepKinds,
  type Look,
  type StepKinds,
  type Verdict,
} from '#core/jobs/step-kind.ts';
import type { Call } from '#core/ports/connection.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { FakeClock } from '../fake-clock.ts';

export interface Outcome {
  /** Absent: it happens. */
  readonly effect?: boolean;
  /** How long the effect stays invisible, in milliseconds. */
  readonly lateMs?: number;
  /** What is said of it; absent: success. */
  readonly error?: OperationError;
}
type Part = 'look' | 'act' | 'follow' | 'verify' | 'stop';

export interface PretendPlatform {
  readonly kinds: StepKinds;
  /** Tokens of acts as they were sent. */
  readonly sent: string[];
  /** What was called, as `look job-1/a`. */
  readonly calls: string[];
  /** How the next acts of a step turn out; for tasks, how they end. */
  plan(token: string, ...outcomes: readonly Outcome[]): void;
  /** The next readings of a step fail, cannot tell, or go well. */
  planReadings(token: string, ...readings: readonly ('fails' | 'cannot_tell' | 'ok')[]): void;
  /** All that was planned of its readings: from now on they go well. */
  forgetReadings(token: string): void;
  effectsOf(token: string): number;
  /** Its effect is there, though its task has not ended yet. */
  happen(token: string): void;
  /** Hosts for steps of the kind `late`, by token; without one there is no place, and `left_out` seeks none. */
  readonly places: Map<string, string>;
  /** How long steps of the kind `consent` ask. */
  consentMs: number;
  /** Called first in each part; may throw or wait. */
  hook: (part: Part, call: Call) => Promise<void> | void;
}

export const SETTLE_MS = 10_000;
export const UNKNOWN = new OperationError('no_answer', 'unknown', { host: 'vc.example' });
export const REFUSED = new OperationError('not_enough_memory', 'refused', { host: 'esx01' });
export const NOT_REACHABLE = new OperationError('not_reachable', 'not_started', { host: 'vc' });

const StepInput = z.looseObject({ permits: z.array(z.string()).optional() });
type StepInput = z.infer<typeof StepInput>;

export function createPretendPlatform(clock: FakeClock): PretendPlatform {
  const outcomes = new Map<string, Outcome[]>();
  const readings = new Map<string, ('fails' | 'cannot_tell' | 'ok')[]>();
  const effects = new Map<string, number[]>();
  const tasks = new Set<string>();

  const isVisible = (token: string) =>
    (effects.get(token) ?? []).some((atMs) => atMs <= clock.elapsedMs());
  const takeOutcome = (token: string): Outcome => outcomes.get(token)?.shift() ?? {};
  function happen(token: string, { effect = true, lateMs = 0, error }: Outcome): void {
    if (effect) effects.set(token, [...(effects.get(token) ?? []), clock.elapsedMs() + lateMs]);
    if (error) throw error;
  }
  async function enter(part: Part, call: Call): Promise<void> {
    refuseInsideTransaction(part);
    platform.calls.push(`${part} ${call.stepToken}`);
    await platform.hook(part, call);
  }
  async function read(part: 'look' | 'verify', call: Call): Promise<'cannot_tell' | boolean> {
    await enter(part, call);
    const reading = readings.get(call.stepToken)?.shift() ?? 'ok';
    if (reading === 'fails') throw NOT_REACHABLE;
    return reading === 'cannot_tell' ? 'cannot_tell' : isVisible(call.stepToken);
  }

  const common = {
    ...{ version: 1, input: StepInput, settleMs: SETTLE_MS, usualMs: 1000, timeLimitMs: 60_000 },
    permits: ({ permits = [] }: StepInput) => permits,
    async verify(_input: StepInput, call: Call): Promise<Verdict> {
      const seen = await read('verify', call);
      if (seen === 'cannot_tell') return { verdict: seen };
      return { verdict: seen ? 'as_wished' : 'not_as_wished' };
    },
  } as const;
  async function send(call: Call): Promise<void> {
    await enter('act', call);
    platform.sent.push(call.stepToken);
  }

  const change: AnyStepKind = {
    ...common,
    ...{ name: 'change', evidence: 'state' },
    async look(_input: StepInput, call: Call): Promise<Look> {
      const seen = await read('look', call);
      if (seen === 'cannot_tell') return { found: seen };
      return { found: seen ? 'done' : 'nothing' };
    },
    async act(_input, call) {
      await send(call);
      happen(call.stepToken, takeOutcome(call.stepToken));
      return {};
    },
  };
  const clone: AnyStepKind = {
    ...common,
    ...{ name: 'clone', evidence: 'token' },
    async look(_input: StepInput, call: Call): Promise<Look> {
      const seen = await read('look', call);
      if (seen === 'cannot_tell') return { found: seen };
      if (seen) return { found: 'done' };
      return tasks.has(call.stepToken)
        ? { found: 'running', task: `task of ${call.stepToken}` }
        : { found: 'nothing' };
    },
    async act(_input, call) {
      await send(call);
      tasks.add(call.stepToken);
      return { task: `task of ${call.stepToken}` };
    },
    async follow(_task, _input, call) {
      await enter('follow', call);
      // However many wait for it, a task has one end.
      if (tasks.delete(call.stepToken)) happen(call.stepToken, takeOutcome(call.stepToken));
    },
    stop: (_task, _input, call) => enter('stop', call),
  };
  const script: AnyStepKind = {
    ...change,
    ...{ name: 'script', evidence: 'none' },
    look: () => Promise.reject(new Error('nothing shows a script')),
    verify: () => Promise.reject(new Error('nothing shows a script')),
  };
  const consent: AnyStepKind = {
    ...change,
    name: 'consent',
    ask: () => ({ choices: ['shut_down', 'save', 'leave'], withinMs: platform.consentMs }),
  };
  const late: AnyStepKind = {
    ...change,
    name: 'late',
    place: async (_tx, step, input) => {
      const host = platform.places.get(step.id);
      if (host === undefined || host === 'left_out') return host;
      return { ...input, host, permits: [`host:${host}`] };
    },
  };
  const platform: PretendPlatform = {
    kinds: createStepKinds([change, clone, script, consent, late]),
    places: new Map(),
    consentMs: 60_000,
    ...{ sent: [], calls: [], hook: () => undefined },
    plan(token, ...more) {
      outcomes.set(token, [...(outcomes.get(token) ?? []), ...more]);
    },
    planReadings(token, ...more) {
      readings.set(token, [...(readings.get(token) ?? []), ...more]);
    },
    forgetReadings: (token) => void readings.delete(token),
    happen: (token) => happen(token, {}),
    effectsOf: (token) => effects.get(token)?.length ?? 0,
  };
  return platform;
}
