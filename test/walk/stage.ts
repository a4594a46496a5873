/** A running Drover and people at their terminals, each a process of its own, printed as they see it. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOwnProcess } from '../helpers/peers/own-process.ts';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';

const START = fileURLToPath(new URL('../../bot/start.mjs', import.meta.url));
/** No line of a walk takes longer; what does is a fault of it. */
const LINE_WITHIN_MS = 120_000;

export interface Stage extends AsyncDisposable {
  readonly dataFolder: string;
  /** Where the console is. */
  readonly url: string;
  /** One line at a person's terminal; resolves when what it began has ended. Answers the exit code. */
  say(person: string, line: string): Promise<number>;
  /** Ends Drover as an operator does; its data stay. */
  end(): Promise<void>;
  /** A line in the middle of the output. */
  note(text: string): void;
}

export interface StageOptions {
  readonly title: string;
  /** `drover.yaml`. */
  readonly config: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further files beside the configuration. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function openStage({
  title,
  config,
  env = {},
  files = {},
}: StageOptions): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(createTemporaryFolder('walk'));
  const file = join(folder.path, 'drover.yaml');
  writeFileSync(file, config);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
  const data = join(folder.path, 'data');
  print(`\n━━ ${title}\n\n── drover.yaml\n${config.trimEnd()}\n`);
  const args = [START, 'start', '--data', data, '--config', file, '--port', '0', '--quiet'];
  const server = stack.use(
    await startOwnProcess({ command: process.execPath, args, env, ready: /^Drover runs: (\S+)/ }),
  );
  print(`── ${server.ready[0].replace(/key=.*/, 'key=…')}\n`);
  const opened = stack.move();
  return {
    dataFolder: data,
    url: server.ready[1] ?? '',
    end: () => server.stop(),
    say: (person, line) => talk(person, line, data),
    note: (text) => print(`── ${text}`),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The person's whole terminal is printed at once when the line has ended, so that two people do not mix. */
async function talk(person: string, line: string, data: string): Promise<number> {
  const child = spawn(process.execPath, [START, 'chat', '--as', person, '--data', data], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LINE_WITHIN_MS);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  child.stdin.end(`${line}\n`);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  clearTimeout(timer);
  print(`── ${person}\n${output.join('').trimEnd()}\n   (exit code ${code})\n`);
  return code;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
