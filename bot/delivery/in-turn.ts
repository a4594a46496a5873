/** Runs work of one key after another, of different keys side by side: one writer a card (H34). */
export function createInTurn(): (key: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    // What became of the one before is told to its own caller.
    const turn = before.catch(() => undefined).then(work);
    last.set(key, turn);
    const forget = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    void turn.then(forget, forget);
    return turn;
  };
}
