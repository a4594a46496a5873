/** Works on the queue at the URL of its first argument until it is killed. */
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import { openQueue } from '#test/contracts/work-queue-place.ts';
import { serveQueue } from '#test/contracts/work-queue-process.ts';

await serveQueue(await openQueue(process.argv[2] ?? '', createEmbeddedQueue));
