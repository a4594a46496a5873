/** Takes a filled-in form: it becomes a line of the same command and takes the way of one that was typed. */
import { OperationError } from '#core/errors.ts';
import { type Asking, answer, type CommandDefinition, type Reply } from '../commands/command.ts';
import { COMMANDS } from '../commands/registry.ts';
import { listPositions } from '../grammar/command-shape.ts';
import { parseCommand, type Command as Typed } from '../grammar/parse-command.ts';
import { quoteWord } from '../grammar/quote.ts';
import { GRAMMAR_WORDS } from '../words/en/grammar-words.ts';
import { formCard, type Values } from './form.ts';
import { runTyped } from './run-text.ts';

export interface FormArgs {
  readonly command: string;
}

/** What was filled in, as a line of the same command. */
export function toFormLine(args: FormArgs, inputs: Values): string {
  return toLine(findCommand(args), inputs);
}

export async function submitForm(asking: Asking, args: FormArgs, inputs: Values): Promise<Reply> {
  const command = findCommand(args);
  const read = readForm(command, inputs);
  if ('faults' in read) return answer(formCard(asking, command, inputs, read.faults));
  return runTyped({ ...asking, text: read.text }, read.typed);
}

/** What is wrong with it, by input, in a sentence each; nothing of it is done. */
export function listFormFaults(args: FormArgs, inputs: Values): Values {
  const read = readForm(findCommand(args), inputs);
  return 'faults' in read ? read.faults : {};
}

type Read = { readonly faults: Values } | { readonly text: string; readonly typed: Typed };

function readForm(command: CommandDefinition, inputs: Values): Read {
  const text = toLine(command, inputs);
  const parsed = parseCommand(text, COMMANDS);
  if (!parsed.ok) {
    const { code, facts } = parsed.error;
    const name = findFaultyName(facts as Partial<Record<'name' | 'option', string>>, command);
    const fault = (GRAMMAR_WORDS[code] as (facts: unknown) => string)(facts);
    return { faults: { [name]: fault } };
  }
  const { missing } = parsed.command;
  if (missing.length === 0) return { text, typed: parsed.command };
  // What stands behind an empty field was filled in all the same.
  const empty = missing.filter((name) => !inputs[name]?.trim());
  return { faults: Object.fromEntries(empty.map((name) => [name, 'This is needed.'])) };
}

/** @throws OperationError `made_by_older_version` for a form of a command that is no more (H36). */
function findCommand({ command }: FormArgs): CommandDefinition {
  const found = COMMANDS.find(({ words }) => words.join(' ') === command);
  if (!found) throw new OperationError('made_by_older_version', 'not_started');
  return found;
}

function toLine(command: CommandDefinition, inputs: Values): string {
  const { words, options = [] } = command;
  const given = options.flatMap((option) => {
    const value = inputs[option.name]?.trim();
    if (!value) return [];
    if (option.type === 'boolean')
      return [`--${option.name}=${value === 'true' ? 'true' : 'false'}`];
    return [`--${option.name} ${quoteWord(value)}`];
  });
  return [...words, ...listWords(command, inputs).map(quoteWord), ...given].join(' ');
}

/** The target and what follows it, up to the first that was left empty: the next would be read in its place. */
function listWords(command: CommandDefinition, inputs: Values): string[] {
  const words = listPositions(command).flatMap(({ name, many }) =>
    many === undefined ? (inputs[name]?.trim() ?? '') : toLines(inputs[name] ?? ''),
  );
  const end = words.indexOf('');
  return end < 0 ? words : words.slice(0, end);
}

/** Names of a field that takes several: a line each, since a name may hold spaces. */
function toLines(value: string): string[] {
  return value.split(/\r\n|\r|\n/).flatMap((line) => line.trim() || []);
}

function findFaultyName(
  { name = '', option = '' }: Partial<Record<'name' | 'option', string>>,
  command: CommandDefinition,
): string {
  const bare = (name || option).replace(/^--/, '');
  const known = [...listPositions(command), ...(command.options ?? [])].map((one) => one.name);
  return known.includes(bare) ? bare : (command.target?.name ?? bare);
}
