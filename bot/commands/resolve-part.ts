/** From a typed label to the one disk or network adapter of a VM: exactly that or its key, else the list of them (H08). */

import type { Block } from '../cards/card.ts';
import type { Draft, DraftAction } from '../cards/draft.ts';
import { plainRefusal, runButton } from '../cards/refusal-card.ts';
import type { Span } from '../grammar/grammar-error.ts';
import { quoteWord } from '../grammar/quote.ts';
import type { Asking } from './command.ts';

interface Part {
  readonly key: string;
  readonly label: string;
}

export interface PartAt<P> {
  readonly vm: string;
  /** `disk`. */
  readonly what: string;
  /** How it is given where it was left out: `--nic `, or nothing for a word. */
  readonly prefix: string;
  readonly typed: string | undefined;
  readonly typedAt: Span | undefined;
  /** What tells it from the others, and the title of that: size and file, or network. */
  readonly described: string;
  readonly describe: (part: P) => string;
}

export type ResolvedPart<P> = { readonly found: P } | { readonly reply: Draft };

export function resolvePart<P extends Part>(
  asking: Asking,
  parts: readonly P[],
  at: PartAt<P>,
): ResolvedPart<P> {
  const { typed } = at;
  const named = parts.filter(({ key, label }) => typed === label || typed === key);
  const [only] = named;
  if (only && named.length === 1) return { found: only };
  return { reply: listCard(asking, parts, at, named.length) };
}

function listCard<P extends Part>(
  asking: Asking,
  parts: readonly P[],
  at: PartAt<P>,
  count: number,
): Draft {
  const rows = parts.map((part) => [part.label, at.describe(part), part.key]);
  const columns = [`${at.what.charAt(0).toUpperCase()}${at.what.slice(1)}`, at.described, 'Key'];
  const table: Block = { block: 'table', columns: columns.map((title) => ({ title })), rows };
  const refusal = plainRefusal(toTitle(at, parts.length, count), 'Nothing was done.');
  const isQuestion = parts.length > 0 && (at.typed === undefined || count > 1);
  return {
    ...refusal,
    ...(isQuestion ? ({ tone: 'warning', asksBack: true } as const) : {}),
    body: parts.length > 0 ? [table, ...refusal.body] : refusal.body,
    actions: parts.map((part) => toButton(asking, parts, part, at)),
  };
}

function toTitle<P>({ vm, what, typed }: PartAt<P>, all: number, count: number): string {
  if (all === 0) return `No ${what} of ${vm} is known`;
  if (typed === undefined) return `Which ${what} of ${vm}?`;
  return count > 1 ? `${vm} has ${count} of the name ${typed}` : `${vm} has no ${what} ${typed}`;
}

/** The same line with this one; by its key where the label is another's too. */
function toButton<P extends Part>(
  { text }: Asking,
  parts: readonly Part[],
  { key, label }: Part,
  { prefix, typedAt }: PartAt<P>,
): DraftAction {
  const isShared = parts.filter((other) => other.label === label || other.key === label).length > 1;
  const word = quoteWord(isShared ? key : label);
  const line = typedAt
    ? text.slice(0, typedAt.start) + word + text.slice(typedAt.end)
    : `${text.trimEnd()} ${prefix}${word}`;
  return runButton(line, isShared ? `${label} (${key})` : label);
}
