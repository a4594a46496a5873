/**
 * How much room letters take in a picture, without asking the font: never less than they do in DejaVu Sans, which is wider
 * than what most pages are set in.
 */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const narrow = /^[ijl.,:;'|!()[\]I\- \u00a0fJtr/\\·]$/;
const middle = /^[a-ln-vx-z0-9_$?*"-]$/;
/** Two letters that are one. */
const double = /^[\u01c4-\u01cc\u01f1-\u01f3\u01f6]$/;
/** In hundredths of the height of the letters: whole numbers, so that the same letters are as wide in whatever order they are added. */
const widths = { narrow: 46, middle: 66, wide: 110, double: 150 } as const;
/** In hundredths too: bold letters are wider. */
const shares = { plain: 100, strong: 112 } as const;

export interface Lettering {
  readonly size: number;
  readonly isStrong?: true;
}

export function measurePixels(text: string, lettering: Lettering): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return toPixels(width, lettering);
}

/** Whole ones: a place that is reckoned from a width has exactly that room. */
function toPixels(width: number, { size, isStrong }: Lettering): number {
  return Math.ceil((width * size * (isStrong ? shares.strong : shares.plain)) / 10_000);
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
  if (measurePixels('…', lettering) > room) return '';
  let kept = '';
  let width = widthOf('…');
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (toPixels(width, lettering) > room) break;
    kept += segment;
  }
  return `${kept}…`;
}
