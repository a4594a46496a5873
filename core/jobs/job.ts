/** A job carries out the steps of an approved plan; a step row is ledger, progress and permit holder in one. */
import type { ErrorCode, Facts } from '../errors.ts';
import type { Begins, Json } from '../plan/plan.ts';

export const JOB_STATES = [
  /** Waits for its start gate: who asked and agreed is read again, the plan is made again. */
  'starting',
  'running',
  'done',
  'done_with_warning',
  'failed',
  /** It ended without the whole of what was wished; what is left stands on its card, with the ways on. */
  'incomplete',
  'cancelled',
  /** The plan no longer fitted what was approved; the request is open again. */
  'superseded',
  /** The start gate said no: requester gone, right lost. */
  'refused',
] as const;
export type JobState = (typeof JOB_STATES)[number];
export const OPEN_JOB_STATES = ['starting', 'running'] as const satisfies readonly JobState[];

export interface Job {
  readonly id: string;
  /** What people type: J-412. */
  readonly number: number;
  readonly requestId: string;
  readonly planId: string;
  readonly operation: string;
  readonly requesterId: string;
  readonly requesterName: string;
  readonly state: JobState;
  readonly cancelAskedAt: Date | null;
  readonly cancelAskedBy: string | null;
  /** Why it ended so, waits to start, or begins nothing more; see hold.ts. */
  readonly code: string | null;
  readonly facts: Facts | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Drover ids of what it changes: one open job a VM (H17). */
  readonly targetIds: readonly string[];
}

export const STEP_ENDED = ['done', 'done_with_warning', 'failed', 'skipped', 'cancelled'] as const;
export const STEP_CLAIMED = ['intended', 'started', 'unknown'] as const;
export const STEP_STATES = [
  'blocked',
  'waiting',
  'ready',
  ...STEP_CLAIMED,
  'asking',
  ...STEP_ENDED,
] as const;
export type StepState = (typeof STEP_STATES)[number];

export interface Step {
  /** Also the token under which the platform keeps its effect: `<job id>/<key>`. */
  readonly id: string;
  readonly jobId: string;
  readonly key: string;
  /** Its place in the list that people read. */
  readonly position: number;
  readonly kind: string;
  readonly version: number;
  /** The plan's input and, once the job has started, its placement. */
  readonly input: Json;
  readonly after: readonly string[];
  readonly begins: Begins;
  /** It is left out unless the one before was answered so. */
  readonly choice: string | null;
  readonly permits: readonly string[];
  readonly requesterId: string;
  readonly state: StepState;
  /** The permits count as used while true, in whatever state: there is no other record that could leak. */
  readonly permitsHeld: boolean;
  readonly waitingSince: Date | null;
  /** Raised by each claim; every later write names it. */
  readonly epoch: number;
  /** When the claim was last proven by a guarded write, on the database's clock. */
  readonly guardedAt: Date | null;
  readonly task: string | null;
  /** Set before an act is sent: what happened since is never concluded from silence. */
  readonly sentAt: Date | null;
  readonly tries: number;
  readonly looks: number;
  readonly code: ErrorCode | null;
  readonly facts: Facts | null;
  readonly percent: number | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** The step in whose wake-up it was begun; null where it has one of its own. */
  readonly carrier: string | null;
}

/** What choosing who gets permits takes of a step: all that wait are looked at whenever one ends. */
export type PermitStep = Pick<Step, 'id' | 'jobId' | 'requesterId' | 'permits' | 'waitingSince'>;

/** It puts in order what others left, and does so after a cancel too; what people chose is cancelled like all else. */
export function isTidy({ begins, choice }: Pick<Step, 'begins' | 'choice'>): boolean {
  return begins === 'when_ended' && choice === null;
}

export function isNotStarted(state: StepState): boolean {
  return state === 'blocked' || state === 'waiting' || state === 'ready';
}

/** A claim is the right to act on a step: its id in one epoch. */
export type Claim = Pick<Step, 'id' | 'epoch'>;

/** Another worker took the step: its holder has a delivery of its own. */
export class ClaimLost extends Error {}

export type StepChanges = Partial<
  Pick<
    Step,
    | 'state'
    | 'input'
    | 'permits'
    | 'permitsHeld'
    | 'waitingSince'
    | 'task'
    | 'sentAt'
    | 'tries'
    | 'looks'
    | 'code'
    | 'facts'
    | 'percent'
    | 'startedAt'
    | 'endedAt'
    | 'guardedAt'
    | 'carrier'
  >
>;

/** Of what nothing can prove. */
export const OUTCOME_ANSWERS = ['happened', 'did_not_happen', 'look_again'] as const;
/** To what becomes of a VM that cannot be moved, or not without asking (`move`); `leave`: nothing. */
export const CONSENT_ANSWERS = ['move', 'shut_down', 'power_off', 'save', 'leave'] as const;
/** To what becomes of a job whose requester may no longer ask for it (H26). */
export const HOLD_ANSWERS = ['go_on', 'end_here'] as const;
export const GATE_ANSWERS = [...OUTCOME_ANSWERS, ...CONSENT_ANSWERS, ...HOLD_ANSWERS] as const;
export type GateAnswer = (typeof GATE_ANSWERS)[number];

/** A step's id, which is its token on platforms and the key of its wake-up, begins with its job's. */
export function toJobId(stepId: string): string {
  return stepId.slice(0, stepId.indexOf('/'));
}

/** One question a claim. */
export function toGateId({ id, epoch }: Claim): string {
  return `${id}#${epoch}`;
}

/** A question that a waiting job asks of people; nothing answers it by default. */
export interface Gate {
  readonly id: string;
  readonly jobId: string;
  /** The job's own id where it is asked of the whole job. */
  readonly stepId: string;
  readonly code: ErrorCode;
  readonly choices: readonly GateAnswer[];
  readonly askedAt: Date;
  /** Until when it is asked; then it counts as `leave`. Null: until somebody answers. */
  readonly until: Date | null;
  readonly answer: GateAnswer | null;
  readonly answeredBy: string | null;
  readonly answeredAt: Date | null;
}
