/** What to say under an empty list: which value is not there and which one is near. */
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import type { DraftAction } from '../cards/draft.ts';
import { oddLetterBlocks } from '../cards/estate-choice-card.ts';
import { runButton } from '../cards/refusal-card.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { quoteWord } from '../grammar/quote.ts';
import { suggestNearest } from '../grammar/suggest.ts';
import { NONE_WORDS } from '../words/en/view-words.ts';
import type { Asking } from './command.ts';
import type { Filter, Place } from './list-filters.ts';
import { type May, maySee } from './resolve-name.ts';
import { walkEstate } from './walk-estate.ts';

export interface Hints {
  readonly notes: readonly string[];
  readonly actions: readonly DraftAction[];
}

export interface Empty {
  readonly kind: ObjectKind;
  readonly filters: readonly Filter[];
  readonly may: May;
}

/** Suggests values only of what the person may see. */
export async function suggestValues(asking: Asking, typed: Typed, empty: Empty): Promise<Hints> {
  const known = await readValues(asking, empty);
  const notes: string[] = [];
  const actions: DraftAction[] = [];
  for (const { option, typed: value, place } of empty.filters) {
    const values = known.get(option);
    if (option === 'match' && !value.includes('*')) {
      notes.push(
        `--match ${quoteWord(value)} finds that whole name only; * stands for any letters.`,
      );
      actions.push(...toRetry(asking, typed, option, `*${value}*`));
    }
    if (!values || values.has(value)) continue;
    const places = place ? listPlaces(asking, place) : new Set<string>();
    notes.push(toNoneWords({ kind: empty.kind, option, value, place }, places.has(value)));
    if (places.has(value)) continue;
    notes.push(...toOddLetters(value));
    const nearest = suggestNearest(value, [...values.union(places)]);
    if (nearest !== undefined) actions.push(...toRetry(asking, typed, option, nearest));
  }
  return { notes, actions };
}

/** Names of the hosts, clusters or folders that this person may see. */
function listPlaces(asking: Asking, { kind, nameOf }: Place): Set<string> {
  const may = maySee(asking, kind);
  const names = new Set<string>();
  for (const object of asking.house.index.all(kind)) {
    const any = object as EstateObject;
    if (may(any)) names.add(nameOf(any));
  }
  return names;
}

interface None {
  readonly kind: ObjectKind;
  readonly option: string;
  readonly value: string;
  readonly place: Place | undefined;
}

/** What is there and holds nothing is not what nobody knows. */
function toNoneWords({ kind, option, value, place }: None, isThere: boolean): string {
  if (isThere && place) return NONE_WORDS.holdsNone(place.kind, value, kind);
  if (place) return NONE_WORDS.notThere(place.kind, value);
  return NONE_WORDS.noneWith(option, quoteWord(value));
}

async function readValues(
  { house }: Asking,
  { kind, filters, may }: Empty,
): Promise<Map<string, Set<string>>> {
  const known = new Map<string, Set<string>>();
  for (const { option, valuesOf } of filters) if (valuesOf) known.set(option, new Set());
  if (known.size === 0) return known;
  await walkEstate(house.index, kind, (object) => {
    const any = object as EstateObject;
    if (!may(any)) return true;
    for (const { option, valuesOf } of filters)
      for (const value of valuesOf?.(any) ?? []) known.get(option)?.add(value);
    return true;
  });
  return known;
}

function toOddLetters(value: string): string[] {
  return oddLetterBlocks(value).flatMap((block) => (block.block === 'text' ? [block.text] : []));
}

/** The same line with another value. */
function toRetry({ text }: Asking, { at }: Typed, option: string, value: string): DraftAction[] {
  const span = at[option];
  if (!span) return [];
  return [runButton(text.slice(0, span.start) + quoteWord(value) + text.slice(span.end))];
}
