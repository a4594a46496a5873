/**
 * The way between stored values and ours, one codec a table, made from what the entities say.
 *
 * Plain Kysely with these costs a tenth of the ORM's CPU a statement, which the step loop wants.
 */
import type { Dialect } from './dialect.ts';
import type { Stored, Tables } from './entities/entities.ts';
import { listTables, type TableColumn } from './entities/table-columns.ts';

export interface Codec<Row> {
  /** `waitingSince` → `waiting_since`, values as the dialect stores them; what is absent, or no column, stays out. */
  toColumns(values: { readonly [Name in keyof Row]?: Row[Name] | undefined }): Columns;
  /** Columns that are hidden in the entity are left out. */
  toRow(columns: object): Row;
  /** For a reading of some of them. */
  only<Name extends keyof Row & string>(names: readonly Name[]): Excerpt<Pick<Row, Name>>;
}

export interface Excerpt<Row> {
  // biome-ignore lint/suspicious/noExplicitAny: the columns of a table that only the caller knows.
  readonly columns: readonly any[];
  toRow(columns: object): Row;
}

type Columns = { [column: string]: Stored };

interface Column {
  readonly name: string;
  readonly column: string;
  readonly isHidden: boolean;
  /** A JSON `null` in a column that is never empty is a value like others. */
  readonly storesNull: boolean;
  readonly store: (value: never) => Stored;
  readonly read: (value: never) => unknown;
}

function createCodec(described: readonly TableColumn[], dialect: Dialect): Codec<unknown> {
  const columns = described.map(({ name, column, kind, isHidden, isNullable }): Column => {
    const storesNull = kind === 'json' && !isNullable;
    return { ...{ name, column, isHidden, storesNull }, ...toTurn(kind, dialect) };
  });
  const shown = columns.filter(({ isHidden }) => !isHidden);
  const byName = new Map(columns.map((column) => [column.name, column]));

  return {
    toColumns(values) {
      const stored: Columns = {};
      for (const [name, value] of Object.entries(values)) {
        const column = byName.get(name);
        if (column && value !== undefined) stored[column.column] = toStored(column, value);
      }
      return stored;
    },
    toRow: (stored) => toRow(shown, stored),
    only(names: readonly string[]) {
      const some = shown.filter(({ name }) => names.includes(name));
      const columns = some.map(({ column }) => column);
      return { columns, toRow: (stored) => toRow(some, stored) };
    },
  };
}

function toRow(columns: readonly Column[], stored: object): never {
  const row: Record<string, unknown> = {};
  for (const { name, column, read } of columns) {
    const value = (stored as Columns)[column];
    row[name] = value === null || value === undefined ? null : read(value as never);
  }
  return row as never;
}

export type Codecs = <Row>(table: keyof Tables) => Codec<Row>;

export function createCodecs(dialect: Dialect): Codecs {
  const codecs = new Map(
    listTables().map(([table, columns]) => [table, createCodec(columns, dialect)]),
  );
  return <Row>(table: keyof Tables) => codecs.get(table) as Codec<Row>;
}

function toStored({ store, storesNull }: Column, value: unknown): Stored {
  return value === null && !storesNull ? null : store(value as never);
}

function toTurn(kind: string, dialect: Dialect): Pick<Column, 'store' | 'read'> {
  if (kind === 'json') return { store: (value) => JSON.stringify(value), read: dialect.readJson };
  if (kind === 'instant') return { store: dialect.storeInstant, read: dialect.readInstant };
  if (kind === 'boolean') return { store: dialect.storeBoolean, read: Boolean };
  if (kind === 'number') return { store: (value) => value, read: Number };
  return { store: toStorableText, read: (value) => value };
}

/**
 * What both databases can keep: PostgreSQL refuses NUL, and drivers replace lone surrogates by themselves. JSON has
 * its own way to write both, so nothing is lost there.
 */
export function toStorableText(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
