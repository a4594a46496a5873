/** Counts tries of one kind by one key, over restarts: a guess is counted before it is judged. */
import type { Store, Tx } from '#core/ports/store.ts';
import { digestOf } from './link-code.ts';

export interface Limit {
  readonly most: number;
  readonly withinMs: number;
}

interface Tries {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** False when there were too many; then nothing is counted. */
export async function takeTry(
  tx: Pick<Tx, 'findMark' | 'setMark' | 'now' | 'lock'>,
  key: string,
  { most, withinMs }: Limit,
): Promise<boolean> {
  // Two tries at once must not both be the last one.
  await tx.lock('quota');
  const now = tx.now.getTime();
  const mark = toMark(key);
  const before = readTries(await tx.findMark(mark));
  const { count, since } =
    before && now - before.since < withinMs ? before : { count: 0, since: now };
  if (count >= most) return false;
  await tx.setMark(mark, JSON.stringify({ count: count + 1, since } satisfies Tries));
  return true;
}

/** It was the right one. */
export async function forgetTries(store: Store, key: string): Promise<void> {
  await store.transact((tx) => tx.setMark(toMark(key), JSON.stringify({ count: 0, since: 0 })));
}

/** A digest: what people type must not become a key of any length. */
function toMark(key: string): string {
  return `tries:${digestOf(key)}`;
}

function readTries(text: string | undefined): Tries | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Tries);
}
