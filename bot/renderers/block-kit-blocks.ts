/** The blocks of a card as Block Kit. */
import type { Block, StepLine } from '../cards/card.ts';
import type { Timeline } from '../pictures/limit-timeline.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { slackLimits } from './block-kit-limits.ts';
import { type TableBlock, toNativeTable, toTableText } from './block-kit-table.ts';
import { toContext, toEscaped, toOwnRun, toRichBlock, toRun, toSection } from './block-kit-text.ts';
import { cutLetters, type Json } from './letter-true.ts';
import { toTimelineLines } from './plain-timeline.ts';
import { rendererWords, stepMarks } from './renderer-words.ts';
import { toVisibleLines } from './visible-text.ts';

/** A line, another part of a rich text, or a block of its own. */
type Piece =
  | { readonly line: readonly Json[]; readonly rich?: never; readonly block?: never }
  | { readonly rich: Json; readonly line?: never; readonly block?: never }
  | { readonly block: Json; readonly rich?: never; readonly line?: never };

export interface BlockOptions {
  readonly limits: CardLimits;
  /** How many tables may be drawn by Slack itself. */
  readonly tables: number;
  readonly fileOf?: FileOf | undefined;
}

/** The id of the picture that Slack has of it; undefined where it has none. */
export type FileOf = (timeline: Timeline) => string | undefined;

export function toBlockKitBlocks(blocks: readonly Block[], options: BlockOptions): Json[] {
  let { tables } = options;
  const shown = blocks.slice(0, options.limits.blocks);
  const pieces = shown.flatMap((block) => {
    const isNative = block.block === 'table' && tables > 0;
    if (isNative) tables -= 1;
    return toPieces(block, options, isNative);
  });
  const note = shown.length === blocks.length ? [] : [toNote(rendererWords.notShown)];
  return [...joinPieces(pieces), ...note];
}

/** A line of the renderer's own. */
export function toNote(text: string): Json {
  return toContext(text, slackLimits.context);
}

/** What may stand in one rich text does: fewer blocks, and no gaps between lines that belong together. */
function joinPieces(pieces: readonly Piece[]): Json[] {
  const blocks: Json[] = [];
  let elements: Json[] = [];
  let runs: Json[] = [];
  const closeLines = () => {
    if (runs.length > 0) elements.push(toSection(runs));
    runs = [];
  };
  const close = () => {
    closeLines();
    if (elements.length > 0) blocks.push(toRichBlock(elements));
    elements = [];
  };
  for (const { line, rich, block } of pieces) {
    if (line) {
      runs.push(...(runs.length === 0 ? line : [toOwnRun('\n'), ...line]));
      continue;
    }
    if (rich) closeLines();
    else close();
    if (rich) elements.push(rich);
    else blocks.push(block);
  }
  close();
  return blocks;
}

function toPieces(
  block: Block,
  { limits, fileOf }: BlockOptions,
  isNative: boolean,
): readonly Piece[] {
  switch (block.block) {
    case 'text':
      return [toTextPiece(block, limits)];
    case 'fields':
      return toFieldPieces(block.fields, limits);
    case 'table':
      return toTablePieces(block, limits, isNative);
    case 'code':
      return [toCodePiece(block.text, limits)];
    case 'steps':
      return toStepPieces(block.steps, limits);
    case 'progress':
      return [{ line: [toOwnRun(toBar(block.percent))] }];
    case 'timeline':
      return [toTimelinePiece(block, limits, fileOf?.(block))];
  }
}

function toTextPiece(block: Extract<Block, { block: 'text' }>, limits: CardLimits): Piece {
  if (block.weight === 'quiet') {
    return { block: toContext(block.text, Math.min(limits.letters, slackLimits.context)) };
  }
  const style = block.weight === 'strong' ? ('bold' as const) : undefined;
  return { line: [toRun(block.text, limits.letters, style)] };
}

function toFieldPieces(
  fields: Extract<Block, { block: 'fields' }>['fields'],
  limits: CardLimits,
): readonly Piece[] {
  const shown = fields.slice(0, limits.items);
  const lines = shown.map(({ label, value }) => [
    toRun(label, limits.letters, 'bold'),
    toOwnRun(': '),
    toRun(value, limits.letters),
  ]);
  const note = shown.length === fields.length ? [] : [{ block: toNote(rendererWords.notShown) }];
  return [...lines.map((line) => ({ line })), ...note];
}

function toStepPieces(steps: readonly StepLine[], limits: CardLimits): readonly Piece[] {
  const shown = steps.slice(0, limits.items);
  const lines = shown.map((step) => toStepRuns(step, limits));
  const note =
    shown.length === steps.length
      ? []
      : [{ block: toNote(rendererWords.stepsShown(shown.length, steps.length)) }];
  return [...lines.map((line) => ({ line })), ...note];
}

function toStepRuns({ mark, text, right }: StepLine, limits: CardLimits): readonly Json[] {
  const style = mark === 'running' || mark === 'asking' ? ('bold' as const) : undefined;
  const head = [toOwnRun(`${stepMarks[mark]}\u2002`), toRun(text, limits.letters, style)];
  return right === undefined
    ? head
    : [...head, toOwnRun(' · '), toRun(keepTogether(right), 100, 'italic')];
}

/** A number stays with its unit. */
function keepTogether(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** A phone shows them and the number in one line. */
const barCells = 14;

function toBar(done: number): string {
  const whole = Math.min(100, Math.max(0, Math.round(done)));
  const full = Math.round((barCells * whole) / 100);
  const percent = keepTogether(rendererWords.percent(whole));
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)}\u2002${percent}`;
}

/** What a desktop shows of a line of equal letters; a phone scrolls. */
const timelineWidth = 60;

function toTimelinePiece(timeline: Timeline, limits: CardLimits, file: string | undefined): Piece {
  if (file === undefined) {
    const lines = toTimelineLines(timeline, { width: timelineWidth, rows: limits.rows });
    return toCodePiece(lines.map(({ text }) => text).join('\n'), limits);
  }
  const altText = toEscaped(timeline.alt, Math.min(limits.letters, slackLimits.altText));
  return { block: { type: 'image', slack_file: { id: file }, alt_text: altText } };
}

function toCodePiece(code: string, limits: CardLimits): Piece {
  const lines = toVisibleLines(code);
  const shown = lines.slice(0, limits.codeLines).map((line) => cutLetters(line, limits.letters));
  if (shown.length < lines.length) {
    shown.push('', rendererWords.linesShown(shown.length, lines.length));
  }
  return { rich: toPreformatted(shown.join('\n')) };
}

function toPreformatted(text: string): Json {
  return { type: 'rich_text_preformatted', elements: [toOwnRun(text || ' ')] };
}

function toTablePieces(table: TableBlock, limits: CardLimits, isNative: boolean): readonly Piece[] {
  const native = isNative ? toNativeTable(table, limits) : undefined;
  const { rowsShown, columnsShown } = native ?? toTableText(table, limits);
  const drawn: Piece = native
    ? { block: native.table }
    : { rich: toPreformatted(toTableText(table, limits).text) };
  const notes: string[] = [];
  if (rowsShown < table.rows.length) {
    notes.push(rendererWords.rowsShown(rowsShown, table.rows.length));
  }
  if (columnsShown < table.columns.length) notes.push(rendererWords.notShown);
  if (table.more !== undefined) notes.push(table.more);
  return [drawn, ...notes.map((note) => ({ block: toNote(note) }))];
}
