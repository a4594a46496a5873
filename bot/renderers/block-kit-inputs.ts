/** The inputs of a card as fields of a Slack form, and what a sent form holds. */
import { z } from 'zod';
import { type Input, joinValues, splitValues } from '../cards/card.ts';
import { slackWords } from '../words/en/slack-words.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { toNote } from './block-kit-blocks.ts';
import {
  readInputName,
  searchActionId,
  ticksActionId,
  toInputBlockId,
  valueActionId,
} from './block-kit-ids.ts';
import { slackLimits } from './block-kit-limits.ts';
import { escapeSlack, toPlainObject } from './block-kit-text.ts';
import { readOptionValue, toOptionValue } from './block-kit-values.ts';
import type { Json } from './letter-true.ts';
import { rendererWords } from './renderer-words.ts';
import { toVisibleText } from './visible-text.ts';

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export function toInputBlocks(inputs: readonly Input[], limits: CardLimits): readonly Json[] {
  const shown = inputs.slice(0, limits.inputs);
  const blocks = shown.flatMap((input, at) => toBlocks(input, at, limits));
  return shown.length === inputs.length ? blocks : [...blocks, toNote(rendererWords.notShown)];
}

function toBlocks(input: Input, at: number, limits: CardLimits): readonly Json[] {
  if (hasChoices(input) && toOptions(input.choices).length === 0) {
    // A list without anything in it is no valid form.
    return [toNote(rendererWords.nothingToChoose(input.label))];
  }
  const block = {
    type: 'input',
    block_id: toInputBlockId(at, input.name),
    label: toPlainObject(input.label, Math.min(limits.letters, slackLimits.label)),
    // A box that must be ticked could not say no.
    optional: !input.required || input.input === 'toggle',
    element: toElement(input),
  };
  const hint = toHint(input);
  if (hint === undefined) return [block];
  return [{ ...block, hint: toPlainObject(hint, Math.min(limits.letters, slackLimits.label)) }];
}

function hasChoices(input: Input): input is Extract<Input, { input: 'choice' | 'choices' }> {
  return input.input === 'choice' || input.input === 'choices';
}

/** What is wrong stands under the field; else what its list leaves out. */
function toHint(input: Input): string | undefined {
  if (input.fault !== undefined) return `✖ ${input.fault}`;
  if (!hasChoices(input) || isSearched(input)) return undefined;
  const shown = toOptions(input.choices).length;
  if (shown === input.choices.length) return undefined;
  return rendererWords.choicesShown(shown, input.choices.length);
}

/** By what is typed: more than a list holds. */
function isSearched(input: Input): boolean {
  if (input.input === 'choice') return input.choices.length > slackLimits.options;
  return input.input === 'text' && input.offered !== undefined;
}

function toElement(input: Input): Json {
  switch (input.input) {
    case 'text':
      return isSearched(input) ? toSearchElement(toNamed(input.value)) : toTextElement(input);
    case 'choice':
      return toChoiceElement(input);
    case 'choices':
      return toTicksElement(input);
    case 'toggle':
      return toToggleElement(input.value === 'true');
  }
}

function toTextElement(input: Extract<Input, { input: 'text' }>): Json {
  const { placeholder, multiline = false } = input;
  return {
    type: 'plain_text_input',
    action_id: valueActionId,
    multiline,
    max_length: slackLimits.inputValue,
    ...(isTypable(input.value) ? { initial_value: input.value } : {}),
    ...(placeholder ? { placeholder: toPlainObject(placeholder, slackLimits.placeholder) } : {}),
  };
}

/** Half of what was typed would be sent as if it were all of it. */
function isTypable(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value.length <= slackLimits.inputValue;
}

function toChoiceElement(input: Extract<Input, { input: 'choice' }>): Json {
  const chosen = input.choices.find(({ value }) => value === input.value);
  if (isSearched(input)) return toSearchElement(chosen);
  return {
    type: 'static_select',
    action_id: valueActionId,
    options: toOptions(input.choices),
    ...toStart(chosen),
  };
}

