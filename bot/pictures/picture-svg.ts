/**
 * A picture as SVG with colours of its own, on white: for where nobody knows what it will lie on.
 *
 * Pure. Every letter is data: what SVG would read as mark-up is written as an entity (H35).
 */
import type { Look, Picture, Shape } from './picture.ts';

const white = '#ffffff';
/** Those of the console's light scheme: on white each has the contrast of a text. */
const colours: Readonly<Record<Look, string>> = {
  grid: '#dcdfe5',
  end: '#1b1f27',
  text: '#1b1f27',
  quiet: '#58606e',
  'on-bar': white,
  'bar-neutral': '#58606e',
  'bar-good': '#1a7136',
  'bar-warning': '#8a5a00',
  'bar-bad': '#b42318',
  'bar-busy': '#3f51c7',
};

export const pictureFont = 'DejaVu Sans';

export function toSvg({ width, height, title, alt, shapes }: Picture): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${pictureFont}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(alt)}</desc>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${white}"/>`,
    ...shapes.map(toElement),
    '</svg>',
  ].join('\n');
}

function toElement(shape: Shape): string {
  const colour = colours[shape.look];
  switch (shape.shape) {
    case 'box':
      return toBox(shape, colour);
    case 'line': {
      const ends = `x1="${shape.x}" x2="${shape.x}" y1="${shape.y1}" y2="${shape.y2}"`;
      return `<line ${ends} stroke="${colour}" stroke-width="${shape.look === 'end' ? 1.5 : 1}"/>`;
    }
    case 'text': {
      const anchor = { middle: 'middle', right: 'end' } as const;
      const align = shape.align === undefined ? '' : ` text-anchor="${anchor[shape.align]}"`;
      const weight = shape.isStrong ? ' font-weight="bold"' : '';
      const look = `font-size="${shape.size}"${weight}${align} fill="${colour}"`;
      return `<text x="${shape.x}" y="${shape.y}" ${look}>${escapeXml(shape.text)}</text>`;
    }
  }
}

/** Neutral is an outline: it differs from all others without its colour. */
function toBox(box: Extract<Shape, { shape: 'box' }>, colour: string): string {
  const { x, y, width, height, look } = box;
  const paint = look === 'bar-neutral' ? `fill="${white}" stroke="${colour}"` : `fill="${colour}"`;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="2" ${paint}/>`;
}

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
  // No letters at all for XML, not even as entities.
  ...{ '\ufffe': '‹U+FFFE›', '\uffff': '‹U+FFFF›' },
};

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"'\ufffe\uffff]/g, (letter) => entities[letter] ?? letter);
}
