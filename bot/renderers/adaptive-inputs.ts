/** The inputs of a card, and the one question before an action, as Adaptive Card inputs. */
import { type Ask, type Input, splitValues, toAskInput } from '../cards/card.ts';
import { toNote } from './adaptive-blocks.ts';
import type { CardLimits } from './adaptive-limits.ts';
import { cutLetters, type Json, toLabel, toRichText } from './letter-true.ts';
import { rendererWords } from './renderer-words.ts';

/** Gives each input of a card an id of its own; two questions of one card may share a name. */
export type TakeId = (name: string) => string;

/** A sign that no input's name has. */
const idMark = '#';

/** At the end of a name: each box has an id of its own, and what is ticked is one value together. */
const ticksMark = '*';

/** What was filled in, by the names of the inputs. */
export function readInputs(
  filled: readonly (readonly [id: string, value: string])[],
): Readonly<Record<string, string>> {
  const inputs = new Map<string, string>();
  for (const [id, value] of filled) {
    const own = toInputName(id);
    const isTick = own.endsWith(ticksMark);
    const name = isTick ? own.slice(0, -1) : own;
    const before = isTick ? splitValues(inputs.get(name)) : [];
    inputs.set(name, [...before, value].filter((one) => !isTick || one !== '').join(','));
  }
  return Object.fromEntries(inputs);
}

export function createIds(): TakeId {
  const taken = new Map<string, number>();
  return (name) => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return count === 1 ? name : `${name}${idMark}${count}`;
  };
}

export function toInputName(id: string): string {
  return id.split(idMark)[0] ?? id;
}

export function toInputElements(
  inputs: readonly Input[],
  limits: CardLimits,
  takeId: TakeId,
): readonly Json[] {
  const shown = inputs.slice(0, limits.inputs);
  const elements = shown.flatMap((input) => toElements(input, limits, takeId));
  return shown.length === inputs.length ? elements : [...elements, toNote(rendererWords.notShown)];
}

function toElements(input: Input, limits: CardLimits, takeId: TakeId): readonly Json[] {
  const elements = toElement(input, limits, takeId);
  const notes: Json[] = [];
  // The fault names what was typed, and an errorMessage would read that as mark-down.
  if (input.fault !== undefined) {
    const text = `✖ ${input.fault}`;
    notes.push({ ...toRichText(text, limits.letters, { color: 'Attention' }), spacing: 'Small' });
  }
  if (hasChoices(input) && input.choices.length > limits.choices) {
    notes.push(toNote(rendererWords.choicesShown(limits.choices, input.choices.length)));
  }
  return [...elements, ...notes];
}

function toElement(input: Input, limits: CardLimits, takeId: TakeId): readonly Json[] {
  if (hasChoices(input) && input.choices.length === 0) {
    // A list without anything in it is no valid card.
    return [toNote(rendererWords.nothingToChoose(input.label))];
  }
  if (input.input === 'choices') return toTicks(input, limits, takeId);
  return [{ ...toAsked(input, takeId), ...toKind(input, limits) }];
}

function hasChoices(input: Input): input is Extract<Input, { input: 'choice' | 'choices' }> {
  return input.input === 'choice' || input.input === 'choices';
}

interface Asked {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
}

function toAsked(asked: Asked, takeId: TakeId): Json {
  const needed = asked.required
    ? { isRequired: true, errorMessage: rendererWords.inputNeeded }
    : {};
  return { id: takeId(asked.name), label: toLabel(asked.label, 100), ...needed };
}

function toKind(input: Exclude<Input, { input: 'choices' }>, limits: CardLimits): Json {
  const value = input.value ? { value: cutLetters(input.value, limits.letters) } : {};
  switch (input.input) {
    case 'text': {
      const placeholder = input.placeholder ? { placeholder: toLabel(input.placeholder, 100) } : {};
      const multiline = input.multiline ? { isMultiline: true } : {};
      return { type: 'Input.Text', ...value, ...placeholder, ...multiline };
    }
    case 'choice':
      return { type: 'Input.ChoiceSet', style: 'compact', ...toChoices(input, limits) };
    case 'toggle':
      // A toggle's own title is mark-down to some renderers; its label is not.
      return { type: 'Input.Toggle', title: rendererWords.toggleOn, ...value };
  }
}

/** The chosen one stays among those that are shown. */
function toChoices(input: Extract<Input, { input: 'choice' }>, limits: CardLimits): Json {
  const chosen = input.choices.find((choice) => choice.value === input.value);
  const shown = input.choices.slice(0, limits.choices);
  if (chosen !== undefined && !shown.includes(chosen)) shown.splice(-1, 1, chosen);
  return {
    choices: shown.map(({ title, value }) => ({ title: toLabel(title, limits.letters), value })),
    ...(chosen === undefined ? {} : { value: chosen.value }),
  };
}

/**
 * A box each, with the words in its label: in a list of boxes they would be mark-down to some renderers. What is not shown
 * cannot be unticked, so it is not ticked either.
 */
function toTicks(
  { name, label, choices, value }: Extract<Input, { input: 'choices' }>,
  limits: CardLimits,
  takeId: TakeId,
): readonly Json[] {
  const ticked = new Set(splitValues(value));
  const boxes = choices.slice(0, limits.choices).map((choice) => ({
    ...{ type: 'Input.Toggle', id: takeId(`${name}${ticksMark}`), spacing: 'Small' },
    ...{ label: toLabel(choice.title, limits.letters), title: rendererWords.toggleOn },
    ...{ valueOn: choice.value, valueOff: '', value: ticked.has(choice.value) ? choice.value : '' },
  }));
  return [toRichText(label, 100, { weight: 'Bolder' }), ...boxes];
}

/** The one question that is asked before an action is sent. */
export function toAskElements(ask: Ask, limits: CardLimits, takeId: TakeId): readonly Json[] {
  return toElements(toAskInput(ask), limits, takeId);
}
