/**
 * Lets background work take its turn while nobody waits for an answer.
 *
 * On SQLite a page of the estate and a command share one thread: without this, a full reading of 25,000 VMs puts a page
 * before, between and after the halves of every command. The wait has an end, so that the reading always gets on.
 */
import { setImmediate as letOthersRun } from 'node:timers/promises';

const WAIT_AT_MOST_MS = 25;

export interface PeopleFirst {
  /** Somebody waits until this has ended. */
  serve<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nobody waits, at the latest after 25 ms. */
  takeTurn(): Promise<void>;
}

export function createPeopleFirst(): PeopleFirst {
  let served = 0;
  let free = Promise.withResolvers<void>();

  function end(): void {
    served -= 1;
    if (served > 0) return;
    free.resolve();
    free = Promise.withResolvers();
  }

  return {
    async serve(work) {
      served += 1;
      try {
        return await work();
      } finally {
        end();
      }
    },
    async takeTurn() {
      await letOthersRun();
      if (served === 0) return;
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          isOver = true;
          resolve();
        }, WAIT_AT_MOST_MS);
      });
      // Whoever was served may have asked for more at once: looked at again after everything else has run.
      while (served > 0 && !isOver) {
        await Promise.race([free.promise, limit]);
        await letOthersRun();
      }
      clearTimeout(timer);
    },
  };
}
