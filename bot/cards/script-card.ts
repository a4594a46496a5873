/** The script of a plan, for one reader: whole, in as many messages as the chat needs. */
import type { Plan } from '#core/plan/plan.ts';
import type { HostScript } from '#core/ports/connection.ts';
import { SCRIPT_WORDS } from '../words/en/script-words.ts';
import type { Block } from './card.ts';
import { toDeedWords } from './deed-words.ts';
import type { Draft } from './draft.ts';

/** Fewer lines than any renderer cuts a block at. */
const BLOCK_LINES = 90;
/** A Slack message has 12,000 letters as JSON, a Teams card 25,000 bytes in which each line is an element of its own. */
const MESSAGE_LETTERS = 5000;

/** `inMessages`: a chat takes so little at once that each block is a message of its own. */
export function scriptCards(
  plan: Plan,
  scripts: readonly HostScript[],
  { inMessages }: { readonly inMessages: boolean },
): readonly [Draft, ...Draft[]] {
  const title = SCRIPT_WORDS.title(toDeedWords(plan));
  const about = scripts.flatMap(toAboutBlocks);
  const blocks = scripts.flatMap((script) => cutLines(toFile(script)).map(toCode));
  const toDraft = (ownTitle: string, body: readonly Block[]): Draft => ({
    ...{ title: ownTitle, tone: 'neutral', summary: ownTitle, body, actions: [] },
  });
  const done: Block = { block: 'text', text: SCRIPT_WORDS.done, weight: 'quiet' };
  if (!inMessages || blocks.length <= 1) return [toDraft(title, [...about, done, ...blocks])];
  const together: Block = { block: 'text', text: SCRIPT_WORDS.together };
  const [first, ...others] = blocks;
  const toTitle = (at: number) => SCRIPT_WORDS.part(title, at, blocks.length);
  return [
    toDraft(toTitle(1), [...about, together, done, ...(first ? [first] : [])]),
    ...others.map((block, at) => toDraft(toTitle(at + 2), [block])),
  ];
}

const toCode = (text: string): Block => ({ block: 'code', text });

function listWords({ host, leftOut }: HostScript): string[] {
  const left = leftOut.length === 0 ? [] : [SCRIPT_WORDS.leftOut(leftOut)];
  return [SCRIPT_WORDS.where(host), SCRIPT_WORDS.without, ...left];
}

function toAboutBlocks(script: HostScript): Block[] {
  return listWords(script).map((text) => ({ block: 'text', text }));
}

/** The words stand in it, too: it is kept and passed on. No name of a person or a platform's object is among them. */
function toFile(script: HostScript): string[] {
  return [...listWords(script).map((words) => `# ${words}`), ...script.text.trimEnd().split('\n')];
}

function cutLines(lines: readonly string[]): string[] {
  const blocks: string[][] = [];
  let letters = 0;
  for (const line of lines) {
    const last = blocks.at(-1);
    letters += line.length + 1;
    if (last && last.length < BLOCK_LINES && letters <= MESSAGE_LETTERS) last.push(line);
    else {
      blocks.push([line]);
      letters = line.length + 1;
    }
  }
  return blocks.map((block) => block.join('\n'));
}
