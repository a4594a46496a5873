/**
 * Slack texts that show every letter and interpret none (H35).
 *
 * Slack has two kinds. A text object is written with `&`, `<` and `>` as entities; its kind `plain_text` knows no mark-up
 * beside them. An element of `rich_text` is data: nothing in it is read as mark-up, so it is written as it is.
 */
import { cutLetters, type Json, keepSpaces } from './letter-true.ts';
import { toVisibleText } from './visible-text.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Slack refuses a text without a letter. */
export const noText = '–';

export function escapeSlack(text: string): string {
  return text.replaceAll(/[&<>]/g, (letter) => entities[letter] ?? letter);
}

/** A text object of words of people or platforms, at most `limit` letters long as it is sent. */
export function toPlainObject(text: string, limit: number): Json {
  return { type: 'plain_text', text: toEscaped(text, limit), emoji: false };
}

/** One line for where there are no blocks: notifications and screen readers. */
export function toEscaped(text: string, limit: number): string {
  const visible = keepSpaces(toVisibleText(text)) || noText;
  const whole = escapeSlack(visible);
  return whole.length <= limit ? whole : cutEscaped(visible, limit);
}

function cutEscaped(text: string, limit: number): string {
  let kept = '';
  for (const letter of text) {
    const next = escapeSlack(letter);
    if (kept.length + next.length > limit - 1) break;
    kept += next;
  }
  return `${kept}…`;
}

export type RunStyle = 'bold' | 'italic';

/** One run of words of people or platforms inside a rich text. */
export function toRun(text: string, limit: number, style?: RunStyle): Json {
  return toOwnRun(keepSpaces(cutLetters(toVisibleText(text), limit)) || noText, style);
}

/** A run whose letters are already fit to be shown: marks, line ends, lines of a script. */
export function toOwnRun(text: string, style?: RunStyle): Json {
  return { type: 'text', text, ...(style === undefined ? {} : { style: { [style]: true } }) };
}

export function toSection(runs: readonly Json[]): Json {
  return { type: 'rich_text_section', elements: runs };
}

export function toRichBlock(elements: readonly Json[]): Json {
  return { type: 'rich_text', elements };
}

/** A quiet line. */
export function toContext(text: string, limit: number): Json {
  return { type: 'context', elements: [toPlainObject(text, limit)] };
}
