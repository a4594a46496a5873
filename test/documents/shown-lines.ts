/** Finds the commands that texts show, so that a test can type them. */
import type { CommandDefinition } from '#bot/commands/command.ts';

/** Of a document: whole lines in a code block, and `inline code`, that begin as a command does. */
export function listShownLines(markdown: string, commands: readonly CommandDefinition[]): string[] {
  const blocks = [...markdown.matchAll(/^ *```(?:text|sh)\n(.*?)^ *```/gms)].flatMap(
    ([, block = '']) => block.split('\n').map((line) => line.trim()),
  );
  const prose = markdown.replaceAll(/^ *```.*?^ *```/gms, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const lines = [...blocks, ...inline].map(toTyped);
  return lines.filter((line) => beginsAsCommand(line, commands) && !/[<[…]/.test(line));
}

/** `npm run drover -- vm list --as ann`, `drover vm list --as ann`: what reaches the server. */
function toTyped(line: string): string {
  const own = /^(?:npm run )?drover (?:-- )?(.*)$/.exec(line)?.[1];
  return (own ?? line).replace(/ --as \w+| --data \S+/g, '').trim();
}

/** A single word is one only where it is a whole command: `vm` alone is a word of the text. */
function beginsAsCommand(line: string, commands: readonly CommandDefinition[]): boolean {
  const [first, second] = line.split(' ');
  if (second === undefined) return commands.some(({ words }) => words.join(' ') === first);
  return commands.some(({ words }) => words[0] === first);
}

/** In a sentence: what stands behind a colon up to the end is to be typed, anything else names a command. */
export function listNamedLines(sentence: string, commands: readonly CommandDefinition[]) {
  const nouns = [...new Set(commands.map(({ words }) => words[0]))].join('|');
  const verb = `(?:${nouns}) [a-z]+`;
  const typed = new RegExp(`: ((?:explain )?(?:${verb}).*)$`).exec(sentence)?.[1];
  const rest = typed === undefined ? sentence : sentence.slice(0, -typed.length);
  const named = rest.matchAll(new RegExp(`(?:^|[.;:,] )(${verb})`, 'g'));
  return { typed, named: [...named].map(([, words = '']) => words) };
}
