/** One sentence a fault of a typed line. The caret stands above it. */
import type { GrammarErrorWords } from '../../grammar/grammar-error.ts';
import type { ReadingWords } from '../../grammar/reading.ts';

export const GRAMMAR_WORDS: GrammarErrorWords = {
  text_too_long: ({ length, limit }) =>
    `That line has ${length} characters; ${limit} are read at most.`,
  empty_command: () => 'There is no command on that line. help lists them.',
  quote_unclosed: ({ mark }) => `The quote ${mark} is opened here and not closed.`,
  quote_unclear: ({ mark }) =>
    `What the quote ${mark} belongs to is not clear; put the whole value in straight quotes.`,
  unknown_command: ({ typed, command, known }) =>
    command === ''
      ? `There is no command ${typed}. ${list(known)}`
      : `There is no ${command} ${typed}. ${list(known)}`,
  command_incomplete: ({ command, next }) => `${command} needs one more word: ${next.join(', ')}.`,
  unknown_option: ({ typed, command, known }) =>
    `There is no option ${typed} for ${command}.${known.length > 0 ? ` It takes ${known.map((name) => `--${name}`).join(', ')}.` : ''}`,
  option_twice: ({ option }) => `The option ${option} is given twice; give it once.`,
  single_dash: ({ typed, readings }) =>
    `${typed} has one dash. Meant is one of: ${readings.join('  or  ')}`,
  unexpected_word: ({ typed, command }) =>
    `${command} takes no further word, so ${typed} is not understood. A name with spaces needs quotes.`,
  named_twice: ({ typed }) => `${typed} is named twice; name it once.`,
  too_many_names: ({ limit }) =>
    `That line names more than ${limit}; the others need a line of their own.`,
  value_missing: ({ name }) => `A value for ${name} is missing here.`,
  flag_value_unclear: ({ typed, readings }) =>
    `${typed} may be the flag's value or the next word: ${readings.join('  or  ')}`,
  boolean_unknown: ({ name, typed }) => `${name} is yes or no; ${typed} is neither.`,
  choice_unknown: ({ name, typed, values }) =>
    `${name} cannot be ${typed}; it is one of ${values.join(', ')}.`,
  number_unreadable: ({ name, typed }) => `${typed} is no number for ${name}.`,
  number_ambiguous: ({ typed, readings }) =>
    `${typed} can be read in more than one way: ${readings.join('  or  ')}`,
  number_negative: ({ name, typed }) => `${name} cannot be below zero (${typed}).`,
  number_zero: ({ name }) => `${name} cannot be zero.`,
  number_too_small: ({ name, typed, min }) => `${name} is at least ${min}; ${typed} is less.`,
  number_too_large: ({ name, typed, max }) => `${name} is at most ${max}; ${typed} is more.`,
  unit_missing: ({ name, typed, readings }) =>
    `${name} needs a unit; ${typed} can be ${readings.join('  or  ')}.`,
  unit_unknown: ({ unit, units }) => `There is no unit ${unit}; known are ${units.join(', ')}.`,
  unit_ambiguous: ({ typed, readings }) =>
    `${typed} can be read in more than one way: ${readings.join('  or  ')}`,
};

export const READING_WORDS: ReadingWords = {
  dash_as_option: ({ typed, as }) => `${typed} was read as ${as}`,
  dash_as_end_of_options: ({ typed }) => `${typed} was read as --: names follow`,
  list_mark_dropped: () => 'the list mark before the command was left out',
  invisible_dropped: () => 'an invisible character at the edge was left out',
  unit_as_binary: ({ typed, as }) => `${typed} was read as ${as}`,
  month_as_30_days: ({ typed, as }) => `${typed} was read as ${as}`,
};

function list(known: readonly string[]): string {
  if (known.length === 0) return '';
  return known.length > 12 ? 'help lists them.' : `There is: ${known.join(', ')}.`;
}
