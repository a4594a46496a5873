/**
 * Reads a file on as it was meant: a mistyped key is a fault, and no reason to say nothing of what stands below it.
 *
 * What is mended is told as a fault all the same, and nothing that was mended is ever run.
 */
import { suggestNearest } from '../grammar/suggest.ts';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import { type ConfigFault, toPlace } from './config-fault.ts';
import {
  childValue,
  defOf,
  isSection,
  listTags,
  type Path,
  type Schema,
  unwrap,
} from './schema-at.ts';
import { isShownKey } from './shown-key.ts';

export interface Mended {
  readonly value: unknown;
  readonly faults: readonly ConfigFault[];
  /** As it stands in the file. */
  readonly toWritten: (path: Path) => Path;
  /** Whether it belongs to something of which nobody can tell the kind. */
  readonly isUntold: (path: Path) => boolean;
  /** Keys that belong elsewhere: what misses them there, and what reads on behind them, says so in vain. */
  readonly misplaced: readonly Path[];
}

interface Mending {
  readonly faults: ConfigFault[];
  /** By the path as it is meant: the key as it is written. */
  readonly written: Map<string, string>;
  readonly untold: Set<string>;
  readonly misplaced: Path[];
}

export function mendNames(schema: Schema, value: unknown): Mended {
  const mending: Mending = {
    ...{ faults: [], written: new Map(), untold: new Set(), misplaced: [] },
  };
  const mended = mend({ schema, value, meant: [], path: [], around: [] }, mending);
  const toWritten = (path: Path) =>
    path.map((key, at) => mending.written.get(JSON.stringify(path.slice(0, at + 1))) ?? key);
  const isUntold = (path: Path) =>
    path.some((_key, at) => mending.untold.has(JSON.stringify(path.slice(0, at + 1))));
  const { faults, misplaced } = mending;
  return { value: mended, faults, toWritten, isUntold, misplaced };
}

interface Place {
  readonly schema: Schema;
  readonly value: unknown;
  readonly meant: Path;
  readonly path: Path;
  /** The sections that it stands in, the nearest first. */
  readonly around: readonly Section[];
}

interface Section {
  readonly known: readonly string[];
  readonly value: object;
  readonly path: Path;
}

function mend(place: Place, mending: Mending): unknown {
  const value = mendTag(place, mending);
  const schema = unwrap(place.schema, value);
  const def = defOf(schema);
  const known = def.type === 'object' ? Object.keys(def.shape) : [];
  const here = isSection(value) ? [{ known, value, path: place.path }] : [];
  const around = [...here, ...place.around];
  const below = (key: string | number, as: string | number, schema: Schema, field: unknown) => {
    const [meant, path] = [
      [...place.meant, as],
      [...place.path, key],
    ];
    return mend({ schema, value: field, meant, path, around }, mending);
  };
  if (def.type === 'array' && Array.isArray(value))
    return value.map((item, at) => below(at, at, def.element, item));
  if (def.type !== 'object' || !isSection(value)) return value;
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
function mendKey(key: string, around: Around, mending: Mending): string | undefined {
  const { known, value, place, fields } = around;
  const path = [...place.path, key];
  const other = place.around.find((one) => one.known.includes(key) && !(key in one.value));
  if (other) {
    mending.faults.push({ path, message: CONFIG_WORDS.keyOfOther(toPlace(other.path)) });
    mending.misplaced.push(path);
    return undefined;
  }
  const free = known.filter((one) => !Object.hasOwn(value, one));
  const nearest = suggestNearest(key, free) ?? suggestNearest(key, known);
  const isShown = isShownKey(key, place.path.at(-1));
  mending.faults.push({ path, message: CONFIG_WORDS.unknownKey(nearest, known, isShown) });
  const isFree = nearest !== undefined && free.includes(nearest);
  if (!isFree || fields.some(([as]) => as === nearest)) return undefined;
  mending.written.set(JSON.stringify([...place.meant, nearest]), key);
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
