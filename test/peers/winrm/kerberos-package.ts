/**
 * npm's `kerberos`, compiled beside the project for the one test that needs it: Drover itself does without.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { KerberosPackage } from '#adapters/hyperv/winrm/kerberos.ts';
import { peersFolder } from '#test/helpers/peers/vcenter-build.ts';

/** What compiles it; Node's own headers come with Node. */
export const kerberosPackages = ['libkrb5-dev', 'g++', 'make', 'python3'] as const;

const version = '7.0.0';
const longestMs = 600_000;
const folder = join(peersFolder, 'kerberos');

export function isKerberosPackagePresent(): boolean {
  return existsSync(join(folder, 'node_modules/kerberos/build/Release/kerberos.node'));
}

/** Half a minute; with `--prefix` the project's own node_modules and lock file stay as they are. */
export function buildKerberosPackage(): void {
  mkdirSync(folder, { recursive: true });
  const headers = '/usr/include/node/node_api.h';
  const { status, error } = spawnSync(
    'npm',
    [
      ...['install', '--prefix', folder, '--no-save', '--no-package-lock', '--no-audit'],
      ...['--no-fund', '--ignore-scripts=false', `kerberos@${version}`],
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: longestMs,
      env: {
        ...process.env,
        npm_config_build_from_source: 'true', // else it looks for a binary on the network first
        ...(existsSync(headers) && { npm_config_nodedir: '/usr' }),
      },
    },
  );
  if (status !== 0 || !isKerberosPackagePresent())
    throw new Error(`kerberos@${version} was not compiled`, { cause: error });
}

export async function loadKerberosPackage(): Promise<KerberosPackage> {
  return createRequire(join(folder, 'package.json'))('kerberos');
}
