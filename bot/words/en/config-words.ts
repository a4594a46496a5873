/** What is wrong with a value of `drover.yaml`: what stands there, what is expected, and how it is written. */

/** What a word may be that is shown: an address, or a longer text, may be a secret in the wrong place. */
const PLAIN_WORD = /^[\p{L}\d ._-]{1,24}$/u;

const YAML_WORDS: Readonly<Record<string, string>> = {
  BAD_INDENT:
    'the line is indented otherwise than its section; keys of one section begin in one column',
  TAB_AS_INDENT: 'a tab indents the line; use spaces',
  MISSING_CHAR: 'a quote, bracket, colon or comma is missing here or before it',
  MULTIPLE_DOCS: 'a second document begins here; take out the line with ---',
  BAD_SCALAR_START: 'a text that begins so stands in quotes',
  BAD_DQ_ESCAPE: 'a \\ in double quotes begins an escape; write the text in single quotes',
  UNEXPECTED_TOKEN: 'what stands here is no value; if it is text, write it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a key stands on the line of another, or is indented too deep',
  MULTILINE_IMPLICIT_KEY: 'a key and its colon stand on one line; is a colon missing?',
};

const NO_KEY = 'is no key that Drover knows here';
const BELOW = 'what stands below is checked when this is mended';

interface OddIndent {
  /** In which it probably begins, from 1. */
  readonly column: number;
  readonly valueLine?: number | undefined;
  readonly section?: string | undefined;
  readonly isTop: boolean;
}

export const CONFIG_WORDS = {
  /** @param isShown false: it may be a secret, and its name is left out of the path */
  unknownKey: (nearest: string | undefined, known: readonly string[], isShown: boolean) => {
    const what = isShown ? NO_KEY : `${NO_KEY} (not shown: it may be a secret)`;
    return nearest === undefined
      ? `${what}; take it out, or write one of ${known.join(', ')}`
      : `${what}; did you mean \`${nearest}\`?`;
  },
  /** @param section of which it is one; empty: the top of the file */
  keyOfOther: (section: string) => {
    const where = section === '' ? 'at the top of the file' : `in \`${section}\``;
    return `${NO_KEY}, but it is one ${where}; does it stand too deep?`;
  },
  unknownConnection: (connection: string, near: readonly string[]) => {
    const name = PLAIN_WORD.test(connection) ? ` ${connection}` : ' of that name';
    return `there is no connection${name}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`;
  },
  brokenEscape:
    'a % in it begins no escape that can be read; write each % of the user, the password or the name as %25',
  /** `written`: undefined where nothing is. */
  choice: (written: unknown, choices: readonly string[], nearest: string | undefined) => {
    const stands = written === undefined ? 'is missing' : standsThere(written);
    const hint = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`;
    return `${stands}; expected is ${toChoice(choices)}${hint}`;
  },
  missing: (expected: string, example: string | undefined) =>
    `is missing; expected is ${expected}${toExample(example)}`,
  wrong: (written: unknown, expected: string, example: string | undefined) =>
    `${standsThere(written)}; expected is ${expected}${toExample(example)}`,
  /** In place of a section or a list. */
  wrongText: (expected: string, example: string | undefined) =>
    `a text stands there; expected is ${expected}${toExample(example)}`,
  /** Where the value may not be shown, or says nothing. */
  unfit: (expected: string, example: string | undefined) =>
    `cannot be used; expected is ${expected}${toExample(example)}`,
  hidden: (expected: string, example: string | undefined) =>
    `what stands there is of the wrong kind; expected is ${expected}${toExample(example)}`,
  unknownTimeZone: (zone: string) =>
    `${zone} is no time zone that this machine knows; write it as Europe/Berlin, or leave it out for the machine’s own`,
  text: 'text',
  flag: 'true or false',
  list: 'a list',
  section: (keys: readonly string[]) =>
    keys.length === 0 ? 'a section' : `a section with ${keys.join(', ')}`,
  longerList: (least: number) => (least === 1 ? 'a list with at least one' : `at least ${least}`),
  shorterList: (most: number) => `a list of at most ${most}`,
  number: (isWhole: boolean, least: number | undefined, most: number | undefined) => {
    const what = isWhole ? 'a whole number' : 'a number';
    if (least !== undefined && most !== undefined) return `${what} from ${least} to ${most}`;
    if (least !== undefined) return `${what} from ${least} on`;
    return most === undefined ? what : `${what} up to ${most}`;
  },
  anyOf: (kinds: readonly string[]) => kinds.join(', or '),
  choices: toChoice,
  address: (protocols: string) => `an address with ${protocols}`,
  unreadableFile: (file: string, reason: string) => `${file} cannot be read: ${reason}`,
  // The parser of it quotes the file.
  notJson: (file: string) => `${file} is not JSON`,
  noValue: 'a value',
  /** Undefined where it may be a secret. */
  twiceKey: (key: string | undefined) =>
    `${key === undefined ? 'a key' : `\`${key}\``} stands twice in one section; keep one of both`,
  // Without its name: a password may begin with an asterisk.
  aliasOfNothing:
    'an alias (*) names nothing here; write & and its name before what it stands for, or a text that begins with * in quotes',
  aliasLoop: 'an alias (*) stands inside what it names, so it contains itself; take it out',
  /** @param words those of the parser, which may quote the file and are never shown */
  notYaml: (code: string, words: string) => `is no YAML: ${toYamlWords(code, words)}; ${BELOW}`,
  oddIndent: ({ column, valueLine, section, isTop }: OddIndent) => {
    const why =
      valueLine === undefined
        ? 'the line is not indented as its section is'
        : `the line is indented too deep: line ${valueLine} has a value of its own, and nothing can stand below it`;
    const keys = isTop ? 'the keys of the file' : section && `the keys of \`${section}\``;
    return `is no YAML: ${why}; begin it in column ${column}, as ${keys ?? 'its neighbours'}; ${BELOW}`;
  },
} as const;

/** Of brackets that are left open the parser says that what follows is indented wrongly. */
function toYamlWords(code: string, words: string): string {
  const isOpen = code === 'BAD_INDENT' && words.startsWith('Flow');
  return YAML_WORDS[isOpen ? 'MISSING_CHAR' : code] ?? 'the text cannot be read from here on';
}

function toChoice(choices: readonly string[]): string {
  const all = choices.map((one) => `\`${one}\``);
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} or ${last}`;
}

function toExample(example: string | undefined): string {
  return example === undefined ? '' : `, as \`${example}\``;
}

function standsThere(written: unknown): string {
  if (written === null || written === undefined) return 'nothing stands there';
  if (Array.isArray(written)) return 'a list stands there';
  if (typeof written === 'object') return 'a section stands there';
  if (written === '') return 'an empty text stands there';
  if (typeof written !== 'string') return `${String(written)} stands there`;
  if (!PLAIN_WORD.test(written)) return 'a text stands there';
  return `the text ${JSON.stringify(written)} stands there`;
}
