/** From the names of a line that takes several to the objects that bear them, each found by itself (H08). */
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import type { Draft } from '../cards/draft.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import { drawCaret } from '../grammar/caret.ts';
import type { Span } from '../grammar/grammar-error.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { toChosenTwiceWords } from '../words/en/view-words.ts';
import type { Asking } from './command.ts';
import { type NamedAt, resolveObject } from './resolve-name.ts';

export type ResolvedNamed<K extends ObjectKind> =
  | { readonly found: readonly EstateObject<K>[] }
  | { readonly reply: Draft };

/** All objects in the order of their names, or the card about the first name that is not clear. */
export async function resolveNamed<K extends ObjectKind>(
  asking: Asking,
  kind: K,
  typed: Typed,
  at: Omit<NamedAt, 'typedAt'>,
): Promise<ResolvedNamed<K>> {
  const found = new Map<string, EstateObject<K>>();
  for (const [index, one] of listNamed(typed, at.position).entries()) {
    const resolved = await resolveObject(asking, kind, one.name, {
      ...at,
      ...{ position: toPosition(at.position, index), typedAt: one.at },
    });
    if ('reply' in resolved) return resolved;
    // Two names can become one thing where one of them was chosen on a card.
    if (found.has(resolved.found.id)) return { reply: namedTwice(asking, one) };
    found.set(resolved.found.id, resolved.found);
  }
  return { found: [...found.values()] };
}

interface Word {
  readonly name: string;
  readonly at: Span | undefined;
}

/** Without a name there may be one that was chosen. */
function listNamed({ named, target = '', at }: Typed, position: string): readonly Word[] {
  return named.length > 0 ? named : [{ name: target, at: at[position] }];
}

/** Of each name it is remembered by itself what was chosen for it. */
function toPosition(position: string, index: number): string {
  return index === 0 ? position : `${position} ${index + 1}`;
}

function namedTwice({ text }: Asking, { name, at }: Word): Draft {
  const draft = plainRefusal(...toChosenTwiceWords(name));
  if (!at) return draft;
  const { line, underline } = drawCaret(text, at);
  return { ...draft, body: [{ block: 'code', text: `${line}\n${underline}` }, ...draft.body] };
}