function toSearchElement(chosen: Choice | undefined): Json {
  const placeholder = toPlainObject(slackWords.typeToSearch, slackLimits.placeholder);
  const start = toStart(chosen);
  return {
    type: 'external_select',
    action_id: searchActionId,
    min_query_length: 0,
    placeholder,
    ...start,
  };
}

function toStart(chosen: Choice | undefined): Json {
  const [initial] = chosen === undefined ? [] : toOptions([chosen]);
  return initial === undefined ? {} : { initial_option: initial };
}

function toNamed(name: string | undefined): Choice | undefined {
  return name === undefined || name === '' ? undefined : { title: name, value: name };
}

function toToggleElement(isOn: boolean): Json {
  const option = { text: toPlainObject(rendererWords.toggleOn, slackLimits.option), value: 'true' };
  const start = isOn ? { initial_options: [option] } : {};
  return { type: 'checkboxes', action_id: valueActionId, options: [option], ...start };
}

/** Boxes as far as Slack takes them; of more, a list of which several are chosen. */
function toTicksElement({ choices, value }: Extract<Input, { input: 'choices' }>): Json {
  const ticked = new Set(splitValues(value));
  const options = toOptions(choices);
  const initial = toOptions(choices.filter((one) => ticked.has(one.value)));
  const start = initial.length > 0 ? { initial_options: initial } : {};
  const type = options.length > slackLimits.checkboxes ? 'multi_static_select' : 'checkboxes';
  return { type, action_id: ticksActionId, options, ...start };
}

/** At most as many as Slack takes; without those whose value is too long for it, and each value once. */
export function toOptions(choices: readonly Choice[]): readonly Json[] {
  const options = new Map<string, Json>();
  for (const choice of choices) {
    const value = toOptionValue(choice.value);
    if (value === undefined || options.has(value)) continue;
    options.set(value, { ...toOptionText(choice.title), value });
    if (options.size === slackLimits.options) break;
  }
  return [...options.values()];
}

/** A title too long for one line goes on in the small line under it, so that two with the same beginning differ. */
function toOptionText(title: string): Json {
  const { option } = slackLimits;
  const text = toPlainObject(title, option);
  if (escapeSlack(toVisibleText(title)).length <= option) return { text };
  const letters = [...toVisibleText(title)];
  let end = '';
  while (letters.length > 0) {
    const longer = `${letters.pop()}${end}`;
    if (escapeSlack(longer).length > option - 1) break;
    end = longer;
  }
  return { text, description: toPlainObject(`…${end}`, option) };
}

const FieldState = z.looseObject({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
  selected_options: z.array(z.looseObject({ value: z.string() })).nullish(),
});
const FormState = z.record(z.string(), z.record(z.string(), z.unknown()));

/** What a sent form holds, by the names of the card's inputs; a field left empty is not among them. */
export function readFormState(state: unknown): Readonly<Record<string, string>> {
  const blocks = FormState.parse(state);
  const inputs: [string, string][] = [];
  for (const [blockId, fields] of Object.entries(blocks)) {
    const name = readInputName(blockId);
    const [actionId, state] = Object.entries(fields)[0] ?? [];
    const field = FieldState.safeParse(state);
    if (name === undefined || !field.success) continue;
    const value = actionId === ticksActionId ? toTicked(field.data) : toValue(field.data);
    if (value !== undefined) inputs.push([name, value]);
  }
  return Object.fromEntries(inputs);
}

/** Which block of a sent form each input is, to show there what is wrong with it. */
export function readFormBlocks(state: unknown): Readonly<Record<string, string>> {
  const blocks = Object.keys(FormState.parse(state));
  const named = blocks.map((blockId) => [readInputName(blockId), blockId] as const);
  return Object.fromEntries(named.filter(([name]) => name !== undefined));
}

function toValue(field: z.infer<typeof FieldState>): string | undefined {
  if (field.type === 'checkboxes') return String((field.selected_options ?? []).length > 0);
  const { value, selected_option: selected } = field;
  return selected ? readOptionValue(selected.value) : (value ?? undefined);
}

/** Nothing ticked is an answer, too. */
function toTicked({ selected_options: selected }: z.infer<typeof FieldState>): string {
  const values = (selected ?? []).flatMap(({ value }) => readOptionValue(value) ?? []);
  return joinValues(values.map((value) => ({ value })));
}
