/** What only the embedded queue promises: few statements, an order, and its way with clock and database trouble. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DatabaseHandle } from '#adapters/database/database-handle.ts';
import { createEmbeddedQueue } from '#adapters/work-queue-embedded/work-queue-embedded.ts';
import { enqueue } from '#test/contracts/work-queue-contract.ts';
import { openQueue } from '#test/contracts/work-queue-place.ts';
import { createRecorder } from '#test/contracts/work-queue-recorder.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

/** Opens the queue with some of its database replaced. */
function openWith(
  folder: string,
  replace: (handle: DatabaseHandle) => Partial<DatabaseHandle> = () => ({}),
) {
  return openQueue(`sqlite:${folder}/drover.db`, ({ handle, onError }) =>
    createEmbeddedQueue({ handle: { ...handle, ...replace(handle) }, onError }),
  );
}

describe('work queue: embedded, in memory', () => {
  it('needs no statement to deliver what is due at once, and one to complete many', async () => {
    using folder = createTemporaryFolder('work-queue');
    let statements = 0;
    await using open = await openWith(folder.path, ({ kysely }) => ({
      kysely: () => {
        statements += 1;
        return kysely();
      },
    }));
    const seen = createRecorder();
    await open.queue.consume('job', 4, seen.deliver);
    await enqueue(open, { topic: 'job', key: 'after this the first look is over' });
    await seen.count(1);

    const [before, from] = [statements, performance.now()];
    for (let number = 0; number < 100; number += 1) {
      await enqueue(open, { topic: 'job', key: `${number}` });
      await seen.count(number + 2);
    }
    await open.queue.stop();

    const completions = Math.ceil((performance.now() - from) / 200) + 2;
    assert.ok(statements - before <= completions, `${statements - before} statements`);
  });

  it('delivers by due time, then in the order of arrival', async () => {
    using folder = createTemporaryFolder('work-queue');
    await using open = await openWith(folder.path);
    const seen = createRecorder();
    // By one clock: between two transactions a busy machine may lose more than the delays differ by.
    await enqueue(
      open,
      { topic: 'job', key: 'fourth', delayMs: 300 },
      { topic: 'job', key: 'third', delayMs: 200 },
      { topic: 'job', key: 'first' },
      { topic: 'job', key: 'second' },
    );

    await open.queue.consume('job', 1, seen.deliver);

    await seen.count(4);
    assert.deepEqual(seen.keys(), ['first', 'second', 'third', 'fourth']);
  });

  it('keeps the order when more is due than it holds in memory', async () => {
    using folder = createTemporaryFolder('work-queue');
    await using open = await openWith(folder.path);
    const seen = createRecorder();
    const keys = Array.from({ length: 700 }, (_, n) => `${n}`);
    await open.queue.consume('job', 1, seen.deliver);

    for (const part of [keys.slice(0, 600), keys.slice(600, 650), keys.slice(650)]) {
      await enqueue(open, ...part.map((key) => ({ topic: 'job', key }) as const));
    }

    await seen.count(keys.length);
    assert.deepEqual(seen.keys(), keys);
  });

  it('H29 follows the database clock when it is set forward', async () => {
    using folder = createTemporaryFolder('work-queue');
    let setForwardMs = 0;
    await using open = await openWith(folder.path, ({ now }) => ({
      now: async () => (await now()) + setForwardMs,
    }));
    const seen = createRecorder();
    await open.queue.consume('request', 1, seen.deliver);
    await enqueue(open, { topic: 'request', key: 'in a day', delayMs: 86_400_000 });

    setForwardMs = 86_400_000;

    await seen.count(1);
    assert.deepEqual(seen.keys(), ['in a day']);
  });

  it('goes on after the database refused to complete and to put back', async () => {
    using folder = createTemporaryFolder('work-queue');
    let isBroken = false;
    const open = await openWith(folder.path, ({ kysely }) => ({
      kysely: () => {
        if (isBroken) throw new Error('disk full');
        return kysely();
      },
    }));
    const seen = createRecorder(async ({ key, redelivered }) => {
      isBroken = true;
      if (key === 'fails' && !redelivered) throw new Error('on purpose');
      if (redelivered) isBroken = false;
    });
    await open.queue.consume('job', 1, seen.deliver);
    await enqueue(open, { topic: 'job', key: 'goes well' }, { topic: 'job', key: 'fails' });
    await seen.count(2);
    isBroken = false;
    await seen.count(3);
    await open[Symbol.asyncDispose]();

    assert.deepEqual(seen.deliveries.at(-1), { key: 'fails', redelivered: true });
    assert.match(`${open.errors}`, /on purpose.*disk full/);
    await using next = await openWith(folder.path);
    const rest = createRecorder();
    await next.queue.consume('job', 1, rest.deliver);
    await enqueue(next, { topic: 'job', key: 'alone' });
    await rest.count(1);
    assert.deepEqual(rest.keys(), ['alone']);
  });
});
