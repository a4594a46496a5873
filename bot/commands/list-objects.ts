/**
 * What all lists of the estate share: only what the person may see, filtered, counted and cut to a page.
 *
 * Who sees everything and asks for everything is answered from the first page and the index's own count; every other
 * list is counted in stretches. The values of filters are exact; `--match` alone is a pattern (H08).
 */
import type { EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';
import type { Block } from '../cards/card.ts';
import { estateListCard } from '../cards/estate-list-card.ts';
import { toOddNotes } from '../cards/estate-odd-notes.ts';
import type { Command as Typed } from '../grammar/parse-command.ts';
import { type Asking, answer, type Reply } from './command.ts';
import type { Filter } from './list-filters.ts';
import { suggestValues } from './list-hints.ts';
import { createOwnerNames, type OwnerNames } from './owner-names.ts';
import { type Connections, toBlindSpots } from './read-connections.ts';
import { type May, mayEverywhere, mayOn } from './resolve-name.ts';
import { numberOption, toReadings } from './typed-change.ts';
import { walkEstate } from './walk-estate.ts';

export const PAGE_DEFAULT = 25;

/** What a row may need besides its object. */
export interface RowView {
  readonly asking: Asking;
  readonly connections: Connections;
  readonly ownerName: OwnerNames;
}

export interface List<K extends ObjectKind> {
  readonly kind: K;
  readonly columns: Extract<Block, { block: 'table' }>['columns'];
  readonly filters: readonly Filter[];
  readonly connections: Connections;
  row(object: EstateObject<K>, view: RowView): Promise<readonly string[]> | readonly string[];
}

export async function replyWithList<K extends ObjectKind>(
  asking: Asking,
  typed: Typed,
  list: List<K>,
): Promise<Reply> {
  const { kind, columns, filters, connections } = list;
  const right = `${kind}.list`;
  const may = mayOn(asking, right);
  const isAll = filters.length === 0 && mayEverywhere(asking, right);
  const page = await readPage(asking, list, {
    limit: numberOption(typed, 'limit') ?? PAGE_DEFAULT,
    ...{ may, isAll },
  });
  const view = { asking, connections, ownerName: createOwnerNames(asking.house.directory) };
  const rows = await Promise.all(page.shown.map(async (object) => list.row(object, view)));
  const hints =
    page.total === 0
      ? await suggestValues(asking, typed, { kind, filters, may })
      : { notes: [], actions: [] };
  const troubles = toBlindSpots(asking, connections, page.shown as readonly EstateObject[]);
  const odd = toOddNotes(page.shown as readonly EstateObject[]);
  const notes = [...odd, ...hints.notes, ...toReadings(typed)];
  return answer(
    estateListCard({
      ...{ kind, columns, rows, troubles, notes },
      ...{ total: page.total, actions: hints.actions },
    }),
  );
}

interface Page<K extends ObjectKind> {
  readonly shown: readonly EstateObject<K>[];
  readonly total: number;
}

async function readPage<K extends ObjectKind>(
  { house: { index } }: Asking,
  { kind, filters }: List<K>,
  { limit, may, isAll }: { limit: number; may: May; isAll: boolean },
): Promise<Page<K>> {
  const shown: EstateObject<K>[] = [];
  let total = 0;
  await walkEstate(index, kind, (object) => {
    const any = object as EstateObject;
    if (!may(any) || !filters.every(({ isMatch }) => isMatch(any))) return true;
    total += 1;
    if (shown.length < limit) shown.push(object);
    return !isAll || shown.length < limit;
  });
  return { shown, total: isAll ? index.count(kind) : total };
}
