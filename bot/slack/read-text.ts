/**
 * The words that a person typed, out of the text that Slack delivers.
 *
 * Slack writes `&`, `<` and `>` as entities and puts what it recognized between angle brackets. Each piece is read once.
 * A link whose label says something else than its address has two readings: it stays as it came, and is nobody's name.
 */
const piece = /<([^<>]*)>/g;

export function readSlackText(text: string): string {
  let plain = '';
  let last = 0;
  for (const match of text.matchAll(piece)) {
    plain += unescapeSlack(text.slice(last, match.index)) + readPiece(match[1] ?? '', match[0]);
    last = match.index + match[0].length;
  }
  return plain + unescapeSlack(text.slice(last));
}

/** Takes the mention that the message begins with away; another one stays, as it may be an argument. */
export function stripMention(text: string, botUserId: string): string {
  const [, id, rest = ''] = /^\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[:,]?([\s\S]*)$/.exec(text) ?? [];
  return id === botUserId ? rest.trimStart() : text;
}

function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function readPiece(inner: string, whole: string): string {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : inner.slice(bar + 1);
  if (/^[@#]\w+$/.test(target)) return target.slice(1); // only the id counts
  if (target.startsWith('!subteam^')) return target.slice('!subteam^'.length);
  if (target.startsWith('!date^')) return unescapeSlack(label ?? whole);
  if (/^!\w+$/.test(target)) return `@${target.slice(1)}`; // shows as it was typed, and calls nobody
  return readLink(unescapeSlack(target), label, whole);
}

function readLink(address: string, label: string | undefined, whole: string): string {
  if (label === undefined) return address;
  const shown = unescapeSlack(label);
  const bare = address.replace(/^(?:https?:\/\/|mailto:|tel:)/, '');
  const isSame = [address, bare, bare.replace(/\/$/, '')].includes(shown);
  return isSame ? shown : unescapeSlack(whole);
}
