/** A foreign reader of ISO 9660 images (Debian's isoinfo). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export function isIsoinfoPresent(): boolean {
  return existsSync('/usr/bin/isoinfo');
}

/** Lines of what it says of the image itself. */
export function describeImage(path: string): readonly string[] {
  return isoinfo('-d', '-i', path).toString('latin1').split('\n');
}

/** Names in one of its two trees, `/user-data`. */
export function listImage(path: string, tree: 'joliet' | 'primary'): readonly string[] {
  const joliet = tree === 'joliet' ? ['-J'] : [];
  return isoinfo(...joliet, '-f', '-i', path)
    .toString('utf8')
    .split('\n')
    .filter(Boolean);
}

/** Bytes of a file, by its name in Joliet's tree. */
export function readFromImage(path: string, name: string): Buffer {
  return isoinfo('-J', '-x', name, '-i', path);
}

function isoinfo(...args: readonly string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync('/usr/bin/isoinfo', args);
  if (error) throw error;
  if (status !== 0) throw new Error(`isoinfo ended with ${status}: ${stderr}`);
  return stdout;
}
