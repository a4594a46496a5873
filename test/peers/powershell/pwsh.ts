/** The real PowerShell: a .NET tool, installed beside the project. It needs the .NET SDK (`dotnet` on the path) and ICU. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { peersFolder } from '#test/helpers/peers/vcenter-build.ts';

const version = '7.6.9';
const longestMs = 300_000;
const folder = join(peersFolder, `powershell-${version}`);

/** ICU holds the cultures: without it de-DE and th-TH are one. It came with every Debian's PostgreSQL, too. */
export const pwshPackages = ['libicu-dev'] as const;

export const pwshPath = join(folder, 'pwsh');

export const pwshEnvironment = {
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  POWERSHELL_UPDATECHECK: 'Off',
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  NO_COLOR: '1',
  // For short work: together an eighth of its CPU.
  DOTNET_TieredPGO: '0',
  DOTNET_gcConcurrent: '0',
} as const;

export function isPwshPresent(): boolean {
  return existsSync(pwshPath);
}

/** A few seconds. */
export function installPwsh(): void {
  const { status, error } = spawnSync(
    'dotnet',
    ['tool', 'install', '--tool-path', folder, 'PowerShell', '--version', version],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: longestMs,
      env: { ...process.env, ...pwshEnvironment },
    },
  );
  if (status !== 0 || !isPwshPresent())
    throw new Error(`PowerShell ${version} was not installed: is the .NET SDK 10 on the path?`, {
      cause: error,
    });
}
