/**
 * Reads a file on as it was meant: a mistyped key is a fault, and no reason to say nothing of what stands below it.
 *
 * What is mended is told as a fault all the same, and nothing that was mended is ever run.
 */
import { suggestNearest } from '../grammar/suggest.ts';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import type { ConfigFault } from './config-fault.ts';
import {
  childValue,
  defOf,
  isSection,
  listTags,
  type Path,
  type Schema,
  unwrap,
} from './schema-at.ts';

export interface Mended {
  readonly value: unknown;
  readonly faults: readonly ConfigFault[];
  /** As it stands in the file. */
  readonly toWritten: (path: Path) => Path;
  /** Whether it belongs to something of which nobody can tell the kind. */
  readonly isUntold: (path: Path) => boolean;
}

interface Mending {
  readonly faults: ConfigFault[];
  /** By the path as it is meant: the key as it is written. */
  readonly written: Map<string, string>;
  readonly untold: Set<string>;
}

export function mendNames(schema: Schema, value: unknown): Mended {
  const mending: Mending = { faults: [], written: new Map(), untold: new Set() };
  const mended = mend({ schema, value, meant: [], path: [] }, mending);
  const toWritten = (path: Path) =>
    path.map((key, at) => mending.written.get(JSON.stringify(path.slice(0, at + 1))) ?? key);
  const isUntold = (path: Path) =>
    path.some((_key, at) => mending.untold.has(JSON.stringify(path.slice(0, at + 1))));
  return { value: mended, faults: mending.faults, toWritten, isUntold };
}

interface Place {
  readonly schema: Schema;
  readonly value: unknown;
  readonly meant: Path;
  readonly path: Path;
}

function mend(place: Place, mending: Mending): unknown {
  const value = mendTag(place, mending);
  const schema = unwrap(place.schema, value);
  const def = defOf(schema);
  const below = (key: string | number, as: string | number, child: Schema, field: unknown) =>
    mend(
      { schema: child, value: field, meant: [...place.meant, as], path: [...place.path, key] },
      mending,
    );
  if (def.type === 'array' && Array.isArray(value))
    return value.map((item, at) => below(at, at, def.element, item));
  if (def.type !== 'object' || !isSection(value)) return value;
  const known = Object.keys(def.shape);
  const fields: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value)) {
    const as = known.includes(key) ? key : mendKey(key, { known, value, place, fields }, mending);
    const child = as === undefined ? undefined : def.shape[as];
    if (as !== undefined && child) fields.push([as, below(key, as, child, field)]);
  }
  return Object.fromEntries(fields);
}

interface Around {
  readonly known: readonly string[];
  readonly value: object;
  readonly place: Place;
  readonly fields: readonly (readonly [string, unknown])[];
}

/** Undefined where nothing is near. Of two that mean one key, the first is it. */
function mendKey(key: string, around: Around, { faults, written }: Mending): string | undefined {
  const { known, value, place, fields } = around;
  const free = known.filter((one) => !Object.hasOwn(value, one));
  const nearest = suggestNearest(key, free) ?? suggestNearest(key, known);
  faults.push({ path: [...place.path, key], message: CONFIG_WORDS.unknownKey(nearest, known) });
  const isFree = nearest !== undefined && free.includes(nearest);
  if (!isFree || fields.some(([as]) => as === nearest)) return undefined;
  written.set(JSON.stringify([...place.meant, nearest]), key);
  return nearest;
}

/** `kind: vcentre` says of which kind the rest is. Where nothing is near, its own keys may. */
function mendTag({ schema, value, path, meant }: Place, { faults, untold }: Mending): unknown {
  const union = toTagged(schema);
  if (!union || !isSection(value)) return value;
  const { discriminator, options } = union;
  const tags = options.flatMap((option) => listTags(option, discriminator));
  const tag = childValue(value, discriminator);
  if (tags.includes(tag as string)) return value;
  const nearest = typeof tag === 'string' ? suggestNearest(tag, tags) : undefined;
  const where = [...path, discriminator];
  faults.push({ path: where, message: CONFIG_WORDS.choice(tag, tags, nearest) });
  const likely = nearest ?? findByKeys(union, Object.keys(value));
  if (likely !== undefined) return { ...value, [discriminator]: likely };
  untold.add(JSON.stringify(meant));
  return value;
}

interface Tagged {
  readonly discriminator: string;
  readonly options: readonly Schema[];
}

function toTagged(schema: Schema): Tagged | undefined {
  const def = defOf(schema);
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault')
    return toTagged(def.innerType);
  if (def.type !== 'union' || !('discriminator' in def)) return undefined;
  return def as unknown as Tagged;
}

/** The one that knows a key which no other knows. */
function findByKeys({ discriminator, options }: Tagged, keys: readonly string[]) {
  const shown = options.filter((option) => {
    const others = options.filter((one) => one !== option).flatMap(listKeys);
    return listKeys(option).some((key) => keys.includes(key) && !others.includes(key));
  });
  const [only, ...more] = shown;
  return only && more.length === 0 ? listTags(only, discriminator)[0] : undefined;
}

function listKeys(option: Schema): readonly string[] {
  const def = defOf(unwrap(option, undefined));
  return def.type === 'object' ? Object.keys(def.shape) : [];
}
