/**
 * The two icons of the app as PNG, drawn here: a crook in a square.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons
 */
import { crc32, deflateSync } from 'node:zlib';

type Rgba = readonly [number, number, number, number];

/** Both are drawn on a field of 32 by 32. */
const field = 32;
const white: Rgba = [255, 255, 255, 255];
const clear: Rgba = [255, 255, 255, 0];
const accent: Rgba = [0x2f, 0x5d, 0xa8, 255];

/** 192 by 192, in colour, over the whole square. */
export function drawColorIcon(): Uint8Array {
  return drawIcon(192, accent);
}

/** 32 by 32, white on nothing, as Teams wants it. */
export function drawOutlineIcon(): Uint8Array {
  return drawIcon(field, clear);
}

function drawIcon(size: number, ground: Rgba): Uint8Array {
  const scale = field / size;
  return toPng(size, (x, y) => {
    const cover = coverOf((x + 0.5) * scale, (y + 0.5) * scale, scale);
    return mix(ground, white, cover);
  });
}

/** How much of a point the crook covers: a staff, and the bow at its top. */
function coverOf(x: number, y: number, softness: number): number {
  const half = 1.6;
  const foot = Math.min(27, Math.max(12, y));
  const staff = Math.hypot(x - 20, y - foot);
  const bow = y <= 12 ? Math.abs(Math.hypot(x - 15, y - 12) - 5) : Math.hypot(x - 10, y - 12);
  const distance = Math.min(staff, bow) - half;
  return Math.min(1, Math.max(0, 0.5 - distance / softness));
}

function mix(under: Rgba, over: Rgba, cover: number): Rgba {
  const at = (index: 0 | 1 | 2 | 3) =>
    Math.round(under[index] + (over[index] - under[index]) * cover);
  return [at(0), at(1), at(2), at(3)];
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function toPng(size: number, colourAt: (x: number, y: number) => Rgba): Uint8Array {
  const lines: number[] = [];
  for (let y = 0; y < size; y += 1) {
    lines.push(0); // no filter
    for (let x = 0; x < size; x += 1) lines.push(...colourAt(x, y));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6], 8); // 8 bits a channel, with opacity
  const pixels = deflateSync(Uint8Array.from(lines), { level: 9 });
  const chunks = [toChunk('IHDR', head), toChunk('IDAT', pixels), toChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

function toChunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
