/** A script waits for the end of what it began or follows, and its exit code says how that ended. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runChat } from '#bot/cli/chat.ts';
import { createFakeTerminal } from '#test/bot/terminal/fake-terminal.ts';
import type { TestApp } from '#test/helpers/open-test-app.ts';
import { deedsOf } from './look.ts';
import { openFailed } from './retry-stage.ts';

async function script(app: TestApp, as: string, ...commands: readonly string[]) {
  const { stdin, stdout, stderr, written } = createFakeTerminal({ isTTY: false });
  const { dataFolder } = app;
  const code = await runChat({
    ...{ dataFolder, speaker: { as }, stdin, stdout, stderr },
    commands,
  });
  return { code, written: written() };
}

describe('a script', { timeout: 60_000 }, () => {
  it('that retries a job waits for its end, and says whether it failed again', async () => {
    await using app = await openFailed();
    app.drover.lab?.faults.refuse('start', 'not_enough_memory');

    const failed = await script(app, 'ann', 'job retry J-1');
    const done = await script(app, 'carl', 'job retry J-1');

    assert.deepEqual([failed.code, done.code], [1, 0], `${failed.written}\n${done.written}`);
    assert.match(failed.written, /J-1 goes on.*J-1 · failed/s);
    assert.match(done.written, /J-1 goes on.*J-1 · done/s);
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('that watches a job that has ended shows its card and how it ended, to whoever asked for it too', async () => {
    await using app = await openFailed();

    const watched = [
      await script(app, 'ann', 'job watch J-1'),
      await script(app, 'carl', 'job watch J-1'),
    ];
    // More than a window is told of what stood there before.
    for (let count = 0; count < 51; count += 1) await app.say('ann', 'version');
    watched.push(await script(app, 'ann', 'job watch J-1'));

    for (const { code, written } of watched) {
      assert.equal(code, 1, written);
      assert.match(written, /^Following J-1.*J-1 · failed/s);
    }
  });
});
