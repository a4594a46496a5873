/**
 * A PNG of few colours: a drawing needs no more, and a message has no room for more.
 *
 * @see https://www.w3.org/TR/png-3/
 */
import { crc32, deflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and what is not transparent, a byte each. */
  readonly rgba: Uint8Array;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const coloursAtMost = 256;
const bitsKept = [6, 5, 4, 3, 2] as const;

export function toIndexedPng(pixels: Pixels): Buffer {
  for (const bits of bitsKept) {
    const indexed = index(pixels, bits);
    if (indexed) return encode(pixels, indexed);
  }
  throw new Error('two bits of four channels are 256 colours');
}

interface Indexed {
  readonly palette: readonly number[];
  readonly indexes: Uint8Array;
}

/** Colours that agree in their first bits become one; undefined where that leaves too many. */
function index({ rgba }: Pixels, bits: number): Indexed | undefined {
  const colours = new Map<number, number>();
  const palette: number[] = [];
  const indexes = new Uint8Array(rgba.length / 4);
  const mask = 0x01010101 * ((0xff << (8 - bits)) & 0xff);
  const view = new DataView(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  for (let at = 0; at < indexes.length; at += 1) {
    const colour = view.getUint32(at * 4);
    const key = (colour & mask) >>> 0;
    let place = colours.get(key);
    if (place === undefined) {
      if (palette.length === coloursAtMost) return undefined;
      place = palette.push(colour) - 1;
      colours.set(key, place);
    }
    indexes[at] = place;
  }
  return { palette, indexes };
}

function encode({ width, height }: Pixels, { palette, indexes }: Indexed): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, each the number of a colour; no other choice is made.
  header.set([8, 3, 0, 0, 0], 8);
  const lines = Buffer.alloc((width + 1) * height);
  for (let line = 0; line < height; line += 1)
    lines.set(indexes.subarray(line * width, (line + 1) * width), line * (width + 1) + 1);
  const colours = palette.flatMap((colour) => [
    colour >>> 24,
    (colour >>> 16) & 255,
    (colour >>> 8) & 255,
  ]);
  return Buffer.concat([
    signature,
    toChunk('IHDR', header),
    toChunk('PLTE', Buffer.from(colours)),
    toChunk('tRNS', Buffer.from(palette.map((colour) => colour & 255))),
    toChunk('IDAT', deflateSync(lines, { level: 9 })),
    toChunk('IEND', Buffer.alloc(0)),
  ]);
}

function toChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(named, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
}
