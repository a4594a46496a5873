/** The platform's long calls: accepted in one commit, due at an instant, whether or not Drover runs then. */

import type { ErrorCode, Facts } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { CloneRequest, NicChange } from '#core/ports/connection.ts';
import type { MoveWish } from '#core/ports/moving.ts';

export interface DeedInputs {
  readonly start: { readonly vm: ObjectRef };
  readonly stop: { readonly vm: ObjectRef };
  readonly shutdownGuest: { readonly vm: ObjectRef };
  readonly save: { readonly vm: ObjectRef };
  readonly pause: { readonly vm: ObjectRef };
  readonly resume: { readonly vm: ObjectRef };
  readonly clone: CloneRequest;
  readonly detachDisks: { readonly vm: ObjectRef; readonly keys: readonly string[] };
  readonly delete: { readonly vm: ObjectRef };
  readonly addDisk: { readonly vm: ObjectRef; readonly sizeBytes: number };
  readonly setNic: { readonly vm: ObjectRef; readonly key: string; readonly change: NicChange };
  readonly move: MoveWish & { readonly vm: ObjectRef };
  readonly markHost: { readonly host: ObjectRef; readonly drain: boolean };
  readonly unmarkHost: { readonly host: ObjectRef; readonly failback: boolean };
}
export type DeedName = keyof DeedInputs;

/** Which part of the wish is left out in silence; `all`: nothing happens. */
export const PARTS = [
  'all',
  'cpus',
  'memory',
  'disk',
  'network',
  'folder',
  'token',
  'host',
  'datastore',
] as const;
export type Part = (typeof PARTS)[number];

/** An injected fault in a task's course. It is stored with the task, so it outlives a crash of Drover. */
export type Twist =
  | { readonly twist: 'fail'; readonly code: ErrorCode }
  | { readonly twist: 'fail_with_effect'; readonly code: ErrorCode }
  | { readonly twist: 'half_effect'; readonly code: ErrorCode }
  | { readonly twist: 'without_effect'; readonly part: Part }
  | { readonly twist: 'ask'; readonly question: string }
  /** A move fails and leaves a second, stopped one on its target; with `sourceLost` the first host goes away then. */
  | { readonly twist: 'leave_copy'; readonly code: ErrorCode; readonly sourceLost: boolean }
  /** It happens when so much of a move is done, and ends it. */
  | { readonly twist: MidMove; readonly percent: number };

export const MID_MOVES = ['guest_off', 'target_dies', 'source_dies'] as const;
export type MidMove = (typeof MID_MOVES)[number];

/** `waiting`: until its host is empty, for however long. */
export const LIVE_STATES = ['queued', 'waiting', 'running', 'asking'] as const;

interface TaskBase {
  readonly id: string;
  readonly connectionId: string;
  readonly stepToken: string;
  readonly state: (typeof LIVE_STATES)[number] | 'done' | 'failed' | 'cancelled';
  /** All instants are milliseconds since 1970 by the lab's clock. */
  readonly acceptedAt: number;
  readonly startedAt?: number | undefined;
  readonly dueAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** As it will take, speed included. */
  readonly durationMs: number;
  /** What only so many tasks may use at once; a task waits for a free place in each. */
  readonly uses: readonly string[];
  /** Handles of VMs that no other task may touch meanwhile. */
  readonly holds: readonly string[];
  readonly twist?: Twist | undefined;
  readonly fault?: { readonly code: ErrorCode; readonly facts: Facts } | undefined;
  /** Handle of what it made. */
  readonly made?: string | undefined;
}

export type LabTask = {
  readonly [D in DeedName]: TaskBase & { readonly deed: D; readonly input: DeedInputs[D] };
}[DeedName];

export function isLive(task: LabTask): boolean {
  return (LIVE_STATES as readonly string[]).includes(task.state);
}

/** Whole percent of the way, by time alone; a waiting task stands still. */
export function progressOf(task: LabTask, now: number): number {
  if (!isLive(task)) return 100;
  if (task.startedAt === undefined || task.dueAt === undefined) return 0;
  const share = (now - task.startedAt) / Math.max(1, task.durationMs);
  return Math.max(0, Math.min(99, Math.floor(share * 100)));
}
