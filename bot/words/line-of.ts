/** The line that a sentence tells people to type: whole, so that it can be copied. */
import type { Facts } from '#core/errors.ts';
import { quoteWord } from '../grammar/quote.ts';

/** `vm stop "my vm"`; the command alone where nobody knows of what. */
export function lineOf(command: string, facts: Facts, key = 'vm'): string {
  const name = facts[key];
  return name === undefined ? command : `${command} ${quoteWord(String(name))}`;
}
