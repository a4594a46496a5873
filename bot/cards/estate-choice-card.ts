/** A name that nothing bears, or that several bear: suggestions or a choice, and nothing done (H08). */
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import { drawCaret } from '../grammar/caret.ts';
import { findInvisible } from '../grammar/find-invisible.ts';
import type { Span } from '../grammar/grammar-error.ts';
import { quoteWord } from '../grammar/quote.ts';
import {
  ELSEWHERE_WORDS,
  type ElsewhereRemedy,
  KIND_WORDS,
  toElsewhereTitle,
  toOddLetterWords,
  toSeveralWords,
} from '../words/en/view-words.ts';
import type { Block } from './card.ts';
import type { Draft, DraftAction } from './draft.ts';
import { runButton } from './refusal-card.ts';

/** Odd letters that are named at most; a name full of them is clear after the first few. */
const ODD_SHOWN = 3;

export interface Candidate {
  readonly id: string;
  /** `web-07 in /prod/web, prod-vc, on esx-07, owner Ann Berg`. */
  readonly label: string;
}

export interface NameFacts {
  readonly kind: ObjectKind;
  readonly name: string;
  /** The whole line, and where the name stands in it. */
  readonly text: string;
  readonly typedAt?: Span | undefined;
  /** What it is the name of in its command: `vm`, `template`. */
  readonly position: string;
  /** Names of the same line that were chosen before. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly candidates: readonly Candidate[];
  /** Candidates that have no button. */
  readonly left: number;
}

export function choiceCard(facts: NameFacts): Draft {
  const { kind, name, candidates, left } = facts;
  const count = candidates.length + left;
  const title = `${toSeveralWords(count, kind)} are called ${name}. Which one?`;
  return {
    ...{ title, tone: 'warning', summary: `${title} Nothing was done.`, asksBack: true },
    body: [
      ...oddLetterBlocks(name),
      ...(left > 0 ? [quiet(`${left} more are not shown; name the connection.`)] : []),
      quiet('Nothing was done.'),
    ],
    actions: candidates.map((candidate) => chooseButton(facts, candidate)),
  };
}

/** `unknown`: parts of the estate that cannot be read now, where the name may stand all the same (H09). */
export function notFoundCard(facts: NameFacts, unknown: readonly string[]): Draft {
  const { kind, name, candidates } = facts;
  const title = `There is no ${KIND_WORDS[kind]} called ${name}`;
  const [first] = candidates;
  const question =
    candidates.length === 1 ? 'Did you mean this one?' : 'Did you mean one of these?';
  return {
    ...{ title, tone: 'bad', summary: `${title}. Nothing was done.` },
    body: [
      ...caretBlocks(facts),
      ...oddLetterBlocks(name),
      ...unknown.map((text): Block => ({ block: 'text', text })),
      ...(first ? [{ block: 'text', text: question } as const] : []),
      quiet('Nothing was done.'),
    ],
    actions: candidates.map((candidate) => chooseButton(facts, candidate)),
  };
}

export interface Elsewhere {
  /** The connection that it is asked of, and those that have it. */
  readonly own: string;
  readonly others: readonly string[];
  /** Those of the others on which this person may make VMs. */
  readonly open: readonly string[];
  readonly remedy: ElsewhereRemedy;
}

/** A name that only another connection has: it is there, and of no use here. */
export function elsewhereCard(
  facts: Omit<NameFacts, 'candidates' | 'left'>,
  { own, others, open, remedy }: Elsewhere,
): Draft {
  const { kind, name } = facts;
  const title = toElsewhereTitle(kind, name, { own, others });
  const lists: (readonly [string, string])[] = [
    ...(kind === 'folder' ? [] : [[kind, own] as const]),
    ...(remedy === 'make' ? open.slice(0, 1).map((id) => ['template', id] as const) : []),
  ];
  const text = ELSEWHERE_WORDS[remedy]({ kind: KIND_WORDS[kind], own, open: open.join(' or ') });
  return {
    ...{ title, tone: 'bad', summary: `${title}. Nothing was done.` },
    body: [
      ...caretBlocks(facts),
      ...(text === '' ? [] : [{ block: 'text', text } as const]),
      quiet('Nothing was done.'),
    ],
    actions: lists.map(([listed, of]) => runButton(`${listed} list --connection ${quoteWord(of)}`)),
  };
}

/** Names letters that are unseen or pass for others. */
export function oddLetterBlocks(name: string): Block[] {
  const odd = findInvisible(name);
  const lines = odd.slice(0, ODD_SHOWN).map((one) => toOddLetterWords(name, one));
  const left = odd.length - lines.length;
  return [...lines, ...(left > 0 ? [`And ${left} more such letters.`] : [])].map((text) => ({
    ...{ block: 'text', text, weight: 'strong' },
  }));
}

function caretBlocks({ text, typedAt }: Pick<NameFacts, 'text' | 'typedAt'>): Block[] {
  if (!typedAt) return [];
  const { line, underline } = drawCaret(text, typedAt);
  return [{ block: 'code', text: `${line}\n${underline}` }];
}

/** Nothing is preselected: every candidate looks the same. */
function chooseButton({ chosen, text, position }: NameFacts, candidate: Candidate): DraftAction {
  const args = { ...chosen, text, position, id: candidate.id };
  return { verb: 'choose', args, label: candidate.label, style: 'normal' };
}

function quiet(text: string): Block {
  return { block: 'text', text, weight: 'quiet' };
}
