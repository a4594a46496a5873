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
  /** Keys of steps that must be done before. */
  readonly after: readonly string[];
}

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

export interface Advice {
  readonly place?: HostRating | undefined;
  /** Best first; at most 50, then the blocked ones. */
  readonly ratings: readonly HostRating[];
  readonly durationMs?: number | undefined;
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

/** What is kept free for a request, so that two never take the same memory. */
export interface Reserves {
  readonly connectionId: string;
  readonly hostId: string;
  readonly datastoreId: string;
  readonly vms: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}
