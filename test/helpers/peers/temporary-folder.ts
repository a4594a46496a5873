import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** What a Drover keeps beside its data folder, not in it. */
const BESIDE = '.audit-anchor';

/**
 * Makes a folder that carries this process's id in its name and goes when disposed of, with what a Drover kept beside it.
 *
 * A test that was killed leaves its folder behind; the next one that makes a folder of that name
 * removes those whose process is gone.
 */
export function createTemporaryFolder(name: string, parent = tmpdir()): TemporaryFolder {
  sweep(name, parent);
  const path = mkdtempSync(join(parent, `drover-${name}-${process.pid}-`));
  return { path, [Symbol.dispose]: () => remove(path) };
}

/** A folder in memory if there is one with a GiB of room (a container may have less), else on the disk. */
export function findFastFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= 2 ** 30 ? memory : tmpdir();
}

function sweep(name: string, parent: string): void {
  for (const entry of readdirSync(parent)) {
    const owner = new RegExp(`^drover-${name}-(\\d+)-\\w{6}(\\.audit-anchor)?$`).exec(entry)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) remove(join(parent, entry));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function remove(path: string): void {
  for (const each of [path, `${path}${BESIDE}`])
    rmSync(each, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
