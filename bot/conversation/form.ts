/**
 * A form for what a line left out, with only the choices this person may use; a fault keeps what was typed.
 *
 * What is filled in becomes a line of the same command and takes the same way as one that was typed.
 */
import type { Input } from '../cards/card.ts';
import type { Draft } from '../cards/draft.ts';
import { type Asking, answer, type CommandDefinition, type Reply } from '../commands/command.ts';
import {
  findManyPosition,
  listPositions,
  type OptionShape,
  type ValueShape,
} from '../grammar/command-shape.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { toFieldLabel, toManyHint } from '../words/en/form-words.ts';
import { toSize } from '../words/units.ts';
import { CHOICES_AT_MOST, isChosenFrom, listNames, toChoice } from './form-choices.ts';

/** Of more than a list holds, before anything is typed. */
const OFFERED = 15;

export type Values = Readonly<Record<string, string>>;

export function openForm(asking: Asking, command: CommandDefinition, typed: Typed): Reply {
  return answer(formCard(asking, command, toValues(command, typed), {}));
}

/** What was typed, as the form shows it; several names stand in one field, each on its line. */
function toValues(command: CommandDefinition, typed: Typed): Values {
  const { target: name, more, named, options } = typed;
  const given = [...Object.entries(more), ...Object.entries(options)];
  const values = given.map(([key, value]) => [key, toText(key, value)] as const);
  const many = findManyPosition(command);
  return {
    ...Object.fromEntries(values),
    ...(command.target && name !== undefined ? { [command.target.name]: name } : {}),
    ...(many && named.length > 0 ? { [many.name]: named.map((one) => one.name).join('\n') } : {}),
  };
}

const SIZES: readonly string[] = ['memory', 'disk', 'size'];

function toText(key: string, value: string | number | boolean): string {
  const isSize = typeof value === 'number' && SIZES.includes(key);
  return isSize ? toSize(value).replace(' ', '').replaceAll(',', '') : String(value);
}

export function formCard(
  asking: Asking,
  command: CommandDefinition,
  values: Values,
  faults: Values,
): Draft {
  const words = command.words.join(' ');
  const { options = [] } = command;
  const inputs = [
    ...listPositions(command).map((position) => toInput(asking, position, values, faults)),
    ...options
      .filter(({ name, isRare }) => name !== 'plan' && (!isRare || name in values))
      .map((option) => toInput(asking, option, values, faults)),
  ];
  const send = {
    verb: 'submit_form',
    args: { command: words },
    label: 'Send',
    style: 'primary',
  } as const;
  const isFaulty = Object.keys(faults).length > 0;
  return {
    title: words,
    tone: isFaulty ? 'warning' : 'neutral',
    summary: isFaulty
      ? `${words}: something has to be corrected`
      : `${words}: fill in what is missing`,
    body: [{ block: 'text', text: command.summary, weight: 'quiet' }],
    inputs,
    actions: [send],
  };
}

type Field = ValueShape &
  Pick<OptionShape, 'name' | 'required' | 'isOnAtFirst'> & {
    readonly summary?: string;
    readonly many?: number;
  };

function toInput(asking: Asking, field: Field, values: Values, faults: Values): Input {
  const { name, summary = toManyHint(field), required = false, isOnAtFirst } = field;
  const value = values[name] ?? (isOnAtFirst ? 'true' : undefined);
  const fault = faults[name];
  const own = {
    ...{ name, label: toFieldLabel(name, summary), required },
    ...(value === undefined ? {} : { value }),
    ...(fault === undefined ? {} : { fault }),
  };
  if (field.type === 'boolean') return { ...own, input: 'toggle' };
  if (field.type === 'choice')
    return { ...own, input: 'choice', choices: field.values.map(toChoice) };
  if (field.many !== undefined) return { ...own, input: 'text', multiline: true };
  const kind = field.type === 'name' ? field.kind : undefined;
  const names = isChosenFrom(kind) ? listNames(asking, kind) : [];
  if (names.length > CHOICES_AT_MOST)
    return { ...own, input: 'text', offered: names.slice(0, OFFERED) };
  if (names.length > 0) return { ...own, input: 'choice', choices: names.map(toChoice) };
  return { ...own, input: 'text' };
}
