/** Tells a disk of this machine from a share of another one, by what Linux says of a folder. */
import { readFile, realpath, statfs } from 'node:fs/promises';

/** Numbers that `statfs` gives a file system; each of these answers from elsewhere. */
const NETWORK_TYPES = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x5346414f, 'afs'],
  [0x73757245, 'coda'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
  [0x01021997, '9p'],
]);
const FUSE = 0x65735546;

export interface FileSystemReader {
  readType(folder: string): Promise<number>;
  /** In the form of `/proc/self/mountinfo`. */
  readMounts(): Promise<string>;
}

export const fileSystemReader: FileSystemReader = {
  readType: async (folder) => (await statfs(folder)).type,
  readMounts: () => readFile('/proc/self/mountinfo', 'utf8'),
};

/** Answers the name of a network file system, or nothing for a local one. */
export async function findNetworkFileSystem(
  folder: string,
  reader: FileSystemReader = fileSystemReader,
): Promise<string | undefined> {
  if (/^[/\\]{2}[^/\\]/.test(folder)) return 'smb';
  const type = (await reader.readType(folder)) >>> 0;
  if (type !== FUSE) return NETWORK_TYPES.get(type);
  const name = findMountType(await reader.readMounts(), await realpath(folder));
  // `fuseblk` stands on a block device of this machine; all others may be anywhere.
  return name === 'fuseblk' ? undefined : (name ?? 'fuse');
}

/** The last of the longest matching mounts is the one on top. */
function findMountType(mounts: string, folder: string): string | undefined {
  let found = { point: '', type: undefined as string | undefined };
  for (const line of mounts.split('\n')) {
    const [, point, type] = /^(?:\S+ ){4}(\S+) .* - (\S+) /.exec(line) ?? [];
    if (point === undefined || !isInside(folder, decodeMountPoint(point))) continue;
    if (point.length >= found.point.length) found = { point, type };
  }
  return found.type;
}

function isInside(folder: string, point: string): boolean {
  return point === '/' || folder === point || folder.startsWith(`${point}/`);
}

/** Spaces and the like are written `\040`. */
function decodeMountPoint(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
