import type { Deadline } from './deadline.ts';

/**
 * Lets so many questions be under way at a time.
 *
 * A server answers them one after another: a thousand at once would each wait for all the others, and the last ones
 * would seem to get no answer. It also spares the domain controllers, for which tokenGroups is work.
 */
export interface Window {
  /** @throws LdapError `late` when its turn does not come before the deadline. */
  pass<T>(work: () => Promise<T>, deadline: Deadline): Promise<T>;
}

export function createWindow(size: number): Window {
  let free = size;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const enter = async (deadline: Deadline) => {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    try {
      await deadline.wait(turn);
    } catch (error) {
      const at = waiting.indexOf(resolve);
      if (at >= 0) waiting.splice(at, 1);
      else leave(); // its turn came while it gave up
      throw error;
    }
  };
  return {
    pass: async (work, deadline) => {
      await enter(deadline);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** As `Promise.all(items.map(work))`, with at most `width` at a time; stops at the first error. */
export async function mapInTurns<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const turns = items.entries();
  const walk = async () => {
    for (const [at, item] of turns) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, walk));
  return results;
}
