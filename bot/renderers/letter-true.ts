/**
 * Adaptive Card texts that show every letter and interpret none (H35, B21).
 *
 * A TextRun knows no mark-down, unlike a TextBlock, a FactSet and a choice in its expanded style. Two things remain:
 * a renderer may put a local date in the place of `{{DATE(…)}}`, and HTML shows several spaces as one.
 */
import { toVisibleText } from './visible-text.ts';

export type Json = { readonly [name: string]: unknown };

export interface RunStyle {
  readonly weight?: 'Bolder' | undefined;
  readonly isSubtle?: true | undefined;
  readonly color?: 'Good' | 'Warning' | 'Attention' | 'Accent' | undefined;
  readonly size?: 'Medium' | 'Small' | undefined;
  readonly fontType?: 'Monospace' | undefined;
}

const formatted = /(?<=\{)(?=\{(?:DATE|TIME)\()/i;

/** One line of words of people or platforms, cut to `limit` characters. */
export function toRichText(text: string, limit: number, style: RunStyle = {}): Json {
  const visible = keepSpaces(cutLetters(toVisibleText(text), limit));
  // Between two runs there is nothing to see, and no `{{DATE` for a renderer to find.
  const pieces = visible.split(formatted);
  const isPlain = Object.values(style).every((value) => value === undefined);
  const inlines = pieces.map((piece) =>
    isPlain ? piece : { type: 'TextRun', text: piece, ...style },
  );
  return { type: 'RichTextBlock', inlines };
}

/** For labels, titles and placeholders, which are one string each: a joiner without width parts the braces. */
export function toLabel(text: string, limit: number): string {
  const visible = keepSpaces(cutLetters(toVisibleText(text), limit));
  return visible.split(formatted).join('\u2060') || '…';
}

/** Every space that HTML would drop becomes one that it keeps; single ones stay, so that lines can break. */
export function keepSpaces(text: string): string {
  return text.replaceAll(/^ | $|(?<= ) /gm, '\u00a0');
}

export function cutLetters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, Math.max(0, limit - 1));
  return `${kept.replace(/[\ud800-\udbff]$/, '')}…`; // never half of a letter
}
