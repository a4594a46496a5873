/**
 * How much room letters take in a picture, without asking the font: never less than they do in DejaVu Sans, which is wider
 * than what most pages are set in.
 */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const narrow = /^[ijl.,:;'|!()[\]I\- \u00a0fJtr/\\·]$/;
const middle = /^[a-ln-vx-z0-9_$?*"-]$/;
/** Two letters that are one. */
const double = /^[\u01c4-\u01cc\u01f1-\u01f3\u01f6]$/;
/** Of the height of the letters. */
const widths = { narrow: 0.46, middle: 0.66, wide: 1.1, double: 1.5 } as const;
/** Bold letters are wider. */
const strongShare = 1.12;

export interface Lettering {
  readonly size: number;
  readonly isStrong?: true;
}

export function measurePixels(text: string, { size, isStrong }: Lettering): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width * size * (isStrong ? strongShare : 1);
}

function widthOf(grapheme: string): number {
  if (narrow.test(grapheme)) return widths.narrow;
  if (double.test(grapheme)) return widths.double;
  // Several signs in one may stand beside each other where the font cannot join them.
  return middle.test(grapheme) ? widths.middle : widths.wide * [...grapheme].length;
}

/** What was cut shows as `…`; nothing where there is no room for that. */
export function cutToPixels(text: string, room: number, lettering: Lettering): string {
  if (measurePixels(text, lettering) <= room) return text;
  const dots = measurePixels('…', lettering);
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += measurePixels(segment, lettering);
    if (used + dots > room) break;
    kept += segment;
  }
  return dots > room ? '' : `${kept}…`;
}
