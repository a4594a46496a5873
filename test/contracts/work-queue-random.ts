/** Random numbers that are the same for the same seed. */
export interface Random {
  /** A whole number from 0, less than `limit`. */
  below(limit: number): number;
  isLucky(share: number): boolean;
  shuffle<T>(items: readonly T[]): T[];
}

export function createRandom(seed: number): Random {
  const next = createMulberry32(seed);
  return {
    below: (limit) => Math.floor(next() * limit),
    isLucky: (share) => next() < share,
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}

/** @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function createMulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
