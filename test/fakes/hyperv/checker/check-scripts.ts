/** What PowerShell's own parser, the rules of 5.1 and the cmdlet contract say against script files. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pwshEnvironment, pwshPath } from '#test/peers/powershell/pwsh.ts';
import type { Server } from '../stubs/contract.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly text: string;
}

const checker = fileURLToPath(new URL('check-scripts.ps1', import.meta.url));
const comparer = fileURLToPath(new URL('compare-stubs.ps1', import.meta.url));
const longestMs = 120_000;

/** `frames`: whose functions are known in all files. */
export function checkScripts(
  files: readonly string[],
  ...frames: readonly string[]
): readonly Finding[] {
  const { lines, status } = runFile([checker, '-Frame', frames.join('|'), ...files]);
  const findings = lines.map((line): Finding => JSON.parse(line));
  if ((status === 0) !== (findings.length === 0))
    throw new Error(`the checker ended with ${status}`);
  return findings;
}

export interface Comparison {
  readonly differences: readonly string[];
  readonly cmdlets: number;
  readonly parameters: number;
  /** Types of the contract for which another stands. */
  readonly loosened: readonly string[];
}

/** What PowerShell itself sees of the compiled modules, against the contract. */
export function compareStubs(server: Server, stubs: string): Comparison {
  const { lines } = runFile([comparer, '-Server', server, '-Stubs', stubs]);
  const last = lines.at(-1) ?? '{}';
  const differences = lines.slice(0, -1).map((line): string => JSON.parse(line).differs);
  return { ...JSON.parse(last), differences };
}

function runFile(args: readonly string[]): {
  readonly lines: string[];
  readonly status: number | null;
} {
  const { stdout, stderr, status, error } = spawnSync(
    pwshPath,
    ['-NoProfile', '-NonInteractive', '-File', ...args],
    { encoding: 'utf8', timeout: longestMs, env: { ...process.env, ...pwshEnvironment } },
  );
  if (error || stderr !== '') throw new Error(`PowerShell failed: ${stderr}`, { cause: error });
  return { lines: stdout.split('\n').filter(Boolean), status };
}
