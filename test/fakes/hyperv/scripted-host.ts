/**
 * What stands behind a WinRM service in tests of the wire: it takes what Drover's bootstrap would take, checks it the same
 * way, and does what the test says for that script.
 */
import { createHash } from 'node:crypto';
import type { CommandRunner, RunningCommand } from './ws-man-shells.ts';

export interface GivenScript {
  readonly name: string;
  readonly script: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Resolves to the exit code. */
export type Deed = (given: GivenScript, command: RunningCommand) => Promise<number> | number;

export interface ScriptedHost {
  readonly run: CommandRunner;
  /** All scripts that were begun, in order. */
  readonly begun: readonly GivenScript[];
}

export function createScriptedHost(deed: Deed): ScriptedHost {
  const begun: GivenScript[] = [];
  return {
    begun,
    run: async (command) => {
      const encoded = /^powershell(?:\.exe)? .*?-EncodedCommand ([A-Za-z0-9+/=]+)$/i.exec(
        command.line,
      )?.[1];
      if (encoded === undefined) return runPlain(command);
      const bootstrap = Buffer.from(encoded, 'base64').toString('utf16le');
      if (!bootstrap.includes('$request.sha256')) return runLiteral(bootstrap, command);
      const given = readInput(await command.stdin);
      if (!given) {
        command.write('stderr', '#< CLIXML\r\n<Objs><S S="Error">no JSON</S></Objs>');
        return 1;
      }
      begun.push(given);
      return await deed(given, command);
    },
  };
}

function readInput(stdin: Buffer): GivenScript | undefined {
  try {
    const text = Buffer.from(stdin.toString('latin1').trim(), 'base64').toString('utf8');
    const { sha256, ...given } = JSON.parse(text);
    const hash = createHash('sha256').update(given.script).digest('hex').toUpperCase();
    return hash === sha256 ? given : undefined;
  } catch {
    return undefined;
  }
}

/** For foreign clients: `echo words`, and a program that is not there. */
function runPlain({ line, write }: RunningCommand): number {
  const said = /^echo (.*)$/i.exec(line)?.[1];
  if (said !== undefined) {
    write('stdout', `${said}\r\n`);
    return 0;
  }
  write(
    'stderr',
    `'${line.split(' ')[0]}' is not recognized as an internal or external command\r\n`,
  );
  return 1;
}

/** For foreign clients: a literal, and `throw`. */
function runLiteral(script: string, { write }: RunningCommand): number {
  const literal = /^\s*"(.*)"\s*$/s.exec(script)?.[1];
  if (literal !== undefined) {
    write('stdout', `${literal}\r\n`);
    return 0;
  }
  write('stderr', '#< CLIXML\r\n<Objs><S S="Error">boom_x000D__x000A_</S></Objs>');
  return 1;
}
