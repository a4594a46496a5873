/** How many events are taken at once: a body may be a megabyte, and most are small. */
const ROWS = 128;
const LENGTH = 500_000;

/** Nothing is known of the first ones' size. */
export const FIRST_PAGE = 8;

/** As many as the size of the last ones allows. */
export function chooseLimit(rows: readonly { readonly body: string | Uint8Array }[]): number {
  const length = rows.reduce((sum, { body }) => sum + body.length, 0);
  return Math.max(1, Math.min(ROWS, Math.floor((LENGTH * rows.length) / length)));
}

/** Lets others have their turn between two pages: on SQLite a page is one piece of work. */
export type Breathe = () => Promise<void>;
