/** What a field offers for what was typed so far. */
import type { Input } from '../cards/card.ts';
import { COMMANDS } from '../commands/registry.ts';
import {
  CHOICES_AT_MOST,
  type Choice,
  type Choosing,
  findChosenKind,
  listNames,
  toChoice,
} from './form-choices.ts';

/** Choices that hold what was typed, in any case; those that begin with it first, else in their order. */
export function searchChoices(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = toWanted(typed);
  const at = ({ title }: Choice) => title.toLowerCase().indexOf(wanted);
  const found = choices.filter((choice) => at(choice) >= 0);
  return [...found.filter((one) => at(one) === 0), ...found.filter((one) => at(one) > 0)];
}

/** The same of all things that the field of a command's form may name. */
export function searchNames(
  choosing: Choosing,
  { command, field, typed }: { command: string; field: string; typed: string },
): readonly Choice[] {
  const definition = COMMANDS.find(({ words }) => words.join(' ') === command);
  const kind = definition && findChosenKind(definition, field);
  if (!kind) return [];
  const wanted = toWanted(typed);
  const begins = (name: string) => name.toLowerCase().startsWith(wanted);
  const holds = (name: string) => !begins(name) && name.toLowerCase().includes(wanted);
  const first = listNames(choosing, kind, begins);
  const rest = first.length < CHOICES_AT_MOST ? listNames(choosing, kind, holds) : [];
  return [...first, ...rest].slice(0, CHOICES_AT_MOST).map(toChoice);
}

export function isSearched(input: Input): boolean {
  return input.input === 'text' && input.offered !== undefined;
}

function toWanted(typed: string): string {
  return typed.trim().toLowerCase();
}
