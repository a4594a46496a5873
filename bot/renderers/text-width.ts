/** How much room a text takes in a terminal: most characters one cell, CJK and emoji two, combining marks none. */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

// East Asian Wide and Fullwidth of Unicode 16, without the emoji, which have a property of their own.
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
const onlyMarks = /^[\p{M}\u200c\u200d]+$/u;
const plain = /^[\u0020-\u007e]*$/;

export function measureText(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += measureGrapheme(segment);
  return width;
}

function measureGrapheme(grapheme: string): number {
  if (onlyMarks.test(grapheme)) return 0;
  return wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;
}

/** Cuts a text to a width; what was cut shows as `…`. */
export function cutText(text: string, width: number): string {
  if (measureText(text) <= width) return text;
  if (width < 1) return '';
  return `${takeWidth(text, width - 1)}…`;
}

/** Fills up with spaces, on the left for numbers. */
export function padText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - measureText(text)));
  return align === 'right' ? space + text : text + space;
}

/** Breaks at spaces; only a word that is longer than a line is broken inside. */
export function wrapText(text: string, width: number): readonly string[] {
  const room = Math.max(2, width); // a wide character needs two
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const part of text.split(/(?<= )(?! )/)) {
    const word = dropSpaces(part);
    if (used > 0 && used + measureText(word) > room) {
      lines.push(dropSpaces(line));
      line = '';
    }
    const pieces = breakWord(line + word, room);
    lines.push(...pieces.slice(0, -1));
    line = (pieces.at(-1) ?? '') + part.slice(word.length);
    used = measureText(line);
  }
  return [...lines, dropSpaces(line)];
}

/** Spaces at the end alone: other white space, as one that must not break, is part of a word. */
function dropSpaces(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}

function breakWord(word: string, width: number): readonly string[] {
  if (measureText(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of segmenter.segment(word)) {
    const needed = measureGrapheme(segment);
    if (used + needed > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += needed;
  }
  return [...pieces, piece];
}

function takeWidth(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += measureGrapheme(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}
