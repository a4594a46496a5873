/** Counts tries of one kind by one key, over restarts: a guess is counted before it is judged. */
import type { Store, Tx } from '#core/ports/store.ts';
import { digestOf } from './link-code.ts';

export interface Limit {
  readonly most: number;
  readonly withinMs: number;
  /**
   * `first`: so many in a stretch of time. `last`: whoever goes on waits again, so that no two stretches meet; for what
   * something else counts too, as a domain its wrong passwords.
   */
  readonly since: 'first' | 'last';
}

interface Tries {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

type LimitTx = Pick<Tx, 'findMark' | 'setMark' | 'now' | 'lock'>;

/** `refused_again`: what was refused before is refused once more, which is no news. */
export type TryVerdict = 'may' | 'refused' | 'refused_again';

export async function judgeTry(tx: LimitTx, key: string, limit: Limit): Promise<TryVerdict> {
  // Two tries at once must not both be the last one.
  await tx.lock('quota');
  const now = tx.now.getTime();
  const mark = toMark(key);
  const before = readTries(await tx.findMark(mark));
  const isOver = !before || now - before.since >= limit.withinMs;
  const count = isOver ? 0 : before.count;
  if (count > limit.most) return 'refused_again';
  const since = isOver || (limit.since === 'last' && count < limit.most) ? now : before.since;
  await tx.setMark(mark, JSON.stringify({ count: count + 1, since } satisfies Tries));
  return count < limit.most ? 'may' : 'refused';
}

/** False when there were too many. */
export async function takeTry(tx: LimitTx, key: string, limit: Limit): Promise<boolean> {
  return (await judgeTry(tx, key, limit)) === 'may';
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
