/**
 * Preloaded into the process of each test file by test/run.ts.
 *
 * A file whose tests are over but whose process stays has left something open: a worker, a timer, a
 * connection. It fails, and says what kind of thing.
 */
import { after } from 'node:test';

/** Longer than Node keeps an idle connection of `fetch`. */
const graceMs = 5_000;

after(() => {
  const timer = setTimeout(() => {
    const left = process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap');
    process.stderr.write(`the tests are over, and left open: ${left.join(', ')}\n`);
    process.exit(1);
  }, graceMs);
  timer.unref(); // it must not be what keeps the process
});
