/** In the place of the thread that draws: it dies, hangs for ever, or does not draw. */
import { parentPort } from 'node:worker_threads';
import type { PngOrder } from '#bot/pictures/png-worker.ts';

parentPort?.on('message', ({ order, letters }: PngOrder) => {
  if (letters.includes('die')) process.exit(1);
  while (letters.includes('hang'));
  parentPort?.postMessage({ order, png: new Uint8Array([order]), width: 1, height: 1 });
});
