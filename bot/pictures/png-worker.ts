/** Makes PNG of SVG in a thread of its own: a large one takes a second or two, which nobody else must wait for. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readLetters } from './font-letters.ts';
import { toIndexedPng } from './indexed-png.ts';
import { pictureFont } from './picture-svg.ts';

export interface PngOrder {
  readonly order: number;
  readonly svg: string;
  /** All that is written in it. */
  readonly letters: string;
  readonly zoom: number;
}

export type PngAnswer = { readonly order: number } & (
  | { readonly png: Uint8Array; readonly width: number; readonly height: number }
  /** Letters that the font has not. */
  | { readonly lacks: string }
  | { readonly fault: string }
);

const require = createRequire(import.meta.url);
const fonts = ['DejaVuSans', 'DejaVuSans-Bold'].map((name) =>
  readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)),
);
const hasLetter = fonts.map(readLetters);
await initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));

parentPort?.on('message', (order: PngOrder) => {
  parentPort?.postMessage(answer(order));
});

function answer({ order, svg, letters, zoom }: PngOrder): PngAnswer {
  const lacks = [...new Set(letters)].filter((one) => !hasLetter.every((has) => has(one)));
  if (lacks.length > 0) return { order, lacks: lacks.slice(0, 20).join('') };
  try {
    return { order, ...draw(svg, zoom) };
  } catch (error) {
    return { order, fault: String(error) };
  }
}

function draw(svg: string, zoom: number) {
  const font = { fontBuffers: fonts, defaultFontFamily: pictureFont };
  const drawing = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } });
  const rendered = drawing.render();
  try {
    const { width, height, pixels: rgba } = rendered;
    return { width, height, png: new Uint8Array(toIndexedPng({ width, height, rgba })) };
  } finally {
    // The memory is the module's own: nobody else gives it back.
    rendered.free();
    drawing.free();
  }
}
