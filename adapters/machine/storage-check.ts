/**
 * Refuses a data folder that cannot keep a promise (H38): on a network share locks and syncs are not what they say, and
 * a read-only one keeps nothing.
 */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationError } from '#core/errors.ts';
import { type FileSystemReader, findNetworkFileSystem } from './file-system.ts';

const PROBE_FILE = '.write-probe';

/** Makes the folder when there is none. @throws OperationError `storage_unfit` with `reason`, `storage_full`. */
export async function checkStorage(folder: string, reader?: FileSystemReader): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fileSystem = await findNetworkFileSystem(folder, reader);
    if (fileSystem) throw unfit(folder, 'network_file_system', { fileSystem });
    await writeProbe(join(folder, PROBE_FILE));
  } catch (error) {
    throw toStorageError(folder, error);
  }
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
