/** What is odd about the objects of a list, in a line each under it: in a cell it would be cut. */
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { quoteWord } from '../grammar/quote.ts';
import { toShownName } from './estate-place-words.ts';

const SHOWN_AT_MOST = 5;

export function toOddNotes(objects: readonly EstateObject[]): string[] {
  const notes = objects.flatMap(toNotes);
  const left = notes.length - SHOWN_AT_MOST;
  return left <= 0
    ? notes
    : [...notes.slice(0, SHOWN_AT_MOST), `${left} more such notes: show says them of each.`];
}

function toNotes(object: EstateObject): string[] {
  const name = toShownName(object);
  const { unreadable } = object.body;
  const question = object.kind === 'vm' ? object.body.question : undefined;
  return [
    ...(unreadable === undefined ? [] : [`${name} cannot be read: ${unreadable}`]),
    ...(object.isTwin ? [`${name}: identity twice: vm identify ${quoteWord(name)}`] : []),
    ...(question === undefined ? [] : [`${name}: the platform asks: ${question}`]),
  ];
}
