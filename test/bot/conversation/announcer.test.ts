/** What a transaction says of a request or a job makes its card due once, however often it says so. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { createAnnouncer } from '#bot/conversation/announcer.ts';
import type { WakeUp } from '#core/ports/work-queue.ts';
import { newJob } from '#test/contracts/store-samples.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';

it('a job that changes several times in one transaction makes its card due once, and in the next one again', async () => {
  const woken: WakeUp[] = [];
  await using opened = await openTestStore(() => ({
    enqueue: async (_tx, wakeUps) => void woken.push(...wakeUps),
  }));
  const announcer = createAnnouncer({
    newId: randomUUID,
    reach: { chats: new Set(), operators: [] },
  });
  const job = newJob({ number: 1 });
  const other = newJob({ number: 2 });
  const change = (...ids: string[]) =>
    opened.store.transact(async (tx) => {
      for (const id of ids) await announcer.jobChanged(tx, id);
    });
  const versionsOf = () =>
    opened.store.read(({ cards }) =>
      Promise.all(
        [job, other].map(async ({ id }) => (await cards.findBySubject('job', id))?.version),
      ),
    );
  await opened.store.transact(async (tx) => {
    for (const one of [job, other]) await tx.jobs.insert(one);
  });
  await change(job.id, other.id);
  const first = await versionsOf();
  woken.length = 0;

  await change(job.id, job.id, other.id, job.id);
  const second = await versionsOf();
  await change(job.id);

  assert.deepEqual(
    [first, second, await versionsOf()],
    [
      [2, 2],
      [3, 3],
      [4, 3],
    ],
  );
  assert.deepEqual(
    woken.map(({ topic }) => topic),
    ['delivery', 'delivery', 'delivery'],
  );
});
