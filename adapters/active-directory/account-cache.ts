import type { Clock } from '#core/ports/clock.ts';
import type { Account, Directory } from '#core/ports/directory.ts';

/** Beyond that a view would show what is long over. */
const LONGEST_AGE_MS = 60_000;
const MOST_KEPT = 5_000;

export interface AccountCacheOptions {
  /** How old what is shown may be, counted from when it was asked for: 0 to 60,000. */
  readonly maxAgeMs: number;
}

/**
 * Accounts for lists and cards, where the same people are shown again and again.
 *
 * For views alone: what is decided is decided on an account that was read for it. Several who ask for one account at the
 * same time share one read. Errors are never kept; an account that is gone is kept as gone for as long as any other.
 *
 * @throws RangeError for an age outside its bounds.
 */
export function createAccountCache(
  directory: Pick<Directory, 'findAccount'>,
  clock: Pick<Clock, 'elapsedMs'>,
  { maxAgeMs }: AccountCacheOptions,
): Pick<Directory, 'findAccount'> {
  if (!(maxAgeMs >= 0 && maxAgeMs <= LONGEST_AGE_MS))
    throw new RangeError(`an account may be shown for 0 to ${LONGEST_AGE_MS} ms`);
  const kept = new Map<string, Kept>();

  const isFresh = ({ askedAtMs, isUnderWay }: Kept) =>
    isUnderWay || clock.elapsedMs() - askedAtMs < maxAgeMs;

  const ask = (id: string): Promise<Account | undefined> => {
    const reading = directory.findAccount(id);
    const entry: Kept = { reading, askedAtMs: clock.elapsedMs(), isUnderWay: true };
    kept.delete(id); // the newest stands last
    kept.set(id, entry);
    const settle = (isGood: boolean) => {
      entry.isUnderWay = false;
      if (!isGood && kept.get(id) === entry) kept.delete(id);
    };
    reading.then(
      () => settle(true),
      () => settle(false),
    );
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return reading;
  };

  return {
    findAccount: (id) => {
      const entry = kept.get(id);
      return entry && isFresh(entry) ? entry.reading : ask(id);
    },
  };
}

interface Kept {
  readonly reading: Promise<Account | undefined>;
  readonly askedAtMs: number;
  isUnderWay: boolean;
}
