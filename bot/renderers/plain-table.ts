/** A table for a terminal: columns as wide as their cells, shrunk until a row fits in the line. */
import type { Block } from '../cards/card.ts';
import { cutText, measureText, padText } from './text-width.ts';
import { toVisibleText } from './visible-text.ts';

type Table = Extract<Block, { block: 'table' }>;

const gap = 2;
const narrowest = 4;

export interface TableLines {
  /** Missing where each cell has its title before it. */
  readonly head?: string;
  readonly rows: readonly string[];
}

/** Too many columns for the width: one line a cell instead of one a row. */
export function toTableLines(table: Table, width: number): TableLines {
  const rows = table.rows.map((row) => table.columns.map((_, at) => toVisibleText(row[at] ?? '')));
  const titles = table.columns.map((column) => toVisibleText(column.title));
  const wholes = table.columns.map(({ isWhole }) => isWhole === true);
  const widths = fitWidths(toNaturalWidths([titles, ...rows]), wholes, width);
  if (widths === undefined)
    return { rows: rows.flatMap((row) => toRecordLines(titles, row, width)) };
  const toLine = (row: readonly string[]) => toRowLine(row, widths, table.columns);
  return { head: toLine(titles), rows: rows.map(toLine) };
}

function toNaturalWidths(rows: readonly (readonly string[])[]): number[] {
  const first = rows[0] ?? [];
  return first.map((_, at) =>
    rows.reduce((widest, row) => Math.max(widest, measureText(row[at] ?? '')), 1),
  );
}

/** Takes from the widest column first; `undefined` when cells would be too short to mean anything. */
function fitWidths(
  natural: readonly number[],
  wholes: readonly boolean[],
  width: number,
): readonly number[] | undefined {
  const room = width - gap * (natural.length - 1);
  let limit = Math.max(0, ...natural);
  const limits = () => natural.map((one, at) => (wholes[at] ? one : Math.min(one, limit)));
  const used = () => limits().reduce((sum, one) => sum + one, 0);
  while (used() > room && limit > narrowest) limit -= 1;
  return used() > room ? undefined : spread(natural, limits(), room - used());
}

/** Gives the last free cells, fewer than there are columns, back from the left. */
function spread(
  natural: readonly number[],
  limits: readonly number[],
  free: number,
): readonly number[] {
  let left = free;
  return limits.map((limit, at) => {
    if ((natural[at] ?? 0) <= limit) return limit;
    const extra = left > 0 ? 1 : 0;
    left -= extra;
    return limit + extra;
  });
}

function toRowLine(
  row: readonly string[],
  widths: readonly number[],
  columns: Table['columns'],
): string {
  const cells = row.map((cell, at) => {
    const cellWidth = widths[at] ?? 0;
    return padText(cutText(cell, cellWidth), cellWidth, columns[at]?.align);
  });
  return cells.join(' '.repeat(gap)).trimEnd();
}

function toRecordLines(titles: readonly string[], row: readonly string[], width: number): string[] {
  return row.map((cell, at) =>
    cutText(`${at === 0 ? '- ' : '  '}${titles[at] ?? ''}: ${cell}`, width),
  );
}
