/**
 * Makes lines of what comes in pieces: a letter may be split over two of them, so bytes are joined before they are read.
 */
import { RemoteError } from '../remote-scripts.ts';

export interface LineReader {
  /** @throws RemoteError when a line has no end. */
  push(bytes: Buffer): void;
  /** Hands over what stands behind the last line's end. */
  end(): void;
}

/** An inventory of 40 VMs is 36 kB; far above it is no line of ours. */
const LONGEST_LINE_BYTES = 16 * 2 ** 20;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

export function createLineReader(onLine: (text: string) => void): LineReader {
  let pieces: Buffer[] = [];
  let size = 0;
  let isFirst = true;

  const take = (bytes: Buffer) => {
    pieces.push(bytes);
    size += bytes.length;
    if (size > LONGEST_LINE_BYTES)
      throw new RemoteError('odd_answer', 'unknown', 'a line of output has no end');
  };
  const finish = () => {
    const text = Buffer.concat(pieces).toString('utf8').replace(/\r$/, '');
    const isMarked = isFirst && text.startsWith(BYTE_ORDER_MARK);
    pieces = [];
    size = 0;
    isFirst = false;
    onLine(isMarked ? text.slice(1) : text);
  };
  return {
    push: (bytes) => {
      let from = 0;
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
        take(bytes.subarray(from, at));
        finish();
        from = at + 1;
      }
      if (from < bytes.length) take(bytes.subarray(from));
    },
    end: () => {
      if (size > 0) finish();
    },
  };
}
