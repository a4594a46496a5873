/** What the documents say of the commands, made from their definitions. */
import { toManyWords, toUsage } from '#bot/cards/help-card.ts';
import type { CommandDefinition } from '#bot/commands/command.ts';

type Commands = readonly CommandDefinition[];

/** The table of README.md: a line for each noun. */
export function toNounTable(commands: Commands): string {
  const nouns = Object.groupBy(commands, ({ words }) => words[0] ?? '');
  const rows = Object.entries(nouns).flatMap(([noun, own = []]) => {
    const verbs = own.flatMap(({ words }) => words.slice(1).join(' ') || []);
    return verbs.length === 0 ? [] : [`| \`${noun}\` | ${verbs.join(', ')} |`];
  });
  const single = commands.filter(({ words }) => words.length === 1);
  const names = single.map(({ words }) => `\`${words[0]}\``).join(', ');
  return ['| noun | verbs |', '|---|---|', ...rows, `| | ${names} |`].join('\n');
}

/** `docs/commands.md`. */
export function toCommandsPage(commands: Commands): string {
  const head = `# Commands

Made from the definitions by \`npm run docs\`; \`help\` and \`help vm create\` say the same, of what the reader may run.
Names with spaces need quotes. What changes something takes \`--plan\` (show what would happen, ask nobody and do nothing) and
\`--reason\`; a name or option that is needed and left out opens a form in the console.`;
  return `${[head, ...commands.map(toSection)].join('\n\n')}\n`;
}

function toSection(command: CommandDefinition): string {
  const { words, summary, right, options = [], examples } = command;
  const needs = right === null ? 'for everybody who is known' : `needs the right \`${right}\``;
  return [
    `## ${words.join(' ')}`,
    `${summary}; ${needs}.`,
    toCode([toUsage(command)]),
    ...toManyWords(command),
    ...(options.length === 0 ? [] : [options.map(toLine).join('\n')]),
    toCode(examples),
  ].join('\n\n');
}

function toLine({
  name,
  summary,
  required,
}: NonNullable<CommandDefinition['options']>[number]): string {
  return `- \`--${name}\`${required ? ' (needed)' : ''}: ${summary}`;
}

function toCode(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].join('\n');
}
