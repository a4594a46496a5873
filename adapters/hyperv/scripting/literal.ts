/**
 * Values as PowerShell's own literals: data, whatever stands in them.
 *
 * A text is single-quoted, in which nothing is read but the quote itself, and only printable ASCII stands in it: PowerShell
 * takes four more letters for a quote, 5.1 reads a file in the host's code page, and marks that turn the direction of
 * reading show a line otherwise than it runs.
 */
import type { JsonValue } from '../remote-scripts.ts';

/** Fewer than any chat cuts a line at. */
const LINE_LETTERS = 110;

export function toLiteral(value: JsonValue): string {
  if (typeof value === 'string') return toText(value);
  if (typeof value === 'boolean') return value ? '$true' : '$false';
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `@(${value.map(toLiteral).join(', ')})`;
  throw new Error('no script of ours takes such a value');
}

function toText(text: string): string {
  const parts = text.match(/[\x20-\x7e]{1,80}|[^\x20-\x7e]/g) ?? [];
  const first = parts[0];
  if (first === undefined) return "''";
  if (parts.length === 1 && isPlain(first)) return quote(first);
  // A letter and a letter would be added as numbers: a text begins.
  const terms = isPlain(first) ? parts.map(toTerm) : ["''", ...parts.map(toTerm)];
  return `(${breakLines(terms)})`;
}

const isPlain = (part: string) => /^[\x20-\x7e]/.test(part);
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const toTerm = (part: string) =>
  isPlain(part) ? quote(part) : `[char]0x${part.charCodeAt(0).toString(16)}`;

/** After a plus a line may end. */
function breakLines(terms: readonly string[]): string {
  let line = '';
  const lines: string[] = [];
  for (const term of terms) {
    if (line !== '' && line.length + term.length > LINE_LETTERS) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? term : ` + ${term}`;
  }
  return [...lines, line].join(' +\n    ');
}
