/**
 * Draws a rehearsed plan: a bar for each VM, under its host, over a time axis that ends with the plan.
 *
 * Pure. Where it is narrow, names stand above their bars. What a bar means is said by a mark and by its note, never by its
 * colour alone.
 */
import type { TimelineGroup, Tone } from '../cards/card.ts';
import { cutLetters, keepSpaces } from '../renderers/letter-true.ts';
import { rendererWords } from '../renderers/renderer-words.ts';
import { toVisibleText } from '../renderers/visible-text.ts';
import { toDuration } from '../words/units.ts';
import { cutToPixels, type Lettering, measurePixels } from './letter-widths.ts';
import { findEndMs, findLengthMs, limitTimeline, type Timeline } from './limit-timeline.ts';
import type { Look, Picture, Shape } from './picture.ts';
import { listTicks } from './time-ticks.ts';
import { toneMarks } from './tone-marks.ts';

export interface TimelineSize {
  readonly width: number;
  readonly rows: number;
}

export const wideTimeline: TimelineSize = { width: 800, rows: 60 };
export const narrowTimeline: TimelineSize = { width: 300, rows: 60 };

const margin = 16;
const widestLabel = 220;
const gap = 10;
const tickRoom = 80;
const letters = {
  title: { size: 15, isStrong: true },
  group: { size: 12, isStrong: true },
  label: { size: 12 },
  small: { size: 11 },
} as const satisfies Record<string, Lettering>;
const heights = { title: 36, axis: 22, group: 24, bar: 20, name: 16, note: 18, below: 15 } as const;

interface Axis {
  readonly left: number;
  readonly right: number;
  readonly lengthMs: number;
}

/** Where the next line begins, and everything drawn above it. */
interface Sheet extends TimelineSize {
  readonly axis: Axis;
  readonly isNarrow: boolean;
  readonly shapes: Shape[];
  y: number;
}

export function drawTimeline(timeline: Timeline, size: TimelineSize = wideTimeline): Picture {
  const { groups, notes } = limitTimeline(timeline, size.rows);
  const isNarrow = size.width < 500;
  const left = margin + (isNarrow ? 0 : findLabelWidth(groups) + gap);
  const lengthMs = findLengthMs(timeline, groups);
  const axis = { left, right: size.width - margin, lengthMs };
  const sheet: Sheet = { ...size, axis, isNarrow, shapes: [], y: margin + 10 };
  write(sheet, timeline.title, letters.title, margin, 'text');
  sheet.y = heights.title;
  const bars: Sheet = { ...sheet, shapes: [], y: sheet.y + heights.axis };
  for (const group of groups) drawGroup(bars, group);
  drawAxis(sheet, bars.y);
  drawEnd(sheet, findEndMs(timeline), bars.y);
  // What is read lies above the lines.
  sheet.shapes.push(...bars.shapes);
  sheet.y = bars.y + heights.note;
  for (const note of notes) {
    sheet.y += heights.note;
    write(sheet, note, letters.small, margin, 'quiet');
  }
  const { shapes } = sheet;
  const title = toVisibleText(timeline.title);
  return {
    ...{ width: size.width, height: Math.ceil(sheet.y + margin / 2), margin, title, shapes },
    alt: toVisibleText(timeline.alt),
  };
}

function findLabelWidth(groups: readonly TimelineGroup[]): number {
  let widest = 40;
  for (const { rows } of groups)
    for (const { label } of rows)
      widest = Math.max(widest, measurePixels(toLetters(label), letters.label));
  return Math.min(widestLabel, widest);
}

/** More than the widest picture has room for. */
const lettersAtMost = 300;

function toLetters(text: string): string {
  return keepSpaces(toVisibleText(cutLetters(text, lettersAtMost)));
}

/** Cut at `until`, the right edge unless said. */
function write(
  { shapes, axis, y }: Sheet,
  text: string,
  lettering: Lettering,
  x: number,
  look: Look,
  until = axis.right,
): void {
  const cut = cutToPixels(toLetters(text), until - x, lettering);
  if (cut !== '') shapes.push({ shape: 'text', look, x: round(x), y, text: cut, ...lettering });
}

function drawGroup(sheet: Sheet, { title, rows }: TimelineGroup): void {
  sheet.y += heights.group;
  write({ ...sheet, y: sheet.y - 7 }, title, letters.group, margin, 'text');
  for (const row of rows) drawRow(sheet, row);
}

type Row = TimelineGroup['rows'][number];

