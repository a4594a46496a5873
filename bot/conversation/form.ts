/**
 * A form for what a line left out, with only the choices this person may use; a fault keeps what was typed.
 *
 * What is filled in becomes a line of the same command and takes the same way as one that was typed.
 */

import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { authorize } from '#core/rights/authorize.ts';
import type { Input } from '../cards/card.ts';
import type { Draft } from '../cards/draft.ts';
import { type Asking, answer, type CommandDefinition, type Reply } from '../commands/command.ts';
import type { OptionShape, ValueShape } from '../grammar/command-shape.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { toFieldLabel } from '../words/en/form-words.ts';
import { toSize } from '../words/units.ts';

/** Choices that a drop-down shows at most. */
const CHOICES_AT_MOST = 100;
const FORM_KINDS: ReadonlySet<string> = new Set([
  'template',
  'host',
  'datastore',
  'network',
  'folder',
  'cluster',
]);

export type Values = Readonly<Record<string, string>>;

export function openForm(asking: Asking, command: CommandDefinition, typed: Typed): Reply {
  return answer(formCard(asking, command, toValues(command, typed), {}));
}

/** What was typed, as the form shows it. */
function toValues({ target }: CommandDefinition, { target: name, options }: Typed): Values {
  const values = Object.entries(options).map(([key, value]) => [key, toText(key, value)] as const);
  return {
    ...Object.fromEntries(values),
    ...(target && name !== undefined ? { [target.name]: name } : {}),
  };
}

function toText(key: string, value: string | number | boolean): string {
  const isSize = typeof value === 'number' && (key === 'memory' || key === 'disk');
  return isSize ? toSize(value).replace(' ', '').replaceAll(',', '') : String(value);
}

export function formCard(
  asking: Asking,
  command: CommandDefinition,
  values: Values,
  faults: Values,
): Draft {
  const words = command.words.join(' ');
  const { target, options = [] } = command;
  const inputs = [
    ...(target ? [toInput(asking, { ...target, type: 'name' }, values, faults)] : []),
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
  Pick<OptionShape, 'name' | 'required' | 'isOnAtFirst'> & { readonly summary?: string };

function toInput(asking: Asking, field: Field, values: Values, faults: Values): Input {
  const { name, summary, required = false, isOnAtFirst } = field;
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
  const choices = field.type === 'name' && field.kind ? listChoices(asking, field.kind) : [];
  if (choices.length > 0) return { ...own, input: 'choice', choices: choices.map(toChoice) };
  return { ...own, input: 'text' };
}

function toChoice(value: string) {
  return { title: value, value };
}

/** Names of things that this person may see and their roles may use; none when there are too many for a list. */
function listChoices(asking: Asking, kind: string): string[] {
  if (!FORM_KINDS.has(kind)) return [];
  const { house, person } = asking;
  const names = new Set<string>();
  for (const object of house.index.all(kind as ObjectKind)) {
    if (names.size > CHOICES_AT_MOST) return [];
    const label = object.kind === 'folder' ? object.body.path : object.body.name;
    if (!names.has(label) && isUsable(asking, object)) names.add(label);
  }
  const creating = house.rules.roles.filter(({ members }) =>
    members.some(({ id }) => person.groupIds.includes(id)),
  );
  const limits =
    kind === 'template'
      ? creating.map(({ templates }) => templates)
      : creating.map(({ networks }) => networks);
  const isLimited = (kind === 'template' || kind === 'network') && limits.some(Boolean);
  return [...names].filter((name) => !isLimited || limits.some((limit) => limit?.includes(name)));
}

function isUsable({ house, person }: Asking, object: EstateObject): boolean {
  const { roles } = house.rules;
  if (object.kind === 'folder') {
    const scope = { ...scopeOf(house.index, object), ownerId: person.id };
    return authorize({ person, action: 'vm.create', scope: { ...scope, clusterName: null } }, roles)
      .allowed;
  }
  if (object.kind === 'network' && object.body.isUplink) return false;
  return authorize({ person, action: `${object.kind}.list` }, roles).allowed;
}
