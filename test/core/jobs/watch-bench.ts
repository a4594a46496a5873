/** A job at work whose requester's right is read as a test says (H26). */
import type { Parts } from '#bot/drover.ts';
import { type RightsOptions, watchRights } from '#core/jobs/watch-rights.ts';
import type { Standing } from '#core/ports/start-gate.ts';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import type { Bench, JobWish } from './open-bench.ts';

export const HOLDS: Standing = { standing: 'holds' };
export const SILENT: Standing = { standing: 'unknown', code: 'directory_not_reachable' };
export const BOB = { id: 'bob', name: 'Bob' };
export const LOST: Standing = {
  ...{ standing: 'lost', code: 'requester_lost_right', asks: [BOB] },
  facts: { person: 'Ann', right: 'test.run' },
};
/** One permit for two, and what puts in order. */
const STEPS: JobWish['steps'] = {
  a: { permits: ['host:x'] },
  b: { permits: ['host:x'] },
  tidy: { after: ['a', 'b'], begins: 'when_ended' },
};

export interface Watched {
  readonly bench: Bench;
  readonly options: RightsOptions;
  /** Whose standing was read, in order. */
  readonly read: string[];
  say(standing: Standing): void;
  /** The next wake-up of topic `job`. */
  deliver(): Promise<string | undefined>;
  forward(milliseconds: number): void;
}

export async function watch(bench: Bench, steps = STEPS): Promise<Watched> {
  let standing = HOLDS;
  const read: string[] = [];
  const shifted = createShiftedClock();
  const { store } = shifted.alter({ store: bench.store } as unknown as Parts);
  const gate = {
    readStanding: async ({ id }: { readonly id: string }) => {
      read.push(id);
      return standing;
    },
    listOperators: async () => [BOB],
  };
  const own = { store, gate, scheduling: bench.loop, clock: bench.clock, rightsMs: 5000 };
  bench.capacities.set('host:x', 1);
  await bench.startJob({ steps });
  while (bench.queue.take('job')) {
    // Its start is over.
  }
  return {
    ...{ bench, options: own, read, forward: shifted.forward },
    say(now) {
      standing = now;
    },
    async deliver() {
      const taken = bench.queue.take('job');
      if (taken) await watchRights(own, taken.key);
      return taken && `${taken.key} ${taken.delayMs}`;
    },
  };
}
