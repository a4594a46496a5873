/**
 * The words that a person typed, out of the text that Teams delivers.
 *
 * Teams writes each mention as `<at>name</at>`, and `&`, `<` and `>` as entities; pasted text has spaces and breaks of its
 * own. Each piece is read once. Only mentions of Drover go away, by the id in their entity, never by their name.
 */
import type { TeamsEntity } from './schema.ts';

export interface Mentions {
  readonly text: string;
  readonly entities: readonly TeamsEntity[];
  readonly botId: string;
}

const open = '<at>';
const close = '</at>';

/** Somebody who is mentioned: names are not unique, so the id says who is meant. */
export interface Mentioned {
  readonly name: string;
  /** `29:…`; undefined where no entity says whose name it is. */
  readonly teamsUserId: string | undefined;
}

export function readTeamsText(mentions: Mentions): string {
  return toText(readPieces(mentions), ({ name }) => name);
}

/** The words with each mention as it is to be read. */
export function toText(
  pieces: readonly (string | Mentioned)[],
  toWord: (mentioned: Mentioned) => string,
): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : toWord(piece)))
    .join('')
    .trim();
}

export function readPieces({ text, entities, botId }: Mentions): (string | Mentioned)[] {
  const left = entities.filter(({ type }) => type === 'mention');
  const pieces: (string | Mentioned)[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start);
    if (end < 0) break;
    const name = unescapeHtml(text.slice(start + open.length, end));
    const teamsUserId = takeMention(left, name)?.mentioned?.id;
    const piece = teamsUserId === botId ? ' ' : { name, teamsUserId };
    pieces.push(readPlain(text.slice(at, start)), piece);
    at = end + close.length;
  }
  return [...pieces, readPlain(text.slice(at))];
}

export function isMentioned({ entities, botId }: Omit<Mentions, 'text'>): boolean {
  return entities.some(({ type, mentioned }) => type === 'mention' && mentioned?.id === botId);
}

/** Two may be called the same: then they stand in the order of their entities. */
function takeMention(left: TeamsEntity[], name: string): TeamsEntity | undefined {
  const found = left.findIndex(({ text, mentioned }) =>
    [toName(text ?? undefined), mentioned?.name].includes(name),
  );
  return found < 0 ? undefined : left.splice(found, 1)[0];
}

function toName(text: string | undefined): string | undefined {
  if (text === undefined || !text.startsWith(open) || !text.endsWith(close)) return text;
  return unescapeHtml(text.slice(open.length, -close.length));
}

function readPlain(text: string): string {
  return unescapeHtml(text.replaceAll(/<br ?\/?>|\r\n?/gi, '\n')).replaceAll('\u00a0', ' ');
}

const named: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' },
};

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,4});/gi, (whole, body: string) => {
    if (!body.startsWith('#')) return named[body.toLowerCase()] ?? whole;
    const point = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
    return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
}

/** Words that are somebody else's or struck out: they would be read as typed. */
const secondReading = /<(?:blockquote|s|strike|del)\b/i;
const carried = new Set(['messageReference', 'forwardedMessageReference']);

/** Whether it quotes, forwards or strikes out: it could be read in two ways (H32). */
export function hasSecondReading(
  attachments: readonly { readonly contentType?: string | null | undefined; content?: unknown }[],
): boolean {
  return attachments.some(({ contentType, content }) => {
    if (carried.has(contentType ?? '')) return true;
    return (
      contentType === 'text/html' && typeof content === 'string' && secondReading.test(content)
    );
  });
}
