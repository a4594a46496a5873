/** What can be wrong with a chain, each with the exact place. */
export type AuditFault =
  /** It does not follow its predecessor, nor do any up to `last`. */
  | {
      readonly fault: 'row_changed';
      readonly chainIndex: number;
      readonly last: number;
      readonly id: number;
    }
  /** A whole event, in the wrong place. */
  | {
      readonly fault: 'row_moved';
      readonly chainIndex: number;
      readonly id: number;
      readonly belongsAt: number;
    }
  /** What follows a gap cannot be proven by what was before it, unless an anchor stands there. */
  | { readonly fault: 'rows_missing'; readonly chainIndex: number; readonly last: number }
  /** A second one with the same index, or one whose index is none. */
  | { readonly fault: 'row_inserted'; readonly chainIndex: number; readonly id: number }
  /** The columns that find the event say something else than its body. */
  | { readonly fault: 'columns_differ'; readonly chainIndex: number; readonly id: number }
  /** Sealed events that no page showed: their index is no number, or that of another one. */
  | { readonly fault: 'rows_hidden'; readonly chainIndex: number; readonly count: number }
  | {
      readonly fault: 'tail_cut';
      readonly chainIndex: number;
      readonly anchored: number;
      readonly at: Date;
    }
  | { readonly fault: 'anchor_differs'; readonly chainIndex: number; readonly at: Date };

/** Thousands of rows may be wrong; the first ones say what happened. */
export const FAULTS_KEPT = 1000;

export interface FaultList {
  readonly faults: readonly AuditFault[];
  /** How many there were beyond these. */
  readonly moreFaults: number;
}

export function joinFaults(...lists: readonly FaultList[]): FaultList {
  const all = lists.flatMap(({ faults }) => faults).toSorted((a, b) => a.chainIndex - b.chainIndex);
  const cut = Math.max(0, all.length - FAULTS_KEPT);
  const moreFaults = lists.reduce((sum, list) => sum + list.moreFaults, cut);
  return { faults: all.slice(0, FAULTS_KEPT), moreFaults };
}

/** Keeps the first ones: they come in chain order. */
export function createFaultCollector() {
  const faults: AuditFault[] = [];
  let moreFaults = 0;
  return {
    add(...found: readonly AuditFault[]): void {
      const room = FAULTS_KEPT - faults.length;
      faults.push(...found.slice(0, room));
      moreFaults += Math.max(0, found.length - room);
    },
    end: (): FaultList => ({ faults, moreFaults }),
  };
}
