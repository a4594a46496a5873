/** Lines that begin in a column in which their section has none: where they probably belong. */
import { isShownKey } from './shown-key.ts';

export interface OddIndent {
  readonly line: number;
  /** In which it probably begins, from 1. */
  readonly column: number;
  /** Of the line above that has a value of its own, where the odd one stands below that. */
  readonly valueLine?: number | undefined;
  /** Whose key it then is; undefined at the top of the file, and where it may not be shown. */
  readonly section?: string | undefined;
  readonly isTop: boolean;
}

interface Row {
  readonly line: number;
  readonly key: string;
  /** Of the key, behind the dash of a list. */
  readonly column: number;
  readonly hasValue: boolean;
  /** The column of the dash, where it begins one of a list. */
  readonly dash: number | undefined;
}

const ROW = /^( *(?:- +)*)([^\s#'"[\]{},&*!|>%@`-][^:#]*|"[^"]*"|'[^']*') *:(?:\s+(.*))?$/;

/** @param at the line of which the parser complains */
export function findOddIndent(text: string, at: number): OddIndent | undefined {
  const rows = text.split('\n').flatMap(toRow);
  // Where the parser points at a line without a key, it is the next that has one.
  const index = rows.findIndex(({ line }) => line >= at);
  const row = rows[index];
  if (!row) return undefined;
  const [top] = rows;
  // The file's first key gives the column of all.
  if (top && row.column < top.column) return { line: top.line, column: row.column, isTop: true };
  const [above, below] = [rows[index - 1], rows[index + 1]];
  // Of a value that seems to go on the parser names the first line.
  if (row.hasValue && below && !below.dash && below.column > row.column)
    return toTooDeep(below, row, rows);
  if (row.dash !== undefined) return findDash(row, row.dash, rows.slice(0, index));
  if (above?.hasValue && row.column > above.column) return toTooDeep(row, above, rows);
  return findBetween(row, rows.slice(0, index));
}

function toRow(text: string, at: number): Row[] {
  const [, before = '', key = '', value = ''] = ROW.exec(text.trimEnd()) ?? [];
  if (key === '') return [];
  const hasValue = !/^(?:[#|>&!].*)?$/.test(value);
  const dash = before.includes('-') ? before.indexOf('-') + 1 : undefined;
  return [{ line: at + 1, key, column: before.length + 1, hasValue, dash }];
}

/** The items of a list begin where its first does. */
function findDash({ line }: Row, column: number, above: readonly Row[]): OddIndent | undefined {
  const other = above.findLast(({ dash }) => dash !== undefined)?.dash;
  if (other === undefined || other === column) return undefined;
  return { line, column: other, ...findSection(above, other) };
}

function toTooDeep({ line }: Row, { line: valueLine, column }: Row, rows: readonly Row[]) {
  const before = rows.filter((one) => one.line < valueLine);
  return { line, column, valueLine, ...findSection(before, column) };
}

/**
 * It stands left of its section, and right of the one around it: the nearer is meant. Of both alike, what begins a section
 * is taken for one beside it.
 */
function findBetween(row: Row, above: readonly Row[]): OddIndent | undefined {
  const { line, column, hasValue } = row;
  const at = above.findLastIndex((one) => one.column < column);
  const [around, first] = [above[at], above[at + 1]];
  if (!around || !first || first.column <= column) return undefined;
  const nearer = column - around.column - (first.column - column);
  const meant = nearer < 0 || (nearer === 0 && !hasValue) ? around.column : first.column;
  return { line, column: meant, ...findSection(above, meant) };
}

function findSection(above: readonly Row[], column: number) {
  const found = above.findLast((one) => one.column < column);
  const isShown = found !== undefined && isShownKey(found.key);
  return { isTop: found === undefined, section: isShown ? found.key : undefined };
}
