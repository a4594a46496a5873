/** `explain`: reads a command, judges it on what it names, and says why it is allowed or not; does nothing. */
import { authorize } from '#core/rights/authorize.ts';
import { authorizeEach } from '#core/rights/authorize-each.ts';
import { explainCard } from '../cards/explain-card.ts';
import { mistypedCard, plainRefusal, runButton } from '../cards/refusal-card.ts';
import { parseCommand, type Command as Typed } from '../grammar/parse-command.ts';
import {
  type Asking,
  answer,
  type CommandDefinition,
  defineCommand,
  type Reply,
} from './command.ts';
import { readRules } from './explain-rules.ts';
import { findExplainedScope } from './explain-scope.ts';

/** Takes the commands as a function: explain is itself one of them. */
export function defineExplain(commands: () => readonly CommandDefinition[]): CommandDefinition {
  return defineCommand({
    words: ['explain'],
    summary: 'say why a command is allowed or not, by role, rule and line',
    right: null,
    changes: false,
    rest: { name: 'command', required: false },
    examples: [
      'explain vm delete db-01',
      'explain vm create web-07 --template ubuntu-24 --folder /prod/web',
      'explain host list',
    ],
    async run(asking, typed) {
      if (typed.rest === undefined) return answer(NO_COMMAND);
      const parsed = parseCommand(typed.rest, commands());
      const start = typed.at.command?.start ?? 0;
      if (!parsed.ok) {
        // The mark stands in the whole line, so that the mended line is explained again and never run.
        const at = { start: parsed.error.at.start + start, end: parsed.error.at.end + start };
        return answer(mistypedCard(asking.text, { ...parsed.error, at }));
      }
      const { command } = parsed;
      const definition = commands().find(({ words }) => words.join('.') === command.name);
      return definition ? explain(asking, definition, shift(command, start)) : answer(NO_COMMAND);
    },
  });
}

const NO_COMMAND = plainRefusal(
  'Explain what?',
  'explain takes the rest of the line as a command: explain vm delete db-01',
  [runButton('help')],
);

/** Where its names stand in the whole line. */
function shift(command: Typed, by: number): Typed {
  const at = Object.entries(command.at).map(([name, { start, end }]) => [
    name,
    { start: start + by, end: end + by },
  ]);
  const named = command.named.map(({ name, at: { start, end } }) => ({
    ...{ name, at: { start: start + by, end: end + by } },
  }));
  return { ...command, named, at: Object.fromEntries(at) };
}

async function explain(
  asking: Asking,
  definition: CommandDefinition,
  typed: Typed,
): Promise<Reply> {
  const { house, person } = asking;
  const { right } = definition;
  const judged = await findExplainedScope(asking, definition, typed);
  if ('reply' in judged) return answer(judged.reply);
  const { targets, names } = judged;
  const question = right === null ? undefined : { person, action: right, ...names };
  const { roles } = house.rules;
  const each = question && authorizeEach(question, judged.places, roles);
  const decision = question ? (each?.rights ?? authorize(question, roles)) : EVERYBODY;
  const places = each?.places ?? [];
  const rules = await readRules(asking, definition, { targets, places });
  const typedNames = typed.named.length > 0 ? typed.named.map(({ name }) => name) : typed.target;
  const command = [...definition.words, typedNames ?? []].flat().join(' ');
  const isPlaced = judged.places.length > 0;
  return answer(explainCard({ command, right, decision, on: each?.on, isPlaced, rules }));
}

const EVERYBODY = { allowed: true, code: 'allowed', reasons: [], roles: [] } as const;
