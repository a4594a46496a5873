import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const css = readFileSync(new URL('../../../bot/console/page/console.css', import.meta.url), 'utf8');
const [, light = '', dark = ''] = /:root \{(.*?)\n\}.*?:root \{(.*?)\n {2}\}/s.exec(css) ?? [];

/** Text on what lies under it. */
const textPairs = [
  ...onto(['page', 'surface', 'tint'], ['text', 'quiet', 'accent', 'good', 'warning', 'bad']),
  ...onto(['fill', 'bad-fill'], ['on-fill']),
  // The marks on a picture's bars.
  ...onto(['good', 'warning', 'bad', 'accent'], ['surface']),
];
/** Borders of fields, and the marks of a tone. */
const shapePairs = onto(['page', 'surface'], ['control', 'accent', 'good', 'warning', 'bad']);

describe('contrast of the console', () => {
  for (const [scheme, colors] of [
    ['light', readColors(light)],
    ['dark', { ...readColors(light), ...readColors(dark) }],
  ] as const) {
    it(`is at least 4.5:1 for texts in ${scheme}`, () => {
      for (const [text, ground] of textPairs) atLeast(4.5, colors, text, ground);
    });

    it(`is at least 3:1 for borders in ${scheme}`, () => {
      for (const [shape, ground] of shapePairs) atLeast(3, colors, shape, ground);
    });
  }
});

type Colors = Readonly<Record<string, string>>;

function onto(grounds: readonly string[], texts: readonly string[]): [string, string][] {
  return grounds.flatMap((ground) => texts.map((text): [string, string] => [text, ground]));
}

function readColors(block: string): Colors {
  const found = block.matchAll(/--([\w-]+): (#[\da-f]{6});/g);
  return Object.fromEntries([...found].map(([, name, color]) => [name, color]));
}

function atLeast(ratio: number, colors: Colors, text: string, ground: string): void {
  const [one, other] = [readLuminance(colors[text]), readLuminance(colors[ground])];
  const found = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  assert.ok(found >= ratio, `${text} on ${ground} is ${found.toFixed(2)}:1`);
}

/** WCAG 2.2, relative luminance. */
function readLuminance(color: string | undefined): number {
  assert.ok(color, 'the colour is in console.css');
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
