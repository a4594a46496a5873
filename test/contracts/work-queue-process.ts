/**
 * A process that works on a queue until it is killed, for work-queue-kill.ts.
 *
 * It enqueues without end and tells each fact on its own line, after it is true: `committed <key>`, `delivered <key>`.
 * Every third delivery never ends.
 */
import { writeSync } from 'node:fs';
import type { OpenQueue } from './work-queue-contract.ts';

export async function serveQueue(open: OpenQueue): Promise<void> {
  // Not `console.log`: what a pipe still holds in memory dies with the process.
  const tell = (fact: string, key: string) => writeSync(1, `${fact} ${key}\n`);
  let held = 0;

  await open.queue.consume('step', 20, async ({ key }) => {
    tell('delivered', key);
    if (Number(key) % 3 !== 0 || held >= 10) return;
    held += 1;
    await new Promise(() => {});
  });
  for (let key = 0; ; key += 1) {
    const delayMs = key % 5 === 0 ? 200 : 0;
    await open.transact((tx) =>
      open.queue.enqueue(tx, [{ topic: 'step', key: `${key}`, delayMs }]),
    );
    tell('committed', `${key}`);
  }
}
