/**
 * npm test [-- FILE | FOLDER | PATTERN …] [--name=REGEX]
 *
 * Runs the tests, each file in a process of its own. Prints failures in full, what was left out for want
 * of a peer, and one summary line; the exit code is true. With `CI=true` a missing peer is a failure.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findMissingPeers } from './helpers/peers/known-peers.ts';
import { findTestFiles } from './tooling/find-test-files.ts';
import { collectOutcome, toSummary } from './tooling/test-outcome.ts';

/** What one file had compiled serves the next: they load mostly the same. */
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'drover-tests-compiled');

/** A test that takes longer hangs. */
const testTimeoutMs = 300_000;

async function main(args: readonly string[]): Promise<number> {
  const projectFolder = fileURLToPath(new URL('..', import.meta.url));
  const patterns = args.filter((arg) => !arg.startsWith('--'));
  const name = args.find((arg) => arg.startsWith('--name='))?.slice('--name='.length);
  const missing = findMissingPeers();
  if (process.env.CI === 'true' && missing.length > 0 && patterns.length === 0) {
    console.log(`Nothing was run: missing ${missing.join(', ')} (npm run peers -- install).`);
    return 1;
  }
  const files = findTestFiles(projectFolder, patterns);
  if (files.length === 0) {
    console.log(`No test file matches ${patterns.join(' ') || 'test/**/*.test.ts'}.`);
    return 1;
  }
  const events = run({
    files: [...files],
    cwd: projectFolder,
    concurrency: availableParallelism() + 1, // a good part of a test's time is its peer's
    timeout: testTimeoutMs,
    execArgv: ['--import', new URL('tooling/fail-on-leftovers.ts', import.meta.url).href],
    ...(name === undefined ? {} : { testNamePatterns: [new RegExp(name)] }),
  });
  const outcome = await collectOutcome(events, projectFolder, console.log);
  console.log(toSummary(outcome, files.length));
  return outcome.failed === 0 && outcome.passed > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
