/** What PowerShell's own parser, the rules of 5.1 and the cmdlet contract say against script files. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pwshEnvironment, pwshPath } from '#test/peers/powershell/pwsh.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly text: string;
}

const checker = fileURLToPath(new URL('check-scripts.ps1', import.meta.url));
const longestMs = 120_000;

export function checkScripts(files: readonly string[], frame: string): readonly Finding[] {
  const { stdout, stderr, status, error } = spawnSync(
    pwshPath,
    ['-NoProfile', '-NonInteractive', '-File', checker, '-Frame', frame, ...files],
    { encoding: 'utf8', timeout: longestMs, env: { ...process.env, ...pwshEnvironment } },
  );
  if (error || stderr !== '') throw new Error(`the checker failed: ${stderr}`, { cause: error });
  const findings = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Finding => JSON.parse(line));
  if ((status === 0) !== (findings.length === 0))
    throw new Error(`the checker ended with ${status}`);
  return findings;
}
