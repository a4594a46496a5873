/** Moves the database's clock as Drover sees it: `tx.now` of every transaction and reading (H29). */
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { Parts } from '#bot/drover.ts';

export interface ShiftedClock {
  readonly alter: (parts: Parts) => Parts;
  /** Sets it forward by so many milliseconds. */
  forward(milliseconds: number): void;
}

export function createShiftedClock(): ShiftedClock {
  let shiftMs = 0;
  const shift = <T extends { readonly now: Date }>(reads: T): T =>
    Object.create(reads, { now: { value: new Date(reads.now.getTime() + shiftMs) } }) as T;

  return {
    forward(milliseconds) {
      shiftMs += milliseconds;
    },
    alter(parts) {
      const store: ApprovalStore = {
        transact: (work) => parts.store.transact((tx) => work(shift(tx))),
        read: (work) => parts.store.read((reads) => work(shift(reads))),
        close: () => parts.store.close(),
      };
      return { ...parts, store };
    },
  };
}
