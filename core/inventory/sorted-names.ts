/** Names of one kind in order, each with the ids that bear it. */
export interface SortedNames {
  add(name: string, id: string): void;
  delete(name: string, id: string): void;
  idsOf(name: string): readonly string[];
  names(): readonly string[];
  ids(): Iterable<string>;
  size(): number;
}

/** As people count: web-9 before web-10. */
export const { compare: compareNames } = new Intl.Collator('en', {
  numeric: true,
  sensitivity: 'variant',
});

/** Sorted at the first reading; from then on a name goes to its place, so that no reading sorts 25,000 again. */
export function createSortedNames(): SortedNames {
  const ids = new Map<string, string[]>();
  let sorted: string[] | undefined;
  let size = 0;

  function toSorted(): string[] {
    sorted ??= [...ids.keys()].sort(compareNames);
    return sorted;
  }

  return {
    add(name, id) {
      size += 1;
      const known = ids.get(name);
      if (known) known.push(id);
      else {
        ids.set(name, [id]);
        sorted?.splice(findPlace(sorted, name), 0, name);
      }
    },
    delete(name, id) {
      const known = ids.get(name);
      const at = known?.indexOf(id) ?? -1;
      if (!known || at < 0) return;
      known.splice(at, 1);
      size -= 1;
      if (known.length > 0) return;
      ids.delete(name);
      if (sorted) sorted = removeName(sorted, name);
    },
    idsOf: (name) => ids.get(name) ?? [],
    names: toSorted,
    *ids() {
      for (const name of toSorted()) yield* ids.get(name) ?? [];
    },
    size: () => size,
  };
}

/** Where `name` stands or would stand. */
function findPlace(sorted: readonly string[], name: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareNames(sorted[middle] ?? '', name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two names can be equal to the collator and still differ: then the list is sorted anew. */
function removeName(sorted: string[], name: string): string[] | undefined {
  const place = findPlace(sorted, name);
  if (sorted[place] !== name) return undefined;
  sorted.splice(place, 1);
  return sorted;
}
