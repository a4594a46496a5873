/**
 * A plan: what will be done, the worst it may do, and what is known about it now.
 *
 * Operation, steps (without their placement) and bounds are hashed, and an approval binds to that hash. Advice changes
 * all the time and is not. With a blocker there is no request. Words are made on the card: everything here is a code
 * with facts.
 */
import type { Facts } from '../errors.ts';
import type { ObjectKind } from '../inventory/estate-object.ts';
import type { QuotaLine } from '../rights/quota-line.ts';
import type { Bounds } from './bounds.ts';
import type { PlanCode } from './plan-codes.ts';
import type { Rehearsal } from './rehearsal.ts';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface Target {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly name: string;
}

export interface PlannedStep {
  /** Unique in its plan and stable: the job's id and this key are the step's token on the platform. */
  readonly key: string;
  readonly kind: string;
  readonly version: number;
  /** What the step does, without where: hashed. */
  readonly input: Json;
  /** Chosen host and datastore, inside the bounds; chosen again at the start; never hashed. */
  readonly placement?: Json | undefined;
  /** Keys of steps that come before. */
  readonly after: readonly string[];
  /** What those before must have come to; absent: `when_done`. */
  readonly begins?: Begins | undefined;
  /** Only when the one before was answered so; else it is left out. */
  readonly choice?: string | undefined;
  /** At the start it may be missing: what it is about needs it no more. */
  readonly isSparable?: true | undefined;
}

/**
 * `when_done`: all before are done. `when_failed`: all before have ended and one of them failed; else it is left out.
 * `when_ended`: all before have ended, however, a cancel included: it puts in order what they left.
 */
export const BEGINS = ['when_done', 'when_failed', 'when_ended'] as const;
export type Begins = (typeof BEGINS)[number];

export interface PlanNote {
  readonly code: PlanCode;
  readonly facts: Facts;
}

export interface HostRating {
  readonly hostId: string;
  readonly hostName: string;
  /** Half steps, 0 to 5. */
  readonly stars: number;
  readonly verdict: 'fits' | 'not_recommended' | 'blocked';
  readonly reasons: readonly PlanNote[];
  /** The datastore that fits best on this host. */
  readonly datastoreId?: string | undefined;
  readonly datastoreName?: string | undefined;
}

/** One VM of a plan that moves VMs. */
export interface MoveLine {
  readonly vmId: string;
  readonly vmName: string;
  readonly fromName: string;
  /** Drover id of its new host; of its own, where only files move. */
  readonly toId: string;
  readonly toName: string;
  /** Drover id of the datastore to which its files go. */
  readonly datastoreId?: string | undefined;
  /** Of its new host, once all are moved; half steps, 0 to 5. */
  readonly stars: number;
  /** Of the host that it leaves, as it is now, where that is why it moves. */
  readonly starsBefore?: number | undefined;
  readonly way: 'live' | 'quick' | 'off';
  /** How long it stands still. */
  readonly downSeconds: number;
  readonly usualMs: number;
  /** Its platform was asked whether it can. */
  readonly isChecked: boolean;
  /** The platform moves it, to a host of its own choice: the one here shows that there is room. */
  readonly isChosenByPlatform?: true | undefined;
}

export interface Advice {
  readonly place?: HostRating | undefined;
  /** In the order in which they begin, for plans that move VMs. */
  readonly moves?: readonly MoveLine[] | undefined;
  /** Best first; at most 50, then the blocked ones. */
  readonly ratings: readonly HostRating[];
  readonly durationMs?: number | undefined;
  /** What came of it on a twin, where that was asked for. */
  readonly rehearsal?: Rehearsal | undefined;
  /** Age of the oldest observation the plan rests on. */
  readonly dataAgeMs: number;
  readonly notes: readonly PlanNote[];
  /** Quota as it stood when the request was made. */
  readonly quota?: readonly QuotaLine[] | undefined;
}

export interface Plan {
  readonly operation: string;
  readonly targets: readonly Target[];
  readonly steps: readonly PlannedStep[];
  readonly bounds: Bounds;
  readonly advice: Advice;
  readonly blockers: readonly PlanNote[];
  /** Memory, space and quota to hold while the request waits and the job runs. */
  readonly reserves: Reserves | undefined;
}

/** What is kept free for a request, so that two never take the same memory or the same rest of a quota. */
export interface Reserves {
  readonly connectionId: string;
  /** What it adds to a quota; a move adds nothing. */
  readonly vms: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly places: readonly HeldPlace[];
}

/** Room on one host or datastore, held until the step of that key has ended. */
export interface HeldPlace {
  readonly key: string;
  readonly hostId?: string | undefined;
  readonly datastoreId?: string | undefined;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}
