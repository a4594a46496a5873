/**
 * Brings the estate index up to what the store holds, by change sequence.
 *
 * One reading at a time; a call during a reading causes one more after it. What one process wrote, another sees at its
 * next reading.
 */
import type { Reads, Store } from '../ports/store.ts';
import type { EstateIndex } from './estate-index.ts';

const PAGE = 500;

export interface EstateFeed {
  /** Resolves when the index holds everything that was committed before the call. */
  catchUp(): Promise<void>;
}

export function createEstateFeed(store: Pick<Store, 'read'>, index: EstateIndex): EstateFeed {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const readAll = () => store.read((reads) => catchUpInside(reads, index));

  return {
    catchUp() {
      if (!running) {
        running = readAll().finally(() => {
          running = undefined;
        });
        return running;
      }
      // What runs may have read past the caller's commit already: one more reading is sure to hold it.
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return this.catchUp();
        });
      return next;
    },
  };
}

/**
 * The same inside a running transaction, before its own writes: what is decided there rests on all that was committed.
 */
export async function catchUpInside(
  reads: Pick<Reads, 'estate'>,
  index: EstateIndex,
): Promise<void> {
  for (let isMore = true; isMore; ) {
    const page = await reads.estate.listChangedAfter(index.changeSeq(), PAGE);
    // Several read at once, each on its own connection: one that asked earlier may be answered later, with what was.
    const known = index.changeSeq();
    index.apply(page.filter(({ changeSeq }) => changeSeq > known));
    isMore = page.length === PAGE;
  }
}
