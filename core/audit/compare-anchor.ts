/** Whether the database still has what was kept outside of it: an older copy of it has not (H37). */
import type { Anchor, AnchoredHead } from '../ports/anchor.ts';
import type { Reads, Store, Tx } from '../ports/store.ts';

export type AnchorState =
  | { readonly code: 'agrees'; readonly last: AnchoredHead | undefined }
  /** The database ends before what was kept. */
  | { readonly code: 'anchor_ahead'; readonly anchored: AnchoredHead; readonly chainIndex: number }
  /** The database went another way. */
  | { readonly code: 'anchor_differs'; readonly anchored: AnchoredHead };

/** Compares the furthest anchor since an operator last accepted the database as it is. */
export async function compareAnchor(
  store: Pick<Store<Tx, Reads>, 'read'>,
  anchor: Pick<Anchor, 'readAll'>,
): Promise<AnchorState> {
  const { heads } = await anchor.readAll();
  const valid = heads.slice(
    Math.max(
      0,
      heads.findLastIndex(({ isRestored }) => isRestored),
    ),
  );
  const last = valid.toSorted((a, b) => b.chainIndex - a.chainIndex)[0];
  if (!last) return { code: 'agrees', last };
  return store.read(async ({ audit }) => {
    const [row] = await audit.listSealedAfter(last.chainIndex - 1, 1);
    if (row?.chainIndex === last.chainIndex && row.hash === last.hash) {
      return { code: 'agrees', last };
    }
    const chainIndex = (await audit.findHead())?.chainIndex ?? 0;
    if (chainIndex < last.chainIndex) return { code: 'anchor_ahead', anchored: last, chainIndex };
    return { code: 'anchor_differs', anchored: last };
  });
}
