/** The columns of each table, as the entities have them (`npm run docs` writes them down). */
import columns from './table-columns.json' with { type: 'json' };

export interface TableColumn {
  readonly name: string;
  readonly column: string;
  /** `json`, `instant`, `boolean`, `number` or `text`. */
  readonly kind: string;
  readonly isHidden: boolean;
  readonly isNullable: boolean;
}

/** In the file `-` stands before the kind of what is hidden, `?` behind that of what may be null. */
export function listTables(): [string, TableColumn[]][] {
  return Object.entries<Readonly<Record<string, string>>>(columns).map(([table, described]) => [
    table,
    Object.entries(described).map(([name, words]) => ({
      ...{ name, column: toColumnName(name), kind: words.replaceAll(/[-?]/g, '') },
      ...{ isHidden: words.startsWith('-'), isNullable: words.endsWith('?') },
    })),
  ]);
}

export function toColumnName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
