/**
 * Runs work of one key after another, of different keys side by side: one writer a card (H34).
 *
 * Work that waits for its turn sees all that is true when it begins, so whoever comes meanwhile is served by it.
 */
export type InTurn = <A>(key: string, work: () => Promise<A>) => Promise<A | undefined>;

/** Answers undefined for work that another stands in for, which has not begun. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  const waiting = new Set<string>();
  return async (key, work) => {
    if (waiting.has(key)) return undefined;
    waiting.add(key);
    const before = last.get(key) ?? Promise.resolve();
    const begin = () => {
      waiting.delete(key);
      return work();
    };
    // What became of the one before is told to its own caller.
    const turn = before.then(begin, begin);
    last.set(key, turn);
    const forget = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(forget, forget);
    return turn;
  };
}
