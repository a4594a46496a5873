/** Makes the process that runs these parts kill itself at a seam, or stand still there. */
import type { Parts } from '#bot/drover.ts';
import { altered } from './altered.ts';
import { countTo, FROZEN, isHeld } from './seams.ts';
import { watchStore } from './watch-store.ts';

/** Lines that tell the torture what the process came to. */
export const HOLDING = 'holding';
export const WOKEN = 'woken';

const forever = () => new Promise<never>(() => undefined);

export function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function dieAtSeam(parts: Parts, seam: string): Parts {
  if (seam === FROZEN) return freezeOnce(parts);
  if (isHeld(seam)) return holdInbox(parts, seam);
  const reach = countTo(seam, () => process.kill(process.pid, 'SIGKILL'));
  const note = (reached: string) => void reach(reached);
  return { ...parts, seam: note, store: watchStore(parts.store, note) };
}

/** Every delivery of a message passes `before` first. */
function holdInbox(parts: Parts, seam: string): Parts {
  const reach = countTo(seam, () => tell(HOLDING));
  return {
    ...parts,
    queue: altered(parts.queue, {
      consume: (topic, concurrency, deliver) =>
        parts.queue.consume(topic, concurrency, (delivery, rest) =>
          topic === 'inbox' && reach('acknowledged') ? forever() : deliver(delivery, rest),
        ),
    }),
  };
}

/**
 * The first worker of the first step freezes after its look, right before it would act. The queue takes it for dead and
 * gives the step to a second one. When that one has brought the job to its end, the first one wakes.
 *
 * A killed worker writes nothing any more; only a frozen one can, and the epoch is there for it.
 */
function freezeOnce(parts: Parts): Parts {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let deliverAgain: (() => Promise<void>) | undefined;
  let isFrozen = false;
  return {
    ...parts,
    store: watchStore(parts.store, (reached) => void (reached === 'job_ended' && end())),
    async seam(reached) {
      if (reached !== 'looked' || isFrozen) return;
      isFrozen = true;
      await Promise.all([deliverAgain?.(), ended]);
    },
    queue: altered(parts.queue, {
      consume: (topic, concurrency, deliver) =>
        parts.queue.consume(topic, concurrency, async (delivery, rest) => {
          const isFirst = topic === 'step' && !deliverAgain;
          if (isFirst) deliverAgain = () => deliver({ key: delivery.key, redelivered: true }, rest);
          await deliver(delivery, rest).finally(() => isFirst && tell(WOKEN));
        }),
    }),
  };
}
