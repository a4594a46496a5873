/**
 * What starts on the host: a constant command line. The script and its parameters come by standard input, where nothing is
 * cut (cmd.exe cuts at 8,191 letters, and says exit code 0) and nothing is read as code but the file itself.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RemoteRun } from '../remote-scripts.ts';
import type { CommandLine } from './envelope.ts';

const BOOTSTRAP = readFileSync(new URL('bootstrap.ps1', import.meta.url), 'utf8');

/** Comments and indents stay here: the line has 8,191 letters, in base64 of two bytes a letter. */
const STARTED = BOOTSTRAP.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'))
  .join('\n');

export const COMMAND_LINE: CommandLine = {
  command: 'powershell.exe',
  arguments: [
    ...['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass'],
    ...['-EncodedCommand', Buffer.from(STARTED, 'utf16le').toString('base64')],
  ],
};

/** One line of base64: whatever code page the host reads with, it arrives. */
export function toStandardInput({ script, parameters }: Pick<RemoteRun, 'script' | 'parameters'>) {
  const sha256 = createHash('sha256').update(script.text).digest('hex').toUpperCase();
  const request = { name: script.name, sha256, script: script.text, parameters };
  return Buffer.from(`${Buffer.from(JSON.stringify(request)).toString('base64')}\r\n`, 'latin1');
}
