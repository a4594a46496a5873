/** Runs a typed line: reads it, checks the right, and hands it to its command. */
import { authorize } from '#core/rights/authorize.ts';
import { mistypedCard, notAllowedCard } from '../cards/refusal-card.ts';
import { type Asking, answer, type CommandDefinition, type Reply } from '../commands/command.ts';
import { COMMANDS } from '../commands/registry.ts';
import { parseCommand, type Command as Typed } from '../grammar/parse-command.ts';
import { openForm } from './form.ts';
import type { Run } from './run-action.ts';

export async function runText(asking: Asking): Promise<Run> {
  const parsed = parseCommand(asking.text, COMMANDS);
  if (!parsed.ok) return { reply: answer(mistypedCard(asking.text, parsed.error)) };
  const command = findCommand(parsed.command);
  // A script is for whoever asks, wherever that is.
  const isPrivate = command.isPrivate || parsed.command.options.script === true;
  return { reply: await runCommand(asking, command, parsed.command), isPrivate };
}

export function runTyped(asking: Asking, typed: Typed): Promise<Reply> {
  return runCommand(asking, findCommand(typed), typed);
}

function findCommand({ name }: Typed): CommandDefinition {
  return COMMANDS.find(({ words }) => words.join('.') === name) as CommandDefinition;
}

async function runCommand(
  asking: Asking,
  command: CommandDefinition,
  typed: Typed,
): Promise<Reply> {
  const refused = refuseWithoutRight(asking, command);
  if (refused) return refused;
  if (typed.missing.some((name) => !(name in asking.chosen)))
    return openForm(asking, command, typed);
  return command.run({ ...asking, shape: command }, typed);
}

/** Whether there is any scope at all in which this person may: the target is judged by the command itself. */
function refuseWithoutRight(
  { house, person }: Asking,
  { right }: CommandDefinition,
): Reply | undefined {
  if (right === null) return undefined;
  const decision = authorize({ person, action: right }, house.rules.roles);
  if (decision.allowed) return undefined;
  return async (tx) => {
    await tx.audit.insert({
      event: 'refused',
      personId: person.id,
      facts: { right, code: decision.code },
    });
    return notAllowedCard({ right, decision });
  };
}
