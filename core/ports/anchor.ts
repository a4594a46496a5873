/**
 * Heads of the audit chain, kept outside the database: what shows that its tail was cut, that the whole was written
 * anew, or that an older copy was put back (H37, H38).
 */
import type { Head } from '../audit/seal.ts';

export interface AnchoredHead extends Head {
  /** On the database's clock. */
  readonly at: Date;
  /** From here on the database counts as it is: an operator accepted that it went back, or that it differs. */
  readonly isRestored?: true | undefined;
}

export interface AnchorReading {
  /** In the order in which they were kept. */
  readonly heads: readonly AnchoredHead[];
  /** Lines, from 1, that a crash cut off while they were written. */
  readonly tornLines: readonly number[];
  /** Lines that no Drover wrote. */
  readonly strangeLines: readonly number[];
}

export interface Anchor {
  /**
   * Resolves once the disk has it.
   *
   * @throws OperationError `storage_unfit` with `reason`, `storage_full`.
   */
  append(head: AnchoredHead): Promise<void>;
  /** Empty when nothing was kept yet. @throws OperationError `storage_unfit` with `reason`. */
  readAll(): Promise<AnchorReading>;
}
