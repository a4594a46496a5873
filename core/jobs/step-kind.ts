/**
 * What a step does to a platform, and how we find out afterwards whether it happened.
 *
 * The loop owns when each part is called (carry-out.ts); a kind owns what the part means. No part may be called
 * inside a transaction, except `record`.
 */
import type { z } from 'zod';
import type { ErrorCode, Facts } from '../errors.ts';
import type { Observed } from '../inventory/estate-object.ts';
import type { Json } from '../plan/plan.ts';
import type { Call, TaskRef } from '../ports/connection.ts';
import type { Tx } from '../ports/store.ts';
import type { CONSENT_ANSWERS, Step } from './job.ts';

/**
 * What shows that the effect is ours and happened.
 *
 * `token`: the object carries our step id. `state`: the object is as wished, whoever did it. `task`: the platform
 * keeps a task we can find again. `none`: nothing shows it (a restart, a script), so it is done at most once (H14).
 */
export type Evidence = 'token' | 'state' | 'task' | 'none';

export type Look =
  | { readonly found: 'done' }
  | { readonly found: 'running'; readonly task: TaskRef }
  | { readonly found: 'nothing' }
  /** What it acts on is no more, on the platform's own word. */
  | { readonly found: 'gone'; readonly facts: Facts }
  | { readonly found: 'cannot_tell' };

export interface Verdict {
  readonly verdict: 'as_wished' | 'not_as_wished' | 'cannot_tell';
  /** What differs, or what was read: data for words. */
  readonly facts?: Facts | undefined;
  /** What is said of it: with `as_wished` a warning, with `not_as_wished` the reason. Absent: what the platform said. */
  readonly code?: ErrorCode | undefined;
  /** The object as it was read, to be learned in the transaction that ends the step. */
  readonly observed?: Observed | undefined;
  /** What changed beside it, learned with it. */
  readonly also?: readonly Observed[] | undefined;
}

export interface Acted {
  /** The platform's task, for kinds with `follow`. */
  readonly task?: TaskRef | undefined;
}

/** A question to people instead of an act. */
export interface Consent {
  readonly choices: readonly (typeof CONSENT_ANSWERS)[number][];
  /** How long it is asked, in milliseconds; then it counts as `leave`. */
  readonly withinMs: number;
  /** What it is about: data for words. */
  readonly facts?: Facts | undefined;
}

/** Given to `act` and `verify`. */
export interface StepCall extends Call {
  /** The job was cancelled; told to steps that begin `when_ended`, since all others end then. */
  readonly isJobCancelled?: boolean | undefined;
}

/** Given to `follow`. */
export interface FollowCall extends Call {
  /**
   * What it waits for now, for words: shown while it is followed, and gone with its end. Whoever tells it waits until it
   * is written, at the latest before `follow` ends.
   */
  onWaiting?(facts: Facts): Promise<void>;
}

export interface StepKind<Input> {
  readonly name: string;
  /** Raised when stored inputs of the last version can no longer be carried out. */
  readonly version: number;
  readonly input: z.ZodType<Input>;
  readonly evidence: Evidence;
  /**
   * How long after sending an effect may still be invisible to `look`, in milliseconds. After a crash no second try
   * is made before it is over.
   */
  readonly settleMs: number;
  /** `look` reads the object alone: that it shows nothing proves nothing while an order may be under way. */
  readonly isUnseenUnderWay?: boolean | undefined;
  /** How long it is followed before its outcome counts as unknown, in milliseconds. */
  readonly timeLimitMs: number;
  /** Its share of the work, for percent of the whole job and for estimates: a usual duration in milliseconds. */
  readonly usualMs: number;
  /** Limited resources it needs all at once: `host:x`, `datastore:y`, `connection:z`. */
  permits(input: Input): readonly string[];
  /**
   * Chooses where, in the transaction that lets the step begin: what was planned long before no longer holds. Answers
   * the whole input; undefined when no place is left, `left_out` when none is to be sought. Waits for nothing but the
   * database.
   */
  place?(tx: Tx, step: Step, input: Input): Promise<Input | 'left_out' | undefined>;
  /** The step is this question; nothing else of it is ever called. What was answered stands in its facts. */
  ask?(input: Input): Consent;
  /** Looks for an own earlier effect; `task` is what an earlier try recorded. Never called for evidence `none`. */
  look(input: Input, call: Call, task: TaskRef | null): Promise<Look>;
  /** @throws OperationError saying whether anything reached the platform; any other error counts as `unknown`. */
  act(input: Input, call: StepCall): Promise<Acted>;
  /** What `act` answers as its task is none of the platform's: an earlier try leaves none behind. */
  readonly isTaskOwn?: true;
  /** Waits for the platform's task. Rejects when the task failed or cannot be followed. */
  follow?(task: TaskRef, input: Input, call: FollowCall): Promise<void>;
  /** Asks the platform to stop the task, perhaps several times; what came of it is read afterwards. */
  stop?(task: TaskRef, input: Input, call: Call): Promise<void>;
  /** Reads the object again and compares it with the wish: after success, error and time-out alike. Not for `none`. */
  verify(input: Input, call: StepCall): Promise<Verdict>;
  /**
   * Writes what is now known, in the transaction that ends the step: `done`, or otherwise with what `verify` observed.
   * Waits for nothing but the database.
   */
  record?(tx: Tx, step: Step, input: Input, verdict: Verdict): Promise<void>;
  /** When its job is retried: whether what `record` wrote is there still, where no platform could show it. */
  isKept?(tx: Tx, step: Step, input: Input): Promise<boolean>;
  /** When its job is retried: done once is enough, and what others have changed of it since is theirs (H17). */
  readonly staysDone?: true;
  /** How it can be taken back: the command that does it, for words; absent: cannot be undone. */
  readonly undo?: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds kinds of every input; each parses its own.
export type AnyStepKind = StepKind<any>;

export interface StepKinds {
  /** Undefined when this release does not know that kind in that version. */
  find(name: string, version: number): AnyStepKind | undefined;
}

export function createStepKinds(kinds: readonly AnyStepKind[]): StepKinds {
  const known = new Map(kinds.map((kind) => [`${kind.name}@${kind.version}`, kind]));
  return { find: (name, version) => known.get(`${name}@${version}`) };
}

/** Plan input and placement make the input that a kind parses. */
export function mergePlacement(input: Json, placement: Json | undefined): Json {
  return placement === undefined ? input : { ...(input as object), ...(placement as object) };
}

export interface StepOutcome {
  readonly code?: ErrorCode | undefined;
  readonly facts?: Facts | undefined;
}
