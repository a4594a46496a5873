import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const keyBytes = 32;
const shape = /^[\w-]{43}$/;
/** Whoever can read it may act as any lab person: like the database beside it, for its owner alone. */
const ownerOnly = 0o600;

export function makeKey(): string {
  return randomBytes(keyBytes).toString('base64url');
}

/**
 * The key that is kept in `file`, made at the first start: so a Drover that starts again has the same address, and the
 * pages that are open find it by themselves. To change the key, stop Drover and delete the file.
 */
export function keepKey(file: string): string {
  const kept = readKey(file);
  if (kept === undefined) return writeKey(file);
  chmodSync(file, ownerOnly);
  return kept;
}

function readKey(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return shape.test(text) ? text : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Made anew: a file that stands there already would keep the rights that it has. */
function writeKey(file: string): string {
  const key = makeKey();
  rmSync(file, { force: true });
  writeFileSync(file, `${key}\n`, { mode: ownerOnly, flag: 'wx' });
  return key;
}
