/**
 * Makes words of people and platforms safe to show without changing what they say (H35).
 *
 * A character that would drive the reader's screen (escape, line feed, a turn of the reading direction) or that nobody
 * sees is shown by its picture or its number; every other one stays as it is.
 */
const unseen =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** One line of it: `web\n07` becomes `web␤07`. */
export function toVisibleText(text: string): string {
  return text.toWellFormed().replace(unseen, toPicture);
}

/** Lines that may stand under each other, as a script has them; tabs become spaces. */
export function toVisibleLines(text: string): readonly string[] {
  return text
    .split(/\r\n|[\n\r]/)
    .map((line) => line.replaceAll('\t', '    '))
    .map(toVisibleText);
}

function toPicture(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point === 0x0a) return '␤';
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  if (point === 0x7f) return '␡';
  return `‹U+${point.toString(16).toUpperCase().padStart(4, '0')}›`;
}
