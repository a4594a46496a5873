/** Takes the socket's place in the data folder: a dead server's is replaced, a living one's is not. */
import { lstatSync, statSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { OperationError } from '#core/errors.ts';

const writableByAll = 0o002;
const sticky = 0o1000;

/**
 * Listens at `path`, where only this user may connect.
 *
 * @throws OperationError `storage_in_use` (refused) when another Drover answers there; `storage_unfit` (refused) when
 * everybody may put a socket into the folder, or something else is in its place.
 */
export async function claimSocket(server: Server, path: string): Promise<void> {
  if (await isAnswered(path)) throw new OperationError('storage_in_use', 'refused', { path });
  if (process.platform !== 'win32') {
    refuseOpenFolder(dirname(path));
    removeStale(path);
  }
  await listenPrivately(server, path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Any other fault, a full queue or a foreign socket, is no sign that its server is dead.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(!isNobody(error.code)));
  });
}

function isNobody(code: string | undefined): boolean {
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK';
}

function refuseOpenFolder(folder: string): void {
  const { mode } = statSync(folder);
  if ((mode & writableByAll) !== 0 && (mode & sticky) === 0) {
    throw new OperationError('storage_unfit', 'refused', { folder, mode: mode & 0o7777 });
  }
}

function removeStale(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new OperationError('storage_unfit', 'refused', { path });
  unlinkSync(path);
}

function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A pipe is bound inside this call, so the mask is another's for no instant; a later chmod would leave a gap.
    const mask = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(mask);
    }
  });
}
