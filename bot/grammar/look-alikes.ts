/** Letters of other scripts that look like Latin ones, as `look-alike + Latin` pairs. */
const cyrillic =
  'аa еe оo рp сc уy хx іi јj ѕs ԁd һh ӏl ԛq ԝw АA ВB ЕE КK МM НH ОO РP СC ТT ХX УY ІI ЈJ ЅS';
const greek = 'αa οo νv ιi κk ρp υu γy ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX';
const dashNames: readonly (readonly [string, string])[] = [
  ['\u2010', 'hyphen'],
  ['\u2011', 'no-break hyphen'],
  ['\u2012', 'figure dash'],
  ['\u2013', 'en dash'],
  ['\u2014', 'em dash'],
  ['\u2015', 'horizontal bar'],
  ['\u2212', 'minus sign'],
  ['\ufe63', 'small hyphen-minus'],
];
const spaceNames: readonly (readonly [string, string])[] = [
  ['\u00a0', 'no-break space'],
  ['\u2007', 'figure space'],
  ['\u2009', 'thin space'],
  ['\u202f', 'narrow no-break space'],
  ['\u3000', 'ideographic space'],
];

/** What a character looks like, and which it is. */
export interface LookAlike {
  readonly looksLike: string;
  readonly name: string;
  readonly kind: 'look_alike' | 'full_width';
}

const table = new Map<string, LookAlike>([
  ...toLetters(cyrillic, 'Cyrillic'),
  ...toLetters(greek, 'Greek'),
  ...dashNames.map(([char, name]) => [char, lookAlike('-', name)] as const),
  ...spaceNames.map(([char, name]) => [char, lookAlike(' ', name)] as const),
]);

function toLetters(pairs: string, script: string): (readonly [string, LookAlike])[] {
  return pairs.split(' ').map((pair) => {
    const letter = pair.slice(0, 1);
    const size = letter === letter.toLowerCase() ? 'small' : 'capital';
    return [letter, lookAlike(pair.slice(1), `${script} ${size} letter ${letter}`)] as const;
  });
}

function lookAlike(looksLike: string, name: string): LookAlike {
  return { looksLike, name, kind: 'look_alike' };
}

/** Looks a character up; full-width forms stand 0xFEE0 above their ASCII twin. */
export function findLookAlike(character: string): LookAlike | undefined {
  const code = character.charCodeAt(0);
  if (code < 0xff01 || code > 0xff5e) return table.get(character);
  const looksLike = String.fromCharCode(code - 0xfee0);
  return { looksLike, name: `full-width ${looksLike}`, kind: 'full_width' };
}

/** Characters that show as nothing, or as a blank that is no space. */
const invisible =
  /^(?:\p{Cc}|\p{Cf}|\p{Variation_Selector}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0)$/u;

/** Asks about one character, which may be a surrogate pair. */
export function isInvisible(character: string): boolean {
  return invisible.test(character);
}

/**
 * Writes a text as it looks: small letters, look-alikes as their Latin twins, nothing unseen.
 *
 * Two texts that a person cannot tell apart fold to the same one. For comparing only; names are
 * stored and shown letter-true (H08).
 */
export function foldLooks(text: string): string {
  if (isPlain(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text.normalize('NFC')) {
    if (!isInvisible(character)) folded += findLookAlike(character)?.looksLike ?? character;
  }
  return folded.toLowerCase();
}

/** Says whether a text is Latin through and through; most names are, and need no second look. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x24f || (code > 0x7e && code < 0xae)) return false;
  }
  return true;
}
