/**
 * Preloaded into the process of each test file by test/run.ts.
 *
 * A file whose tests are over but whose process stays has left something open: a worker, a timer, a
 * connection. It fails, and says what kind of thing. One that never gives its thread back is killed: neither a
 * timer of its own nor a signal would reach it.
 */
import { after } from 'node:test';
import { Worker } from 'node:worker_threads';

/** Longer than Node keeps an idle connection of `fetch`. */
const graceMs = 5_000;

/** Far beyond the slowest file, on a machine that is busy with others. */
const fileTimeoutMs = 300_000;

const watch = `
  setTimeout(() => {
    require('node:fs').writeSync(2, 'killed: the file did not end within ${fileTimeoutMs / 1000} s\\n');
    process.kill(process.pid, 'SIGKILL');
  }, ${fileTimeoutMs});
`;
new Worker(watch, { eval: true, execArgv: [] }).unref();

after(() => {
  const timer = setTimeout(() => {
    const left = process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap');
    process.stderr.write(`the tests are over, and left open: ${left.join(', ')}\n`);
    process.exit(1);
  }, graceMs);
  timer.unref(); // it must not be what keeps the process
});
