import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { OperationError } from '#core/errors.ts';

/** `sockaddr_un` ends after 108 bytes on Linux, 104 elsewhere; the last is a zero. */
const longestPathBytes = 103;

/**
 * Names the socket of the Drover that runs on a data folder.
 *
 * Windows has no socket files: there it is a named pipe, called after the folder.
 *
 * @throws OperationError `storage_unfit` (refused) when the folder's path is too long for a socket.
 */
export function toSocketPath(
  dataFolder: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const folder = resolve(dataFolder);
  if (platform === 'win32') return `\\\\.\\pipe\\drover-${hash(folder.toLowerCase())}`;
  const path = join(folder, 'drover.sock');
  if (Buffer.byteLength(path) > longestPathBytes) {
    throw new OperationError('storage_unfit', 'refused', { path, longestPathBytes });
  }
  return path;
}

function hash(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 32);
}
