import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Says whether this machine takes its packages from apt. */
export function hasApt(): boolean {
  return existsSync('/usr/bin/apt-get');
}

export function findMissingPackages(packages: readonly string[]): readonly string[] {
  const asked = [...new Set(packages)];
  if (!hasApt()) return asked;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's
  const format = '-f=${Package} ${db:Status-Status}\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', format, ...asked], { encoding: 'utf8' });
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')));
  return asked.filter((name) => !installed.has(`${name} installed`));
}

export function toInstallCommand(packages: readonly string[]): string {
  return `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Installs with apt, as root. Debian may start a PostgreSQL of its own then; the tests use their own. */
export function installPackages(packages: readonly string[]): void {
  apt('update', '-q');
  apt('install', '-q', '-y', '--no-install-recommends', ...packages);
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  if (status !== 0) throw new Error(`apt-get ${args[0]} ended with ${status}`, { cause: error });
}
