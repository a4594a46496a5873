/**
 * Choices that are searched while somebody types, where a list is too long for a card.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search
 */
import type { Card, Input } from '../cards/card.ts';
import { toInputName } from './adaptive-inputs.ts';
import type { Json } from './letter-true.ts';
import { toDataset } from './teams-ids.ts';

/** A list that nobody reads through. */
const longList = 40;
/** What stands there before anything is typed. */
const shownFirst = 15;

/** By the input's name, where its choices are searched. */
export function findSearchedInputs({ inputs = [], actions }: Card): ReadonlyMap<string, string> {
  const [action] = actions;
  if (!action) return new Map();
  const long = inputs.filter((input) => isLong(input));
  return new Map(long.map(({ name }) => [name, toDataset(action.id, name)]));
}

function isLong(input: Input): boolean {
  if (input.input === 'text') return input.offered !== undefined;
  return input.input === 'choice' && input.choices.length > longList;
}

/** The chosen one stays among those that are shown. */
export function shortenChoices(card: Card, searched: ReadonlyMap<string, string>): Card {
  if (searched.size === 0 || !card.inputs) return card;
  const inputs = card.inputs.map((input): Input => {
    if (input.input === 'text' && input.offered) return toChosen(input, input.offered);
    if (input.input !== 'choice' || !searched.has(input.name)) return input;
    const first = input.choices.slice(0, shownFirst);
    const chosen = input.choices.find(({ value }) => value === input.value);
    const choices = chosen && !first.includes(chosen) ? [...first.slice(0, -1), chosen] : first;
    return { ...input, choices };
  });
  return { ...card, inputs };
}

/** What was named before stays among those that are offered. */
function toChosen(input: Input, offered: readonly string[]): Input {
  const { name, label, required, value, fault } = input;
  const names = new Set([...(value ? [value] : []), ...offered]);
  const choices = [...names].map((one) => ({ title: one, value: one }));
  return { ...{ name, label, required, value, fault }, input: 'choice', choices };
}

export function toSearched(element: Json, searched: ReadonlyMap<string, string>): Json {
  const dataset = searched.get(toInputName(String(element.id)));
  if (dataset === undefined) return element;
  return { ...element, style: 'filtered', 'choices.data': { type: 'Data.Query', dataset } };
}