function drawRow(sheet: Sheet, row: Row): void {
  const note = toNote(row, sheet.axis);
  if (sheet.isNarrow) {
    sheet.y += heights.name;
    const line = note === '' ? row.label : `${row.label} · ${note}`;
    write({ ...sheet, y: sheet.y - 3 }, line, letters.label, margin, 'text');
  } else {
    const at = { ...sheet, y: sheet.y + 14 };
    write(at, row.label, letters.label, margin, 'text', sheet.axis.left - gap);
  }
  for (const bar of row.bars) drawBar(sheet, bar);
  if (!sheet.isNarrow) drawNote(sheet, row, note);
  sheet.y += heights.bar;
}

/** A mark without a note stands in its bar, where it has the room. */
function toNote({ bars }: Row, axis: Axis): string {
  const notes = bars.map(({ tone, note = '', fromMs, toMs }) => {
    const isMarked = toX(axis, toMs) - toX(axis, fromMs) >= marked;
    return note === '' && isMarked ? '' : `${toneMarks[tone]} ${note}`.trim();
  });
  return notes.filter((note) => note !== '').join(' · ');
}

function toX({ left, right, lengthMs }: Axis, atMs: number): number {
  return left + (Math.min(atMs, lengthMs) / lengthMs) * (right - left);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** What takes no time can be seen too. */
const thinnest = 3;
/** What has room for a mark. */
const marked = 16;

function drawBar(
  { axis, shapes, y }: Sheet,
  { fromMs, toMs, tone }: { readonly fromMs: number; readonly toMs: number; readonly tone: Tone },
): void {
  const from = Math.min(toX(axis, fromMs), axis.right - thinnest);
  const width = Math.max(thinnest, toX(axis, toMs) - from);
  const look = `bar-${tone}` as const;
  shapes.push({
    ...{ shape: 'box', look, x: round(from), y: y + 4, width: round(width), height: 13 },
  });
  const mark = toneMarks[tone];
  if (mark === '' || width < marked) return;
  shapes.push({
    ...{ shape: 'text', look: 'on-bar', x: round(from + width / 2), y: y + 14.5 },
    ...{ text: mark, size: 11, isStrong: true, align: 'middle' },
  });
}

/** Behind the last bar, before the first, or below: where there is room. */
function drawNote(sheet: Sheet, { bars }: Row, note: string): void {
  if (note === '') return;
  const { axis, y, shapes } = sheet;
  const first = Math.min(...bars.map(({ fromMs }) => toX(axis, fromMs)));
  const last = Math.max(...bars.map(({ toMs }) => toX(axis, toMs)));
  const behind = Math.max(last, first + thinnest) + 6;
  const text = toLetters(note);
  const needed = measurePixels(text, letters.small);
  if (needed <= axis.right - behind) {
    write({ ...sheet, y: y + 14 }, note, letters.small, behind, 'quiet');
  } else if (needed <= first - 6 - axis.left) {
    const at = { x: round(first - 6), y: y + 14, align: 'right' } as const;
    shapes.push({ shape: 'text', look: 'quiet', text, ...letters.small, ...at });
  } else {
    sheet.y += heights.below;
    const under = Math.max(axis.left, Math.min(first, axis.right - needed));
    write({ ...sheet, y: sheet.y + 14 }, note, letters.small, under, 'quiet');
  }
}

function drawAxis({ shapes, axis, y }: Sheet, bottom: number): void {
  const most = Math.max(2, Math.floor((axis.right - axis.left) / tickRoom));
  for (const at of listTicks(axis.lengthMs, most)) {
    const x = round(toX(axis, at));
    shapes.push({ shape: 'line', look: 'grid', x, y1: y + heights.axis, y2: bottom });
    const text = keepSpaces(at === 0 ? rendererWords.begins : toDuration(at));
    const align = findAlign(x, measurePixels(text, letters.small), axis);
    shapes.push({ shape: 'text', look: 'quiet', x, y: y + 16, text, ...letters.small, ...align });
  }
}

/** A label stands under the middle of what it marks, as long as it stays on the axis. */
function findAlign(
  x: number,
  width: number,
  { left, right }: Axis,
): { readonly align?: 'middle' | 'right' } {
  if (x - width / 2 < left) return {};
  return { align: x + width / 2 > right + margin / 2 ? 'right' : 'middle' };
}

/** The line at which all is over, and when that is. */
function drawEnd({ shapes, axis, y }: Sheet, end: number, bottom: number): void {
  const x = round(toX(axis, end));
  shapes.push({ shape: 'line', look: 'end', x, y1: y + heights.axis, y2: bottom + 4 });
  const words = rendererWords.endsAfter(toDuration(end));
  const text = cutToPixels(words, axis.right - margin, letters.group);
  const width = measurePixels(text, letters.group);
  // Before the line, or behind it as far as there is room.
  const isBefore = x - width >= margin;
  const at = isBefore ? { x, align: 'right' as const } : { x: Math.min(x, axis.right - width) };
  shapes.push({ shape: 'text', look: 'text', y: bottom + 18, text, ...letters.group, ...at });
}
