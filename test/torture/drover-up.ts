/** Whether a Drover listens, as those see it who speak to it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DroverProcess } from './drover-process.ts';

/** By then a killed process is known to be one. */
const BREATH_MS = 300;

export interface DroverUp {
  started(drover: DroverProcess): void;
  /** Resolves a little later, when one listens. */
  again(): Promise<void>;
}

/**
 * Slack's second try comes a minute after its first, Teams' person clicks again when nothing came of it: here both come
 * when Drover listens again, so that nobody waits for a minute. A start that takes longer than that would be another
 * story.
 */
export function createDroverUp(): DroverUp {
  let up = Promise.withResolvers<void>();
  return {
    started(drover) {
      const mine = up;
      drover.runs.then(
        () => mine.resolve(),
        () => undefined, // killed while it started: the next one is waited for
      );
      void drover.ended.then(() => {
        if (up === mine) up = Promise.withResolvers<void>();
      });
    },
    async again() {
      await pause(BREATH_MS);
      // One that is killed meanwhile is followed by the next.
      for (let awaited = up; ; awaited = up) {
        await awaited.promise;
        if (awaited === up) return;
      }
    },
  };
}

/** Undefined where the connection was cut or nobody listened: what `fetch` says then. Whatever else is a fault. */
export async function tryOnce<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    const isCut = error instanceof TypeError && error.message === 'fetch failed';
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    if (isCut || isLate) return undefined;
    throw error;
  }
}
