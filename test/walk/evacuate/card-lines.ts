/** What a card says, as its reader has it before them: a line a piece, buttons in brackets. Slack's blocks and Adaptive Cards alike. */
import type { Json } from '#test/peers/teams/json.ts';

/** In the order in which a client draws them. */
const PARTS = [
  'text',
  'title',
  'value',
  'fields',
  'facts',
  'body',
  'items',
  'columns',
  'rows',
  'cells',
];
const LAST_PARTS = ['inlines', 'elements', 'accessory', 'actions'];

/** Their parts stand beside each other. */
const IN_A_ROW = /^(?:Fact|TableRow|ColumnSet)$/;
/** Pieces of one text, each with the white space that belongs to it. */
const IN_ONE_TEXT = /^(?:RichTextBlock|rich_text_section|rich_text_preformatted)$/;

export function listLines(json: unknown): string[] {
  if (typeof json === 'string') return toLines(json);
  if (Array.isArray(json)) return json.flatMap(isCellList(json) ? toRow : listLines);
  if (typeof json !== 'object' || json === null) return [];
  const part = json as Json;
  if (part.isVisible === false) return [];
  const label = toLabel(part);
  if (label !== undefined) return [`[${label}]`];
  if (IN_ONE_TEXT.test(part.type)) {
    const pieces: readonly (Json | string)[] = part.inlines ?? part.elements;
    return toLines(pieces.map((it) => (typeof it === 'string' ? it : (it.text ?? ''))).join(''));
  }
  const lines = [...PARTS, ...LAST_PARTS].flatMap((name) => listLines(part[name]));
  return IN_A_ROW.test(part.type) || isFact(part) ? [lines.join(' ')] : lines;
}

const toLines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

function toLabel({ type, title, text }: Json): string | undefined {
  if (/^Action\./.test(type)) return String(title);
  return type === 'button' ? String(text.text) : undefined;
}

const isFact = ({ type, title, value }: Json) =>
  type === undefined && title !== undefined && value !== undefined;

/** A table of Slack has its rows as lists of cells. */
const isCellList = (list: readonly unknown[]) => Array.isArray(list[0]);

const toRow = (cells: unknown): string[] => [listLines(cells).join(' ')];
