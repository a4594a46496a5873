/** Takes a filled-in form: it becomes a line of the same command and takes the way of one that was typed. */
import { OperationError } from '#core/errors.ts';
import { type Asking, answer, type CommandDefinition, type Reply } from '../commands/command.ts';
import { COMMANDS } from '../commands/registry.ts';
import { parseCommand } from '../grammar/parse-command.ts';
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
  const text = toLine(command, inputs);
  const parsed = parseCommand(text, COMMANDS);
  if (!parsed.ok) {
    const name = findFaultyName(
      parsed.error.facts as Partial<Record<'name' | 'option', string>>,
      command,
    );
    const fault = (GRAMMAR_WORDS[parsed.error.code] as (facts: unknown) => string)(
      parsed.error.facts,
    );
    return answer(formCard(asking, command, inputs, { [name]: fault }));
  }
  const missing = parsed.command.missing;
  if (missing.length > 0) {
    const faults = Object.fromEntries(missing.map((name) => [name, 'This is needed.']));
    return answer(formCard(asking, command, inputs, faults));
  }
  return runTyped({ ...asking, text }, parsed.command);
}

/** @throws OperationError `made_by_older_version` for a form of a command that is no more (H36). */
function findCommand({ command }: FormArgs): CommandDefinition {
  const found = COMMANDS.find(({ words }) => words.join(' ') === command);
  if (!found) throw new OperationError('made_by_older_version', 'not_started');
  return found;
}

function toLine({ words, target, options = [] }: CommandDefinition, inputs: Values): string {
  const name = target && inputs[target.name]?.trim();
  const given = options.flatMap((option) => {
    const value = inputs[option.name]?.trim();
    if (!value) return [];
    if (option.type === 'boolean')
      return [`--${option.name}=${value === 'true' ? 'true' : 'false'}`];
    return [`--${option.name} ${quoteWord(value)}`];
  });
  return [...words, ...(name ? [quoteWord(name)] : []), ...given].join(' ');
}

function findFaultyName(
  { name = '', option = '' }: Partial<Record<'name' | 'option', string>>,
  command: CommandDefinition,
): string {
  const bare = (name || option).replace(/^--/, '');
  const known = [command.target?.name, ...(command.options ?? []).map((one) => one.name)];
  return known.includes(bare) ? bare : (command.target?.name ?? bare);
}
