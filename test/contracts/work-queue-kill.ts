/** A process is killed while it works; the next one must get all that was committed and not completed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import type { QueueSubject } from './work-queue-contract.ts';
import { createRecorder } from './work-queue-recorder.ts';

interface Facts {
  readonly committed: Set<string>;
  readonly delivered: Set<string>;
}

export function runKillTests(subject: QueueSubject): void {
  it('delivers again what a killed process had not completed, and loses nothing', async () => {
    await Promise.all([1, 30, 200].map((commits) => killAndGoOn(subject, commits)));
  });
}

async function killAndGoOn(subject: QueueSubject, commits: number): Promise<void> {
  await using place = await subject.createPlace();

  const facts = await killAfter(subject.processFile, place.url, commits);

  await using next = await place.open();
  const held = [...facts.delivered].filter((key) => Number(key) % 3 === 0).slice(0, 10);
  const missing = new Set([...facts.committed.difference(facts.delivered), ...held]);
  const again = new Map<string, boolean>();
  const seen = createRecorder(async ({ key, redelivered }) => {
    again.set(key, redelivered);
    missing.delete(key);
  });
  await next.queue.consume('step', 16, seen.deliver);
  await seen.until(() => missing.size === 0);
  await next.queue.stop();
  for (const key of held) assert.equal(again.get(key), true, `${key} came again as redelivered`);
  const twice = seen.keys().filter((key, index, keys) => keys.indexOf(key) !== index);
  assert.deepEqual(twice, []);
}

/** Runs the process until it told of so many commits, then kills it in the middle of whatever it does. */
async function killAfter(file: string, url: string, commits: number): Promise<Facts> {
  const facts: Facts = { committed: new Set(), delivered: new Set() };
  const child = spawn(process.execPath, [file, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('committed').length > commits) child.kill('SIGKILL');
  });
  const [code, signal] = await exited;
  assert.equal(signal, 'SIGKILL', `the process ended by itself, code ${code}`);
  for (const [, fact, key = ''] of text.matchAll(/^(committed|delivered) (\d+)\n/gm)) {
    facts[fact as keyof Facts].add(key);
  }
  return facts;
}
