/** Faults that wait for the call they are meant for. */
import type { ErrorCode } from '#core/errors.ts';
import type { DeedName, Twist } from './task.ts';

export const LAB_METHODS = [
  'start',
  'stop',
  'shutdownGuest',
  'save',
  'pause',
  'resume',
  'clone',
  'detachDisks',
  'delete',
  'addDisk',
  'setNic',
  'move',
  'markHost',
  'unmarkHost',
  'identify',
  'snapshot',
  'changes',
  'read',
  'findByToken',
  'checkMove',
  'findMove',
  'findCopies',
  'readHost',
  'follow',
  'cancel',
] as const satisfies readonly (DeedName | string)[];
export type LabMethod = (typeof LAB_METHODS)[number];

/** Which calls a fault is meant for; without anything: the next call of the method. */
export interface Aim {
  /** How many calls; 1 by default. */
  readonly count?: number | undefined;
  readonly connectionId?: string | undefined;
  /** Name of the VM; of a clone, the new name; of a mark, its host. */
  readonly vm?: string | undefined;
}

export type FaultKind =
  | { readonly kind: 'refuse'; readonly code: ErrorCode }
  /** `before`: the call is lost. `after`: it is carried out, and the answer is lost. */
  | {
      readonly kind: 'drop';
      readonly when: 'before' | 'after';
      /** The call reaches the platform only then, long after its sender gave up. */
      readonly arrivesAfterMs?: number | undefined;
    }
  | { readonly kind: 'cannot_tell' }
  | { readonly kind: 'late'; readonly lateMs: number }
  | { readonly kind: 'twist'; readonly twist: Twist }
  /** Somebody at the vendor's console is faster. */
  | { readonly kind: 'others'; readonly change: () => void };

/** The faults of one call; of each kind at most one. */
export type TakenFaults = { readonly [F in FaultKind as F['kind']]?: F };

export interface PlannedFaults {
  plan(method: LabMethod, fault: FaultKind, aim: Aim): void;
  take(method: LabMethod, connectionId: string, vm: string | undefined): TakenFaults;
  /** Those that no call has met, in words. */
  unused(): readonly string[];
}

interface Planned {
  readonly method: LabMethod;
  readonly fault: FaultKind;
  readonly aim: Aim;
  left: number;
}

export function createPlannedFaults(): PlannedFaults {
  const planned: Planned[] = [];

  return {
    plan: (method, fault, aim) => void planned.push({ method, fault, aim, left: aim.count ?? 1 }),
    take(method, connectionId, vm) {
      const taken: Record<string, FaultKind> = {};
      for (const it of planned) {
        if (it.left === 0 || it.method !== method || it.fault.kind in taken) continue;
        if (it.aim.connectionId !== undefined && it.aim.connectionId !== connectionId) continue;
        if (it.aim.vm !== undefined && it.aim.vm !== vm) continue;
        it.left -= 1;
        taken[it.fault.kind] = it.fault;
      }
      return taken as TakenFaults;
    },
    unused: () =>
      planned
        .filter((it) => it.left > 0)
        .map((it) => `${it.fault.kind} of ${it.method}, ${it.left} times`),
  };
}
