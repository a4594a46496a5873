import { findLookAlike, isInvisible } from './look-alikes.ts';

/** A character of a name that is not what it seems (H08). */
export interface OddCharacter {
  /** Where it stands in the name, in UTF-16 units. */
  readonly index: number;
  readonly kind: 'invisible' | 'look_alike' | 'full_width';
  /** As `U+200B`. */
  readonly codePoint: string;
  /** The character's name: `zero-width space`. */
  readonly name: string;
  /** What a reader takes it for; absent for the invisible ones. */
  readonly looksLike?: string;
}

const names: Readonly<Record<string, string>> = {
  '\t': 'tab',
  '\n': 'line break',
  '\u00ad': 'soft hyphen',
  '\u180e': 'Mongolian vowel separator',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u202a': 'left-to-right embedding',
  '\u202b': 'right-to-left embedding',
  '\u202c': 'pop directional formatting',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override',
  '\u2060': 'word joiner',
  '\u2800': 'braille blank',
  '\u3164': 'Hangul filler',
  '\ufeff': 'zero-width no-break space',
};

/**
 * Lists the characters of a name that are unseen or pass for others.
 *
 * A name wholly in Cyrillic or Greek is what it seems, unless each of its letters passes for a Latin
 * one. Joiners and variation selectors between letters of other scripts or in emoji belong there.
 */
export function findInvisible(name: string): readonly OddCharacter[] {
  const isOtherScript = isHonestOtherScript(name);
  const found: OddCharacter[] = [];
  let index = 0;
  for (const character of name) {
    const odd = describe(name, index, character);
    const isOwnLetter = isOtherScript && /\p{L}/u.test(character);
    if (odd !== undefined && !isOwnLetter) found.push(odd);
    index += character.length;
  }
  return found;
}

function describe(name: string, index: number, character: string): OddCharacter | undefined {
  const code = character.codePointAt(0) ?? 0;
  const codePoint = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (isInvisible(character)) {
    if (belongsThere(name, index, code)) return undefined;
    const other = /\p{Cc}/u.test(character) ? 'control character' : 'invisible character';
    return { index, kind: 'invisible', codePoint, name: names[character] ?? other };
  }
  const alike = findLookAlike(character);
  return alike === undefined ? undefined : { index, codePoint, ...alike };
}

/** Joiners build letters and emoji; selectors and tags follow the sign that they dress. */
function belongsThere(name: string, index: number, code: number): boolean {
  const isForeign = (at: number) => name.charCodeAt(at) > 0x7e;
  if ((code >= 0xfe00 && code <= 0xfe0f) || code >= 0xe0020) return isForeign(index - 1);
  if (code !== 0x200c && code !== 0x200d) return false;
  return isForeign(index - 1) && isForeign(index + 1);
}

/** Says whether a name has letters that pass for nothing Latin, and no Latin ones beside them. */
function isHonestOtherScript(name: string): boolean {
  let hasOwnLetter = false;
  for (const character of name) {
    if (/\p{Script=Latin}/u.test(character)) return false;
    const isLetter = /\p{L}/u.test(character);
    if (isLetter && findLookAlike(character) === undefined) hasOwnLetter = true;
  }
  return hasOwnLetter;
}
