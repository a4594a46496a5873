/** A table as an Adaptive Card table that can be read on a phone. */
import type { Block } from '../cards/card.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { type Json, toRichText } from './letter-true.ts';
import { measureText } from './text-width.ts';

type Table = Extract<Block, { block: 'table' }>;

interface Column {
  readonly title: string;
  readonly isRight: boolean;
  readonly cells: readonly string[];
  /** Of its widest cell. */
  readonly width: number;
}

/** At 320 px, between the columns' gaps. */
const narrowLetters = 34;
const cellLetters = 300;
const noValue = '–';

export function toTableElement(table: Table, limits: CardLimits): Json {
  const columns = limits.reflows ? toColumns(table) : fitColumns(toColumns(table));
  const letters = Math.min(limits.letters, cellLetters);
  const titles = columns.map((column) => column.title);
  const nothing = limits.reflows ? noValue : '';
  const rows = table.rows.map((_, at) => columns.map((column) => column.cells[at] || nothing));
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: false,
    columns: columns.map(({ isRight, width }) => ({
      // Room by what stands in it; a long name may wrap sooner than numbers do.
      width: Math.min(24, Math.max(4, width)),
      horizontalCellContentAlignment: isRight ? 'Right' : 'Left',
    })),
    rows: [titles, ...rows].map((row) => ({
      type: 'TableRow',
      cells: row.map((cell) => ({ type: 'TableCell', items: [toRichText(cell, letters)] })),
    })),
  };
}

function toColumns(table: Table): readonly Column[] {
  return table.columns.map(({ title, align }, at) => {
    const isRight = align === 'right';
    const cells = table.rows.map((row) => row[at] ?? '');
    // A number stays with its unit.
    return toColumn(
      title,
      isRight,
      isRight ? cells.map((cell) => cell.replaceAll(' ', '\u00a0')) : cells,
    );
  });
}

function toColumn(title: string, isRight: boolean, cells: readonly string[]): Column {
  const widest = (width: number, cell: string) => Math.max(width, measureText(cell));
  return { title, isRight, cells, width: cells.reduce(widest, measureText(title)) };
}

/**
 * Puts columns together where a narrow screen has no room for each: names stay alone, words and numbers keep their side.
 *
 * A card cannot know its reader's width, so this is how all see it where the host does not reflow.
 */
function fitColumns(columns: readonly Column[]): readonly Column[] {
  const [name, ...others] = columns;
  const needed = columns.reduce((sum, column) => sum + column.width, 0);
  if (name === undefined || needed <= narrowLetters) return columns;
  const words = others.filter((column) => !column.isRight);
  const numbers = others.filter((column) => column.isRight);
  return [name, ...joinColumns(words), ...joinColumns(numbers)];
}

function joinColumns(columns: readonly Column[]): readonly Column[] {
  const [first, ...later] = columns;
  if (first === undefined || later.length === 0) return columns;
  const join = (texts: readonly string[]) => texts.map((text) => text || noValue).join(' · ');
  const cells = first.cells.map((_, at) => join(columns.map((column) => column.cells[at] ?? '')));
  return [toColumn(join(columns.map((column) => column.title)), first.isRight, cells)];
}
