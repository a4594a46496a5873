/** Lines of a stream, no longer than a limit; for both ends of the terminal's socket. */
import type { Socket } from 'node:net';

const decoder = new TextDecoder('utf-8', { fatal: true });

export class LineFault extends Error {
  override readonly name = 'LineFault';
  readonly code: 'line_too_long' | 'line_not_understood';

  constructor(code: LineFault['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/**
 * Yields each full line without its end; what comes after the last one is dropped.
 *
 * Reads on only when asked for the next line, so a fast sender waits. Leaves the socket open.
 *
 * @throws LineFault `line_too_long` as soon as a line has outgrown the limit; `line_not_understood` for one that is no UTF-8.
 */
export async function* readLines(
  socket: Socket,
  limitBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let held = 0;
  const chunks: AsyncIterable<Buffer> = socket.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      if (held + end - start >= limitBytes) throw new LineFault('line_too_long');
      yield toText(Buffer.concat([...parts, chunk.subarray(start, end)]));
      parts = [];
      held = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    parts.push(rest);
    held += rest.length;
    if (held >= limitBytes) throw new LineFault('line_too_long');
  }
}

function toText(line: Buffer): string {
  try {
    return decoder.decode(line);
  } catch (cause) {
    throw new LineFault('line_not_understood', { cause });
  }
}
