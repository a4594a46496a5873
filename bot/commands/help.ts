/** `help`: only what this person may run; of each command its use, options and examples. */
import { authorize } from '#core/rights/authorize.ts';
import type { Draft } from '../cards/draft.ts';
import { commandHelpCard, helpCard, helpListCard } from '../cards/help-card.ts';
import { plainRefusal, runButton } from '../cards/refusal-card.ts';
import { toAsciiLowerCase } from '../grammar/match-command.ts';
import { suggestNames } from '../grammar/suggest.ts';
import { type Asking, answer, type CommandDefinition, defineCommand } from './command.ts';

/** Takes the commands as a function: help is itself one of them. */
export function defineHelp(commands: () => readonly CommandDefinition[]): CommandDefinition {
  return defineCommand({
    words: ['help'],
    summary: 'what you may run, and how it is typed',
    right: null,
    changes: false,
    rest: { name: 'command', required: false },
    examples: ['help', 'help vm', 'help vm list'],
    async run(asking, { rest = '' }) {
      const typed = toWords(rest);
      return answer(
        typed.length === 0
          ? helpCard(listUsable(asking, commands()))
          : find(asking, commands(), typed),
      );
    },
  });
}

function listUsable(
  { house, person }: Asking,
  commands: readonly CommandDefinition[],
): CommandDefinition[] {
  return commands.filter(
    ({ right }) =>
      right === null || authorize({ person, action: right }, house.rules.roles).allowed,
  );
}

/** `help vm show web-01` is about `vm show`. */
function find(asking: Asking, all: readonly CommandDefinition[], typed: readonly string[]): Draft {
  const usable = listUsable(asking, all);
  const named = findNamed(usable, typed);
  if (named) return commandHelpCard(named);
  const longer = usable.filter(({ words }) => beginsWith(words, typed));
  if (longer.length > 0) return helpListCard(typed.join(' '), longer);
  const hidden = findNamed(all, typed);
  if (hidden) return notForYou(hidden);
  const near = suggestNames(
    typed.join(' '),
    new Set(usable.flatMap(({ words }) => [words[0] ?? '', words.join(' ')])),
  );
  return plainRefusal(
    `There is no command ${typed.join(' ')}`,
    'help lists those that you may run.',
    [...near.map((words) => runButton(`help ${words}`)), runButton('help')],
  );
}

/** The one with most words that the typed ones begin with. */
function findNamed(
  commands: readonly CommandDefinition[],
  typed: readonly string[],
): CommandDefinition | undefined {
  return commands
    .filter(({ words }) => beginsWith(typed, words))
    .toSorted((one, other) => other.words.length - one.words.length)[0];
}

function beginsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.every((word, at) => words[at] === word);
}

function notForYou({ words }: CommandDefinition): Draft {
  const name = words.join(' ');
  return plainRefusal(`You may not run ${name}`, `explain ${name} says why.`, [
    runButton(`explain ${name}`),
  ]);
}

function toWords(rest: string): string[] {
  return toAsciiLowerCase(rest).split(/\s+/).filter(Boolean);
}
