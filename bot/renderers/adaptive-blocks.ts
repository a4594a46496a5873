/** The blocks of a card as elements of an Adaptive Card 1.5. */
import type { Block, StepLine, Tone } from '../cards/card.ts';
import type { Timeline } from '../pictures/limit-timeline.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { toTableElement } from './adaptive-table.ts';
import { cutLetters, type Json, keepSpaces, type RunStyle, toRichText } from './letter-true.ts';
import { toTimelineLines } from './plain-timeline.ts';
import { rendererWords, stepMarks } from './renderer-words.ts';
import { measureText } from './text-width.ts';
import { toVisibleLines } from './visible-text.ts';

export const toneColours: Readonly<Record<Tone, RunStyle>> = {
  neutral: { isSubtle: true },
  good: { color: 'Good' },
  warning: { color: 'Warning' },
  bad: { color: 'Attention' },
  busy: { color: 'Accent' },
};

const markTones: Readonly<Record<StepLine['mark'], Tone>> = {
  done: 'good',
  warning: 'warning',
  failed: 'bad',
  running: 'busy',
  waiting: 'neutral',
  unknown: 'warning',
  skipped: 'neutral',
  asking: 'warning',
};

const weights: Readonly<Record<'normal' | 'strong' | 'quiet', RunStyle>> = {
  normal: {},
  strong: { weight: 'Bolder' },
  quiet: { isSubtle: true },
};

/** The picture of it as an element; undefined where there is none. */
export type PictureOf = (timeline: Timeline) => Json | undefined;

export function toBlockElements(
  blocks: readonly Block[],
  limits: CardLimits,
  pictureOf: PictureOf = () => undefined,
): readonly Json[] {
  const shown = blocks.slice(0, limits.blocks);
  const elements = shown.flatMap((block) =>
    block.block === 'timeline'
      ? [pictureOf(block) ?? toTimelineText(block, limits)]
      : toElements(block, limits),
  );
  return shown.length === blocks.length ? elements : [...elements, toNote(rendererWords.notShown)];
}

/** A line of the renderer's own. */
export function toNote(text: string): Json {
  return toRichText(text, 300, { isSubtle: true });
}

function toElements(block: Exclude<Block, Timeline>, limits: CardLimits): readonly Json[] {
  switch (block.block) {
    case 'text':
      return [toRichText(block.text, limits.letters, weights[block.weight ?? 'normal'])];
    case 'fields':
      return toFieldElements(block.fields, limits);
    case 'table':
      return toTableElements(block, limits);
    case 'code':
      return [toCodeElement(block.text, limits)];
    case 'steps':
      return toStepElements(block.steps, limits);
    case 'progress':
      return [toProgressElement(block.percent)];
  }
}

/** A FactSet would read values as mark-down. The labels share one width, so that the values stand under each other. */
function toFieldElements(
  fields: Extract<Block, { block: 'fields' }>['fields'],
  limits: CardLimits,
): readonly Json[] {
  const shown = fields.slice(0, limits.items);
  const widest = shown.reduce((letters, { label }) => Math.max(letters, measureText(label)), 0);
  const width = `${Math.min(120, Math.max(40, 8 * widest + 8))}px`;
  const rows = shown.map((field, at) => ({
    type: 'ColumnSet',
    spacing: at === 0 ? 'Default' : 'Small',
    columns: [
      toColumn(width, toRichText(field.label, limits.letters, { isSubtle: true })),
      toColumn('stretch', toRichText(field.value, limits.letters)),
    ],
  }));
  return shown.length === fields.length ? rows : [...rows, toNote(rendererWords.notShown)];
}

function toTableElements(
  table: Extract<Block, { block: 'table' }>,
  limits: CardLimits,
): readonly Json[] {
  const rows = table.rows.slice(0, limits.rows);
  const notes: string[] = [];
  if (rows.length < table.rows.length) {
    notes.push(rendererWords.rowsShown(rows.length, table.rows.length));
  }
  if (table.more !== undefined) notes.push(table.more);
  return [toTableElement({ ...table, rows }, limits), ...notes.map(toNote)];
}

function toColumn(width: string | number, item: Json, more: Json = {}): Json {
  return { type: 'Column', width, items: [item], ...more };
}

/** What a phone shows of a line of equal letters, or nearly. */
const timelineWidth = 46;

export function toTimelineText(timeline: Timeline, limits: CardLimits): Json {
  const lines = toTimelineLines(timeline, { width: timelineWidth, rows: limits.rows });
  return toCodeElement(lines.map(({ text }) => text).join('\n'), limits);
}

/** One element a line: not every renderer keeps a line break inside a run. */
function toCodeElement(code: string, limits: CardLimits): Json {
  const lines = toVisibleLines(code);
  const shown = lines.slice(0, limits.codeLines).map((line) => cutLetters(line, limits.letters));
  if (shown.length < lines.length) {
    shown.push('', rendererWords.linesShown(shown.length, lines.length));
  }
  const items = shown.map((line) => toCodeLine(line));
  return { type: 'Container', style: 'emphasis', items };
}

function toCodeLine(line: string): Json {
  // Small, so that a command and the caret under it fit a phone in one line.
  const style = { fontType: 'Monospace', size: 'Small' };
  const inlines = [{ type: 'TextRun', text: keepSpaces(line) || '\u00a0', ...style }];
  return { type: 'RichTextBlock', spacing: 'None', inlines };
}

function toStepElements(steps: readonly StepLine[], limits: CardLimits): readonly Json[] {
  const shown = steps.slice(0, limits.items);
  const rows = shown.map((step, at) => ({
    type: 'ColumnSet',
    spacing: at === 0 ? 'Default' : 'Small',
    columns: toStepColumns(step, limits),
  }));
  if (shown.length === steps.length) return rows;
  return [...rows, toNote(rendererWords.stepsShown(shown.length, steps.length))];
}

function toStepColumns(step: StepLine, limits: CardLimits): readonly Json[] {
  const mark = toRichText(stepMarks[step.mark], 1, toneColours[markTones[step.mark]]);
  const text = toRichText(
    step.text,
    limits.letters,
    step.mark === 'running' ? { weight: 'Bolder' } : {},
  );
  const columns = [toColumn('20px', mark), toColumn('stretch', text)];
  if (step.right === undefined) return columns;
  return [...columns, toColumn('auto', toRichText(step.right, 40, { isSubtle: true }))];
}

/** Two columns as wide as what is done and what is left. The number stands in the card's first line. */
function toProgressElement(percent: number): Json {
  const whole = Math.min(100, Math.max(0, Math.round(percent)));
  const parts = [toBarPart(whole, 'accent'), toBarPart(100 - whole, 'emphasis')];
  const bar = { type: 'ColumnSet', columns: parts.filter((part) => part !== undefined) };
  return {
    type: 'ColumnSet',
    columns: [toColumn('stretch', bar)],
  };
}

function toBarPart(width: number, style: 'accent' | 'emphasis'): Json | undefined {
  if (width === 0) return undefined;
  // A column without anything in it is not drawn at all.
  const items = [{ type: 'Container', minHeight: '2px', items: [] }];
  return { type: 'Column', width, style, spacing: 'None', items };
}
