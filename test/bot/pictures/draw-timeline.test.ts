import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { drawTimeline, narrowTimeline, wideTimeline } from '#bot/pictures/draw-timeline.ts';
import { cutToPixels, measurePixels } from '#bot/pictures/letter-widths.ts';
import type { Picture, Shape } from '#bot/pictures/picture.ts';
import { toSvg } from '#bot/pictures/picture-svg.ts';
import { listTicks } from '#bot/pictures/time-ticks.ts';
import { anyTimeline, anyWord } from '#test/bot/renderers/any-card.ts';
import { toTimeline } from './timelines.ts';

const runs = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 100) };
const anySize = fc.constantFrom(wideTimeline, narrowTimeline);

type Text = Extract<Shape, { shape: 'text' }>;
const listTexts = ({ shapes }: Picture) =>
  shapes.filter((one): one is Text => one.shape === 'text');

/** From its left edge to its right one, by what it is measured to be. */
function spanOf(shape: Shape): readonly [number, number] {
  if (shape.shape === 'line') return [shape.x, shape.x];
  if (shape.shape === 'box') return [shape.x, shape.x + shape.width];
  const width = measurePixels(shape.text, shape);
  const left = { left: 0, middle: width / 2, right: width }[shape.align ?? 'left'];
  return [shape.x - left, shape.x - left + width];
}

/** Names, texts and attributes of everything in it. */
function readSvg(svg: string) {
  const names: string[] = [];
  const texts: string[] = [];
  const attributes = new Set<string>();
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    names.push(tag.name);
    for (const name of Object.keys(tag.attributes)) attributes.add(name);
    if (tag.name === 'text') texts.push('');
  });
  parser.on('text', (text) => {
    if (texts.length > 0 && text !== '\n') texts[texts.length - 1] += text;
  });
  parser.write(svg).close();
  return { names: new Set(names), texts, attributes };
}

describe('a timeline as a picture', () => {
  it('lies within its edges, whatever the plan says', () => {
    fc.assert(
      fc.property(anyTimeline, anySize, (timeline, size) => {
        const picture = drawTimeline(timeline, size);
        for (const shape of picture.shapes) {
          const [left, right] = spanOf(shape);
          const bottom = { line: 'y2', box: 'y', text: 'y' }[shape.shape] as keyof Shape;
          assert.ok(left >= 0 && right <= picture.width + 1, JSON.stringify(shape));
          assert.ok(Number(shape[bottom]) <= picture.height, JSON.stringify(shape));
        }
      }),
      runs,
    );
  });

  it('H35 makes no mark-up of any word, and shows each as it is', () => {
    fc.assert(
      fc.property(anyTimeline, anySize, (timeline, size) => {
        const picture = drawTimeline(timeline, size);
        const { names, texts, attributes } = readSvg(toSvg(picture));
        const known = new Set(['svg', 'title', 'desc', 'rect', 'line', 'text']);
        assert.deepEqual([...names.difference(known)], []);
        assert.deepEqual(
          [...attributes].filter((name) => /^on|style|href/.test(name)),
          [],
        );
        const toRead = (text: string) => text.replaceAll(/[\ufffe\uffff]/g, '');
        const shown = texts.map((text) => text.replaceAll(/‹U\+FFF[EF]›/g, ''));
        assert.deepEqual(
          shown,
          listTexts(picture).map(({ text }) => toRead(text)),
        );
      }),
      runs,
    );
  });

  it('H35 shows the letters that nobody sees', () => {
    const rows = [{ label: 'web\u202e07\n', bars: [] }];
    const picture = drawTimeline(toTimeline(0, { groups: [{ title: 'h', rows }] }));

    assert.ok(listTexts(picture).some(({ text }) => text === 'web‹U+202E›07␤'));
  });

  it('says how many rows it leaves out', () => {
    const texts = (rows: number) =>
      listTexts(drawTimeline(toTimeline(rows))).map(({ text }) => text);

    assert.equal(texts(60).filter((text) => text.startsWith('web-')).length, 60);
    assert.ok(!texts(60).some((text) => text.includes('shown')));
    assert.equal(texts(84).filter((text) => text.startsWith('web-')).length, 60);
    assert.ok(texts(84).includes('60 of 84 shown'));
  });

  it('says when it ends, and what a bar means without its colour', () => {
    const bars = [
      { fromMs: 0, toMs: 60_000, tone: 'warning', note: 'shut down' },
      { fromMs: 90_000, toMs: 90_000, tone: 'bad' },
    ] as const;
    const groups = [{ title: 'hv-03', rows: [{ label: 'db-01', bars }] }];
    const texts = listTexts(drawTimeline(toTimeline(0, { groups, endMs: 120_000 })));

    assert.ok(texts.some(({ text }) => text === 'ends after 2 min'));
    assert.ok(texts.some(({ text, look }) => text === '!' && look === 'on-bar'));
    assert.ok(texts.some(({ text }) => text === '! shut down · ✖'));
  });

  it('puts a note that has no room beside its bars below them', () => {
    const bars = [
      { fromMs: 0, toMs: 60_000, tone: 'neutral', note: 'waits for its turn' },
    ] as const;
    const rows = [
      { label: 'db-01', bars },
      { label: 'db-02', bars: [] },
    ];
    const texts = listTexts(
      drawTimeline(toTimeline(0, { groups: [{ title: 'h', rows }], endMs: 60_000 })),
    );
    const yOf = (text: string) => texts.find((one) => one.text === text)?.y ?? 0;

    assert.ok(yOf('waits for its turn') > yOf('db-01'));
    assert.ok(yOf('waits for its turn') < yOf('db-02'));
  });

  it('makes room for its longest name, and shows it whole', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9-]{1,16}$/), (label) => {
        const rows = [{ label, bars: [] }];
        const picture = drawTimeline(toTimeline(0, { groups: [{ title: 'h', rows }] }));
        assert.ok(listTexts(picture).some(({ text }) => text === label));
      }),
      { ...runs, examples: [['web-frontend-02']] },
    );
  });
});

