/** A timeline as lines of text: `web-07  ░░███░░  10 s–2 min`, where no picture can be shown and for who wants none. */
import {
  findEndMs,
  findLengthMs,
  limitTimeline,
  type Timeline,
} from '../pictures/limit-timeline.ts';
import { toneMarks } from '../pictures/tone-marks.ts';
import { toDuration } from '../words/units.ts';
import { rendererWords } from './renderer-words.ts';
import { cutText, measureText, padText, wrapText } from './text-width.ts';
import { toVisibleText } from './visible-text.ts';

export interface TimelineLine {
  readonly text: string;
  readonly weight: 'normal' | 'strong' | 'quiet';
}

export interface TimelineRoom {
  /** In terminal cells, 40 at the least; no line is wider. */
  readonly width: number;
  readonly rows: number;
}

const rowsAtMost = 60;
const gap = 2;
const shortestBar = 6;
const longestBar = 40;

export function toTimelineLines(timeline: Timeline, room: TimelineRoom): readonly TimelineLine[] {
  const { width } = room;
  const { groups, notes } = limitTimeline(timeline, Math.min(room.rows, rowsAtMost));
  const toLines = (text: string, weight: TimelineLine['weight']) =>
    wrapText(toVisibleText(text), width).map((line) => ({ text: line, weight }));
  const rows = groups.map(({ rows }) => rows.map(toRow));
  const columns = fitColumns(rows.flat(), width, findLengthMs(timeline, groups));
  return [
    ...toLines(timeline.title, 'strong'),
    ...toLines(timeline.alt, 'quiet'),
    ...groups.flatMap(({ title }, at) => [
      ...toLines(title, 'strong'),
      ...(rows[at] ?? []).flatMap((row) => toRowLines(row, columns)),
    ]),
    ...toLines(rendererWords.endsAfter(toDuration(findEndMs(timeline))), 'normal'),
    ...notes.flatMap((note) => toLines(note, 'quiet')),
  ];
}

type Bars = Timeline['groups'][number]['rows'][number]['bars'];

interface Row {
  readonly label: string;
  readonly bars: Bars;
  /** `10 s–2 min`. */
  readonly range: string;
  readonly note: string;
}

function toRow({ label, bars }: Timeline['groups'][number]['rows'][number]): Row {
  const notes = bars.map(({ tone, note = '' }) => `${toneMarks[tone]} ${note}`.trim());
  const note = toVisibleText(notes.filter((one) => one !== '').join(' · '));
  return { label: toVisibleText(label), bars, range: toRange(bars), note };
}

function toRange(bars: Bars): string {
  if (bars.length === 0) return '';
  const from = Math.min(...bars.map(({ fromMs }) => fromMs));
  const to = Math.max(...bars.map(({ toMs }) => toMs));
  return `${from === 0 ? rendererWords.begins : toDuration(from)}–${toDuration(to)}`;
}

interface Columns {
  readonly width: number;
  readonly label: number;
  readonly bar: number;
  readonly lengthMs: number;
}

function fitColumns(rows: readonly Row[], width: number, lengthMs: number): Columns {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(measureText));
  const range = Math.min(widest(rows.map((row) => row.range)), width - 2 * gap - 2 * shortestBar);
  const free = width - 2 * gap - range;
  const label = Math.min(
    widest(rows.map((row) => row.label)),
    Math.max(shortestBar, Math.floor(width * 0.35)),
    free - shortestBar,
  );
  return { width, label, bar: Math.min(longestBar, free - label), lengthMs };
}

function toRowLines(row: Row, { width, label, bar, lengthMs }: Columns): readonly TimelineLine[] {
  const space = ' '.repeat(gap);
  const head = padText(cutText(row.label, label), label) + space + toCells(row.bars, bar, lengthMs);
  const line = cutText(`${head}${space}${row.range}`, width);
  const normal = (text: string): TimelineLine => ({ text: text.trimEnd(), weight: 'normal' });
  if (row.note === '') return [normal(line)];
  const whole = `${line}${space}${row.note}`;
  if (measureText(whole) <= width) return [normal(whole)];
  const below = wrapText(row.note, width - gap).map((text) => normal(space + text));
  return [normal(line), ...below];
}

/** Each bar has one cell at the least. */
function toCells(bars: Bars, width: number, lengthMs: number): string {
  const cells = new Array<string>(width).fill('░');
  for (const { fromMs, toMs, tone } of bars) {
    const from = Math.min(width - 1, Math.floor((fromMs / lengthMs) * width));
    const to = Math.max(from + 1, Math.round((toMs / lengthMs) * width));
    cells.fill(tone === 'neutral' ? '▒' : '█', from, Math.min(width, to));
  }
  return cells.join('');
}
