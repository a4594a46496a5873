/** A table as Slack draws it, or as lines of equal letters where Slack takes none. */
import type { Block } from '../cards/card.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { slackLimits } from './block-kit-limits.ts';
import { noText } from './block-kit-text.ts';
import { cutLetters, type Json, keepSpaces } from './letter-true.ts';
import { toTableLines } from './plain-table.ts';
import { toVisibleText } from './visible-text.ts';

export type TableBlock = Extract<Block, { block: 'table' }>;

interface Shown {
  readonly rowsShown: number;
  readonly columnsShown: number;
}

const cellLetters = 300;

/** Undefined where there is nothing that Slack could draw. */
export function toNativeTable(
  table: TableBlock,
  limits: CardLimits,
): ({ readonly table: Json } & Shown) | undefined {
  const columns = table.columns.slice(0, slackLimits.tableColumns);
  if (columns.length === 0) return undefined;
  const toCells = (texts: readonly string[]) =>
    columns.map((_, at) => toCell(texts[at] ?? '', limits));
  const head = toCells(columns.map(({ title }) => title));
  const rows: Json[][] = [];
  let letters = countLetters(head);
  for (const row of table.rows.slice(0, limits.rows)) {
    const cells = toCells(row);
    letters += countLetters(cells);
    if (letters > slackLimits.tableLetters) break;
    rows.push(cells);
  }
  const settings = columns.map(({ align = 'left' }) => ({ align, is_wrapped: align === 'left' }));
  return {
    table: { type: 'table', column_settings: settings, rows: [head, ...rows] },
    rowsShown: rows.length,
    columnsShown: columns.length,
  };
}

interface Cell extends Json {
  readonly text: string;
}

function toCell(text: string, limits: CardLimits): Cell {
  const letters = Math.min(limits.letters, cellLetters);
  const visible = keepSpaces(cutLetters(toVisibleText(text), letters));
  return { type: 'raw_text', text: visible || noText };
}

function countLetters(cells: readonly Cell[]): number {
  return cells.reduce((sum, { text }) => sum + text.length, 0);
}

/** In letters: what a phone shows of a line of equal letters without scrolling is less, a desktop's is more. */
const textWidth = 60;

export function toTableText(
  table: TableBlock,
  limits: CardLimits,
): { readonly text: string } & Shown {
  const rows = table.rows.slice(0, limits.rows);
  const lines = toTableLines({ ...table, rows }, textWidth);
  const all = [...(lines.head === undefined ? [] : [lines.head]), ...lines.rows];
  return { text: all.join('\n'), rowsShown: rows.length, columnsShown: table.columns.length };
}