describe('the letters of a picture', () => {
  it('need no more room than they are given, in the font that draws them', async () => {
    const require = createRequire(import.meta.url);
    const read = (name: string) => readFileSync(require.resolve(name));
    await initWasm(read('@resvg/resvg-wasm/index_bg.wasm'));
    const names = ['DejaVuSans', 'DejaVuSans-Bold'];
    const fontBuffers = names.map((name) => read(`dejavu-fonts-ttf/ttf/${name}.ttf`));
    const latin = Array.from({ length: 0x24f - 0x20 }, (_, at) => String.fromCodePoint(at + 0x20));
    const letters = latin.filter((one) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(one));

    const tooWide: string[] = [];
    for (const isStrong of [undefined, true] as const)
      for (const letter of [...letters, '→', '✔', '✖', '…', '‹', '日']) {
        const style = { size: 100, ...(isStrong ? { isStrong } : {}) };
        const text = letter.repeat(8);
        const shape = { shape: 'text', look: 'text', x: 0, y: 200, text, ...style } as const;
        const svg = toSvg({
          width: 2_000,
          height: 400,
          margin: 0,
          title: '',
          alt: '',
          shapes: [shape],
        });
        const bare = svg.replace(/<rect[^>]*>/, '');
        const box = new Resvg(bare, { font: { fontBuffers } }).getBBox();
        if ((box?.width ?? 0) > measurePixels(text, style)) tooWide.push(`${letter} ${box?.width}`);
      }

    assert.deepEqual(tooWide, []);
  });

  it('are cut to the room, and say so', () => {
    fc.assert(
      fc.property(anyWord, fc.integer({ min: 0, max: 200 }), (word, room) => {
        const cut = cutToPixels(word, room, { size: 12 });
        assert.ok(measurePixels(cut, { size: 12 }) <= room);
        if (cut !== word && cut !== '') assert.match(cut, /…$/);
      }),
      { ...runs, examples: [['{{{TIME(2026-11-02T12:00:00Z)}}', 162]] },
    );
  });
});

describe('the marks of a time axis', () => {
  it('are durations that people count in', () => {
    const minute = 60_000;
    assert.deepEqual(
      listTicks(400_000, 7),
      [0, 1, 2, 3, 4, 5, 6].map((at) => at * minute),
    );
    assert.deepEqual(
      listTicks(47 * minute, 6),
      [0, 10, 20, 30, 40].map((at) => at * minute),
    );
    assert.deepEqual(listTicks(500, 6), [0]);
  });

  it('are few, whatever the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e14 }),
        fc.integer({ min: 2, max: 10 }),
        (end, most) => {
          const ticks = listTicks(end, most);
          assert.ok(ticks.length >= 1 && ticks.length <= most);
          assert.ok(ticks.every((at) => at <= end));
        },
      ),
      runs,
    );
  });
});
