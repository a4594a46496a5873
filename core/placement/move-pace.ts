/**
 * How long a move takes: as those before it on the same connection, by a line through what they carried; until a few were
 * seen, as such moves usually do.
 */
import type { MovePace, Paced } from '../ports/move-pace.ts';
import type { MoveWay } from '../ports/moving.ts';

const GIB = 2 ** 30;
/** Each later move lets those before count so much less: the last twenty say most. */
const FORGETTING = 0.95;
/** Fewer say too little. */
const ENOUGH = 3;

/**
 * Until some were measured: a link of 10 Gbit/s that carries eight at once, and copies as they are often seen. Drover's own
 * choice; no source publishes it.
 */
const USUAL: Readonly<Record<Paced, { readonly fixed: number; readonly perGib: number }>> = {
  live: { fixed: 5, perGib: 3.4 },
  quick: { fixed: 5, perGib: 6.8 },
  files: { fixed: 5, perGib: 6.8 },
};

export interface MovedParts {
  readonly way: MoveWay;
  readonly memoryBytes: number;
  /** 0: its files stay. */
  readonly fileBytes: number;
}

export function toMoveMs(parts: MovedParts, paces: readonly MovePace[] = []): number {
  const { way, memoryBytes, fileBytes } = parts;
  const memory = way === 'off' ? 0 : predict(way, memoryBytes, paces);
  const files = fileBytes > 0 ? predict('files', fileBytes, paces) : 0;
  return Math.round(1000 * (memory + files || USUAL.live.fixed));
}

/** Seconds. */
function predict(what: Paced, bytes: number, paces: readonly MovePace[]): number {
  const pace = paces.find((one) => one.what === what);
  const gib = bytes / GIB;
  if (!pace || pace.count < ENOUGH - 0.5) return USUAL[what].fixed + USUAL[what].perGib * gib;
  const { count, sumGib, sumSeconds, sumGibGib, sumGibSeconds } = pace;
  const spread = sumGibGib - (sumGib * sumGib) / count;
  const slope = (sumGibSeconds - (sumGib * sumSeconds) / count) / spread;
  // All of one size, or longer the less there was: the mean is all that can be said.
  if (!(spread > 1e-6) || slope < 0) return sumSeconds / count;
  const fixed = (sumSeconds - slope * sumGib) / count;
  return Math.max(0.1, fixed + slope * gib);
}

/** What one more says. Of a move that carried memory and files at once nothing can be told apart. */
export function learnMove(
  before: MovePace | undefined,
  {
    connectionId,
    what,
    bytes,
    seconds,
  }: {
    readonly connectionId: string;
    readonly what: Paced;
    readonly bytes: number;
    readonly seconds: number;
  },
): MovePace {
  const gib = bytes / GIB;
  const kept = (sum: number | undefined) => (sum ?? 0) * FORGETTING;
  return {
    ...{ connectionId, what, count: kept(before?.count) + 1 },
    sumGib: kept(before?.sumGib) + gib,
    sumSeconds: kept(before?.sumSeconds) + seconds,
    sumGibGib: kept(before?.sumGibGib) + gib * gib,
    sumGibSeconds: kept(before?.sumGibSeconds) + gib * seconds,
  };
}

/** How long a VM stands still while it is moved, in seconds: a moment, or as long as its memory is written and read. */
export function toDownSeconds(
  { way, memoryBytes }: Omit<MovedParts, 'fileBytes'>,
  paces: readonly MovePace[] = [],
): number {
  if (way !== 'quick') return way === 'live' ? 1 : 0;
  return Math.ceil(predict('quick', memoryBytes, paces));
}
