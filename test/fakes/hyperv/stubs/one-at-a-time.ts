/** Lets one process do a long thing while the others wait for it. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** A lock older than that belongs to a process that is gone. */
const staleMs = 180_000;
const lookEveryMs = 200;
const longestWaitMs = 280_000;

export async function oneAtATime<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + longestWaitMs;
  while (!tryLock(folder)) {
    if (performance.now() > deadline) throw new Error(`${folder} is held by another process`);
    const since = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > staleMs) rmSync(folder, { recursive: true, force: true });
    await wait(lookEveryMs);
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryLock(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
