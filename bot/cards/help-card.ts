/** What a person may type: all of it at a glance, one noun, or one command with its options and examples. */
import type { CommandDefinition } from '../commands/command.ts';
import {
  type CommandShape,
  findManyPosition,
  listPositions,
  type OptionShape,
  type PositionShape,
  type ValueShape,
} from '../grammar/command-shape.ts';
import { toKindsWords } from '../words/en/view-words.ts';
import { plural } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft, DraftAction } from './draft.ts';
import { runButton } from './refusal-card.ts';

/** Buttons of one card: enough to go on, few enough to read. */
const BUTTONS_AT_MOST = 6;

export function helpCard(commands: readonly CommandDefinition[]): Draft {
  const nouns = new Map<string, string[]>();
  for (const { words } of commands) {
    const [noun = '', ...verb] = words;
    nouns.set(noun, [...(nouns.get(noun) ?? []), ...(verb.length > 0 ? [verb.join(' ')] : [])]);
  }
  const rows = [...nouns].flatMap(([noun, verbs]) =>
    verbs.length > 0 ? [[noun, verbs.join(', ')]] : [],
  );
  const single = [...nouns].flatMap(([noun, verbs]) => (verbs.length > 0 ? [] : [noun]));
  const words = plural(commands.length, 'command');
  return {
    ...{ title: 'Help', state: words, tone: 'neutral', summary: `${words} that you may run` },
    body: [
      { block: 'table', columns: [{ title: 'Noun' }, { title: 'Verbs' }], rows },
      ...(single.length > 0 ? [text(`Without a verb: ${single.join(', ')}.`)] : []),
      text('A command is a noun, a verb, a name and options: vm show web-01. help vm says more.'),
    ],
    actions: [...nouns.keys()]
      .filter((noun) => !single.includes(noun))
      .slice(0, BUTTONS_AT_MOST)
      .map((noun) => runButton(`help ${noun}`)),
    details: [commandTable(commands)],
  };
}

/** Commands that begin alike. */
export function helpListCard(words: string, commands: readonly CommandDefinition[]): Draft {
  const summary = `${plural(commands.length, 'command')} of ${words}`;
  return {
    ...{ title: `Help: ${words}`, tone: 'neutral', summary },
    body: [commandTable(commands)],
    actions: commands
      .slice(0, BUTTONS_AT_MOST)
      .map((one) => runButton(`help ${one.words.join(' ')}`)),
  };
}

function commandTable(commands: readonly CommandDefinition[]): Block {
  return {
    block: 'table',
    columns: [{ title: 'Command' }, { title: 'What it does' }],
    rows: commands.map(({ words, summary }) => [words.join(' '), summary]),
  };
}

export function commandHelpCard(command: CommandDefinition): Draft {
  const { words, summary, options = [], examples, changes, right } = command;
  const columns = ['Option', 'Takes', 'What it says'].map((title) => ({ title }));
  const rows = options.map((option) => [
    `--${option.name}${option.required ? ' (needed)' : ''}`,
    toValueWords(option),
    option.summary,
  ]);
  return {
    ...{ title: words.join(' '), tone: 'neutral', summary: `${words.join(' ')}: ${summary}` },
    body: [
      text(summary),
      { block: 'code', text: toUsage(command) },
      ...toManyWords(command).map((words) => text(words, 'quiet')),
      ...(rows.length > 0 ? [{ block: 'table', columns, rows } as const] : []),
      text(examples.length === 1 ? 'Example' : 'Examples', 'quiet'),
      { block: 'code', text: examples.join('\n') },
      ...(right === null ? [] : [text(`Needs the right ${right}.`, 'quiet')]),
    ],
    actions: changes ? [] : toExampleButtons(command),
  };
}

/** Only lines that need no name: an example's names are nobody's. */
function toExampleButtons({ examples, target, rest }: CommandDefinition): DraftAction[] {
  if (target || rest) return [];
  return examples.slice(0, 1).map((example) => runButton(example));
}

/** `vm create <name> --template <template> [options]`. */
export function toUsage(shape: CommandShape): string {
  const needed = (shape.options ?? []).filter(({ required }) => required);
  const isMore = (shape.options ?? []).length > needed.length;
  return [
    ...shape.words,
    ...listPositions(shape).map(toPositionUsage),
    ...(shape.rest ? [shape.rest.required ? `<${shape.rest.name}>` : `[${shape.rest.name}]`] : []),
    ...needed.map((option: OptionShape) => `--${option.name} ${toValueWords(option)}`),
    ...(isMore ? ['[options]'] : []),
  ].join(' ');
}

function toPositionUsage(position: PositionShape): string {
  const { name, required, after, many } = position;
  const usage = after === undefined ? `<${name}>` : `${after} <${name}>`;
  const own = required ? usage : `[${usage}]`;
  return many === undefined ? own : `${own} [more ${toNamesWords(position)} …]`;
}

/** How many one line may name; nothing where it is one. */
export function toManyWords(shape: CommandShape): string[] {
  const position = findManyPosition(shape);
  if (!position) return [];
  return [`Up to ${position.many} ${toNamesWords(position)} in one line, with spaces between.`];
}

function toNamesWords(position: PositionShape): string {
  const kind = position.type === 'name' ? position.kind : undefined;
  return toKindsWords(kind ?? position.name);
}

function toValueWords(shape: ValueShape): string {
  switch (shape.type) {
    case 'name':
      return `<${shape.kind ?? 'name'}>`;
    case 'text':
      return '"text"';
    case 'size':
      return 'a size: 16GiB';
    case 'duration':
      return 'a time: 2h';
    case 'count':
      return shape.max === undefined ? 'a number' : `a number to ${shape.max}`;
    case 'boolean':
      return 'nothing, or =false';
    case 'choice':
      return shape.values.join(', ');
  }
}

function text(words: string, weight?: 'quiet'): Block {
  return { block: 'text', text: words, ...(weight ? { weight } : {}) };
}
