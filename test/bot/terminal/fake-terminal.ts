/** A person's terminal: what is typed goes in, and the screen shows what a real one would. */
import { PassThrough, Writable } from 'node:stream';

export interface FakeTerminal {
  readonly stdin: PassThrough & { isTTY?: boolean };
  readonly stdout: Writable & {
    isTTY: boolean;
    columns: number;
    rows: number;
    hasColors(): boolean;
  };
  readonly stderr: Writable;
  /** All that was ever written, escape sequences too. */
  readonly written: () => string;
  readonly errors: () => string;
  /** What stands on the screen now, scrolled-off lines too. */
  readonly screen: () => string;
  type(line: string): void;
  /** Resolves once the screen shows a text. */
  shows(text: string): Promise<void>;
}

export function createFakeTerminal(options: { isTTY: boolean; columns?: number }): FakeTerminal {
  let written = '';
  let errors = '';
  const waiting = new Set<() => void>();
  const stdin = Object.assign(new PassThrough(), { isTTY: options.isTTY });
  const stdout = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        for (const look of waiting) look();
        done();
      },
    }),
    { isTTY: options.isTTY, columns: options.columns ?? 80, rows: 40, hasColors: () => false },
  );
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      errors += String(chunk);
      for (const look of waiting) look();
      done();
    },
  });
  const screen = () => drawScreen(written);
  return {
    stdin,
    stdout,
    stderr,
    written: () => written,
    errors: () => errors,
    screen,
    type: (line) => void stdin.write(`${line}\n`),
    shows: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!(screen() + errors).includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is driven by them
const parts = /\u001b\[(\d*)([A-Za-z])|[\r\n]|[^\u001b\r\n]+/g;

/** The sequences that Node's readline writes, and no others. */
function drawScreen(written: string): string {
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  for (const [part, count = '', command] of written.matchAll(parts)) {
    if (command === 'A') row = Math.max(0, row - Number(count || 1));
    else if (command === 'G') column = Number(count || 1) - 1;
    else if (command === 'J') {
      lines.length = row + 1;
      lines[row] = (lines[row] ?? '').slice(0, column);
    } else if (command !== undefined) continue;
    else if (part === '\r') column = 0;
    else if (part === '\n') {
      row += 1;
      column = 0;
      lines[row] ??= '';
    } else {
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = line.slice(0, column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return lines.join('\n');
}
