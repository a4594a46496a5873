import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { it } from 'node:test';
import { acquireProcessLock } from '#adapters/machine/process-lock.ts';
import { OperationError } from '#core/errors.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const HOLDER = `
  import { acquireProcessLock } from '#adapters/machine/process-lock.ts';
  acquireProcessLock(process.argv[1]);
  globalThis.gc();
  console.log('held');
  setInterval(() => globalThis.gc(), 20);
`;

it('H38 refuses a second process and names the first, until it is killed', async () => {
  using folder = createTemporaryFolder('lock');
  const holder = await startHolder(folder.path);

  assert.throws(() => acquireProcessLock(folder.path), {
    code: 'storage_in_use',
    facts: { folder: folder.path, pid: holder.pid, host: hostname() },
  });

  holder.kill('SIGKILL');
  await once(holder, 'exit');
  acquireProcessLock(folder.path).release();
});

it('is free again once released', () => {
  using folder = createTemporaryFolder('lock');

  const lock = acquireProcessLock(folder.path);
  assert.throws(() => acquireProcessLock(folder.path), OperationError);
  lock.release();
  lock.release();

  acquireProcessLock(folder.path).release();
});

it('tells a folder that cannot be locked from one that is in use', () => {
  using folder = createTemporaryFolder('lock');

  assert.throws(
    () => acquireProcessLock(`${folder.path}/none`),
    (error) => !(error instanceof OperationError),
  );
});

async function startHolder(folder: string): Promise<ChildProcess> {
  const flags = ['--expose-gc', '--input-type=module', '--eval', HOLDER, folder];
  const cwd = new URL('../../..', import.meta.url);
  const holder = spawn(process.execPath, flags, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}
