import type { Entry } from 'ldapts';

export type Value = string | Buffer;

/**
 * Attributes that hold bytes, in the schema's own spelling: ldapts compares it letter by letter, and would hand out an
 * identity whose bytes happen to be UTF-8 as text. Those that arrive as text nevertheless are made bytes again.
 */
export const BINARY_ATTRIBUTES = ['objectGUID', 'objectSid', 'tokenGroups'];

/** The values of one attribute, however many and however its name is spelt. */
export function readValues(entry: Entry, name: string): readonly Value[] {
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(entry))
    if (key.toLowerCase() === wanted && key !== 'dn') return toList(value);
  return [];
}

/** As a plain object for a schema, named as asked for. */
export function toRecord(
  entry: Entry,
  names: readonly string[],
): Readonly<Record<string, readonly Value[]>> {
  const values = new Map(
    Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value] as const),
  );
  return Object.fromEntries(names.map((name) => [name, toList(values.get(name.toLowerCase()))]));
}

/** ldapts gives a value, a list of them, or an empty list for an attribute that is not there. */
function toList(value: Entry[string] | undefined): readonly Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The first value of a distinguished name as people know it: `Doe, Jane` of `CN=Doe\, Jane,OU=…`. */
export function toShownName(dn: string): string {
  const [, escaped = dn] = /^[^=]*=((?:\\.|[^\\,])*)/s.exec(dn) ?? [];
  const bytes = escaped.replace(/(?:\\[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
  return bytes.replace(/\\(.)/gs, '$1');
}
