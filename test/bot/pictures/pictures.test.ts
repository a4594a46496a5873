import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { drawTimeline } from '#bot/pictures/draw-timeline.ts';
import { toIndexedPng } from '#bot/pictures/indexed-png.ts';
import { createPictures, type Pictures, type PicturesOptions } from '#bot/pictures/pictures.ts';
import { OperationError } from '#core/errors.ts';
import { toTimeline } from './timelines.ts';

function open(more: Partial<PicturesOptions> = {}) {
  const faults: unknown[] = [];
  const pictures = createPictures({ onFault: (error) => faults.push(error), ...more });
  return { pictures, faults, [Symbol.asyncDispose]: () => pictures.close() };
}

const program = new URL('./odd-worker.ts', import.meta.url);
const drawTitle = (pictures: Pictures, title: string) =>
  pictures.draw(drawTimeline(toTimeline(1, { title })), 1);
const codesOf = (faults: readonly unknown[]) =>
  faults.map((fault) => (fault instanceof OperationError ? fault.code : String(fault)));

/** What stands in the chunk of this name. */
function readChunk(png: Uint8Array, name: string): Buffer {
  const buffer = Buffer.from(png);
  const at = buffer.indexOf(name, 0, 'latin1');
  return buffer.subarray(at + 4, at + 4 + buffer.readUInt32BE(at - 4));
}

describe('a picture as PNG', () => {
  it('is drawn in few colours, at the size that is asked for', async () => {
    await using opened = open();

    const png = await opened.pictures.draw(drawTimeline(toTimeline(3)), 2);

    assert.deepEqual(opened.faults, []);
    assert.equal(png?.width, 1_600);
    const header = readChunk(png?.bytes ?? new Uint8Array(), 'IHDR');
    assert.equal(header.readUInt32BE(0), 1_600);
    assert.equal(header.readUInt32BE(4), png?.height);
    const lines = inflateSync(readChunk(png?.bytes ?? new Uint8Array(), 'IDAT'));
    assert.equal(lines.length, (1_600 + 1) * (png?.height ?? 0));
    assert.ok(new Set(lines).size > 10, 'letters have soft edges');
  });

  it('of thirty moves fits into a message of Teams', async () => {
    await using opened = open();

    const png = await opened.pictures.draw(drawTimeline(toTimeline(30)), 1);

    assert.ok((png?.bytes.length ?? 0) > 0);
    assert.ok((png?.bytes.length ?? 0) < 17_000, `${png?.bytes.length} bytes`);
  });

  it('is made once, also for two who ask at once', async () => {
    await using opened = open();
    const draw = () => opened.pictures.draw(drawTimeline(toTimeline(2)), 1);

    const [one, other] = await Promise.all([draw(), draw()]);

    assert.ok(one);
    assert.equal(other, one);
    assert.equal(await draw(), one);
    assert.notEqual((await opened.pictures.draw(drawTimeline(toTimeline(3)), 1))?.hash, one.hash);
  });

  it('is kept as long as few others were asked for', async () => {
    await using opened = open({ program });
    const first = await drawTitle(opened.pictures, 'first');
    const others = Array.from({ length: 60 }, (_, at) => drawTitle(opened.pictures, `no. ${at}`));
    await Promise.all(others);

    const again = await drawTitle(opened.pictures, 'first');

    assert.equal(again?.hash, first?.hash);
    assert.notEqual(again, first);
  });

  it('H35 is not made where the font has not every letter', async () => {
    await using opened = open();

    assert.equal(await drawTitle(opened.pictures, '日本サーバー'), undefined);

    assert.match(String((opened.faults[0] as Error).cause), /no letters for 日本サーバ/);
    assert.ok(await drawTitle(opened.pictures, 'Zürich → Łódź ✔'));
  });

  it('is given up at the deadline, and the next one is drawn', async () => {
    await using opened = open({ program, deadlineMs: 3_000 });

    assert.equal(await drawTitle(opened.pictures, 'hang'), undefined);
    assert.deepEqual(codesOf(opened.faults), ['time_limit_reached']);

    assert.ok(await drawTitle(opened.pictures, 'well'));
  });

  it('is given up when its thread dies, and the next one is drawn', async () => {
    await using opened = open({ program });

    assert.equal(await drawTitle(opened.pictures, 'die'), undefined);

    assert.deepEqual(codesOf(opened.faults), ['unexpected']);
    assert.ok(await drawTitle(opened.pictures, 'well'));
  });
});

describe('a PNG of few colours', () => {
  it('takes thousands of colours and keeps near to each', () => {
    const side = 64;
    const rgba = new Uint8Array(side * side * 4);
    for (let at = 0; at < side * side; at += 1)
      rgba.set([(at * 7) % 256, (at * 13) % 256, (at * 31) % 256, 255], at * 4);

    const png = toIndexedPng({ width: side, height: side, rgba });

    const palette = readChunk(png, 'PLTE');
    const lines = inflateSync(readChunk(png, 'IDAT'));
    assert.ok(palette.length <= 768);
    for (let at = 0; at < side * side; at += 1) {
      const place = lines[Math.floor(at / side) * (side + 1) + 1 + (at % side)] ?? 0;
      const far = Math.abs((palette[place * 3] ?? 0) - (rgba[at * 4] ?? 0));
      assert.ok(far <= 64, `${far}`);
    }
  });
});
