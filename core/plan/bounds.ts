/**
 * The worst that an approval allows, and whether a newer plan stays inside it.
 *
 * `isWithin` is a partial order (reflexive, antisymmetric, transitive; property-tested): every part is compared by
 * itself and all must hold. Values of `exact` name what the approval is about; nothing of it may differ.
 */
export const EFFECTS = [
  'none',
  /** For a moment. */
  'pause',
  'restart',
  /** Until somebody resumes it; nothing of its memory is lost. */
  'paused',
  /** The same, with its memory on disk: it takes longer to come back, and may find no room. */
  'saved',
  'off',
  'data_loss',
] as const;
export type Effect = (typeof EFFECTS)[number];

export interface Bounds {
  /** By Drover id of the VM: the worst that happens to it. */
  readonly effects: Readonly<Record<string, Effect>>;
  /** Identities, names and wishes. */
  readonly exact: Readonly<Record<string, string>>;
  /** Sizes in bytes, counts, seconds of downtime. */
  readonly atMost: Readonly<Record<string, number>>;
  /** Allowed hosts, datastores: Drover ids, sorted. */
  readonly oneOf: Readonly<Record<string, readonly string[]>>;
  /** Disks, snapshots and files that are deleted (H19), sorted. */
  readonly deletes: readonly string[];
  /** Parts that are detached and kept, sorted. */
  readonly keeps: readonly string[];
}

export interface BoundsDifference {
  readonly part: keyof Bounds;
  readonly key: string;
  readonly approved: string | number | readonly string[] | undefined;
  readonly now: string | number | readonly string[] | undefined;
}

export function isWithin(now: Bounds, approved: Bounds): boolean {
  return listDifferences(now, approved).length === 0;
}

/** Answers every way in which `now` is outside `approved`; empty when inside. */
export function listDifferences(now: Bounds, approved: Bounds): BoundsDifference[] {
  return [
    ...compareRecords('exact', now, approved, (a, b) => a === b),
    ...compareRecords('effects', now, approved, (a, b) => isNoWorse(a, b)),
    ...compareRecords(
      'atMost',
      now,
      approved,
      (a, b) => a !== undefined && (b === undefined || b <= a),
    ),
    ...compareRecords('oneOf', now, approved, (a, b) => a !== undefined && isSubset(b ?? [], a)),
    ...compareParts('deletes', now.deletes, approved.deletes, isSubset),
    ...compareParts('keeps', now.keeps, approved.keeps, (a, b) => isSubset(b, a)),
  ];
}

type Part = 'exact' | 'effects' | 'atMost' | 'oneOf';
type Value<P extends Part> = Bounds[P][string] | undefined;

function compareRecords<P extends Part>(
  part: P,
  now: Bounds,
  approved: Bounds,
  isInside: (approved: Value<P>, now: Value<P>) => boolean,
): BoundsDifference[] {
  const keys = new Set([...Object.keys(now[part]), ...Object.keys(approved[part])]);
  return [...keys].toSorted().flatMap((key) => {
    const pair = { approved: approved[part][key] as Value<P>, now: now[part][key] as Value<P> };
    return isInside(pair.approved, pair.now) ? [] : [{ part, key, ...pair }];
  });
}

function compareParts(
  part: 'deletes' | 'keeps',
  now: readonly string[],
  approved: readonly string[],
  isInside: (now: readonly string[], approved: readonly string[]) => boolean,
): BoundsDifference[] {
  return isInside(now, approved) ? [] : [{ part, key: part, approved, now }];
}

/** A VM the approval does not name may not be touched; one that is spared now is inside. */
function isNoWorse(approved: Effect | undefined, now: Effect | undefined): boolean {
  if (now === undefined) return true;
  return approved !== undefined && EFFECTS.indexOf(now) <= EFFECTS.indexOf(approved);
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  const known = new Set(whole);
  return part.every((item) => known.has(item));
}
