/** Works on the queue at the URL of its first argument until it is killed. */
import { createPgBossQueue } from '#adapters/work-queue-pg-boss/work-queue-pg-boss.ts';
import { openQueue } from '#test/contracts/work-queue-place.ts';
import { serveQueue } from '#test/contracts/work-queue-process.ts';

await serveQueue(await openQueue(process.argv[2] ?? '', createPgBossQueue));
