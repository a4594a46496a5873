import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What test/peers/vcenter/build.sh can make. */
export type VcenterPart = 'vcsim' | 'vim.xsd' | 'govinv';

export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url));
export const peersFolder = join(projectFolder, '.peers');
export const vcenterFolder = join(projectFolder, 'test/peers/vcenter');

export function findVcenterPart(part: VcenterPart): string {
  return join(peersFolder, part);
}

/** Says whether the part is built, and from the sources as they are now: a stale one would test another shim. */
export function isVcenterPartCurrent(part: VcenterPart): boolean {
  const stamp = stampFile(part);
  if (!existsSync(findVcenterPart(part)) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === hashSources();
}

/** Builds the part unless it is current: vcsim takes half a minute, the others a second after it. */
export function buildVcenterPart(part: VcenterPart): void {
  if (isVcenterPartCurrent(part)) return;
  const hash = hashSources();
  const { status, error } = spawnSync(join(vcenterFolder, 'build.sh'), [peersFolder, part], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`${part} was not built`, { cause: error });
  // A file of its own, as the part is: another checkout may have the old one by a hard link.
  rmSync(stampFile(part), { force: true });
  writeFileSync(stampFile(part), hash);
}

function stampFile(part: VcenterPart): string {
  return join(peersFolder, `${part}.stamp`);
}

let sourcesHash: string | undefined;

function hashSources(): string {
  if (sourcesHash !== undefined) return sourcesHash;
  const hash = createHash('sha256');
  for (const file of globSync(['build.sh', 'src/**/*.go'], { cwd: vcenterFolder }).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(vcenterFolder, file)))
      .update('\0');
  }
  sourcesHash = hash.digest('hex');
  return sourcesHash;
}
