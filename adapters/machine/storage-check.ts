/**
 * Refuses a data folder that cannot keep a promise (H38): on a network share locks and syncs are not what they say, and
 * a read-only one keeps nothing.
 */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperationError } from '#core/errors.ts';
import { type FileSystemReader, findNetworkFileSystem } from './file-system.ts';

const PROBE_FILE = '.write-probe';

/** Makes the folder when there is none. @throws OperationError `storage_unfit` with `reason`, `storage_full`. */
export async function checkStorage(folder: string, reader?: FileSystemReader): Promise<void> {
  try {
    await makeFolder(folder);
    const fileSystem = await findNetworkFileSystem(folder, reader);
    if (fileSystem) throw unfit(folder, 'network_file_system', { fileSystem });
    await writeProbe(join(folder, PROBE_FILE));
  } catch (error) {
    throw toStorageError(folder, error);
  }
}

/** Step by step: what Node makes in one go it tries for ever where the kernel lets nobody make anything (`/proc`). */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) await makeFolder(above);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function writeProbe(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile('drover\n');
    await handle.sync();
  } finally {
    await handle.close();
    await rm(file);
  }
}

const REASONS = new Map<unknown, string>([
  ['ENOTDIR', 'not_a_directory'],
  ['EEXIST', 'not_a_directory'],
  ['EROFS', 'read_only'],
  ['ENOENT', 'read_only'], // what is above is there, and takes no folder
  ['EACCES', 'read_only'],
  ['EPERM', 'read_only'],
]);

function toStorageError(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error) || error instanceof OperationError) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new OperationError('storage_full', 'not_started', { folder }, { cause: error });
  }
  const reason = REASONS.get(error.code);
  return reason ? unfit(folder, reason, {}, error) : error;
}

function unfit(folder: string, reason: string, facts = {}, cause?: unknown): OperationError {
  return new OperationError(
    'storage_unfit',
    'not_started',
    { folder, reason, ...facts },
    { cause },
  );
}
