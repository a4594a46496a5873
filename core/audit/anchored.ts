/** The anchors beside the chain: which agree, and what those say that do not. */
import type { AnchoredHead } from '../ports/anchor.ts';
import type { AuditFault } from './audit-fault.ts';

export interface AnchorCheck {
  /** The hash that was kept for this place. */
  hashAt(chainIndex: number): string | undefined;
  /** Compares what was kept for this place. */
  look(chainIndex: number, hash: string | null): readonly AuditFault[];
  /** @param last Where the chain ends. */
  end(last: number): {
    readonly faults: readonly AuditFault[];
    readonly agree: number;
    readonly accepted: number;
  };
}

interface Kept extends AnchoredHead {
  /** An operator accepted later that the database is another one. */
  readonly isAccepted: boolean;
}

export function createAnchorCheck(heads: readonly AnchoredHead[]): AnchorCheck {
  const restored = heads.findLastIndex(({ isRestored }) => isRestored);
  const kept = heads.map((head, index): Kept => ({ ...head, isAccepted: index < restored }));
  const byIndex = Map.groupBy(kept, ({ chainIndex }) => chainIndex);
  let agree = 0;
  let accepted = 0;
  return {
    hashAt: (chainIndex) => byIndex.get(chainIndex)?.at(-1)?.hash,
    look(chainIndex, hash) {
      const here = byIndex.get(chainIndex) ?? [];
      const differing = here.filter((head) => head.hash !== hash);
      const wrong = differing.filter(({ isAccepted }) => !isAccepted);
      agree += here.length - differing.length;
      accepted += differing.length - wrong.length;
      return wrong.map(({ at }) => ({ fault: 'anchor_differs', chainIndex, at }));
    },
    end(last) {
      const beyond = kept.filter(({ chainIndex }) => chainIndex > last);
      const wrong = beyond.filter(({ isAccepted }) => !isAccepted);
      return {
        faults: tellCut(wrong, last),
        agree,
        accepted: accepted + beyond.length - wrong.length,
      };
    },
  };
}

/** One cut, however many anchors show it: told by the furthest. */
function tellCut(beyond: readonly AnchoredHead[], last: number): AuditFault[] {
  const furthest = beyond.toSorted((a, b) => b.chainIndex - a.chainIndex)[0];
  if (!furthest) return [];
  const { chainIndex: anchored, at } = furthest;
  return [{ fault: 'tail_cut', chainIndex: last, anchored, at }];
}
