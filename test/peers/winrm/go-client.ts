/** masterzen/winrm, Go's client of WinRM, built from Debian's library alone. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peersFolder } from '#test/helpers/peers/vcenter-build.ts';

export const goWinrmPackages = ['golang-go', 'golang-github-masterzen-winrm-dev'] as const;

export const goWinrmPath = join(peersFolder, 'go-winrm');
const stamp = `${goWinrmPath}.stamp`;
const source = fileURLToPath(new URL('go/main.go', import.meta.url));
const longestMs = 300_000;

const hashSource = () => createHash('sha256').update(readFileSync(source)).digest('hex');

export function isGoWinrmPresent(): boolean {
  if (!existsSync(goWinrmPath) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === hashSource();
}

/** Half a minute at first. */
export function buildGoWinrm(): void {
  mkdirSync(peersFolder, { recursive: true });
  const { status, error } = spawnSync(
    'go',
    ['build', '-p', '2', '-trimpath', '-o', goWinrmPath, source],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: longestMs,
      env: {
        ...process.env,
        ...{ GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', CGO_ENABLED: '0' },
        GOCACHE: process.env.GOCACHE ?? join(peersFolder, 'gocache'),
      },
    },
  );
  if (status !== 0) throw new Error('go-winrm was not built', { cause: error });
  writeFileSync(stamp, hashSource());
}
