/** Which schema a value of the file is checked by: what zod itself does not say of a fault, such as the keys that are known there. */
import type { z } from 'zod';

export type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes['_zod']['def'];
export type Path = readonly (string | number)[];

export const defOf = (schema: Schema): Def => schema._zod.def as Def;

/** Without what only says that it may be left out, or what becomes of it. Of several shapes the one that the value has. */
export function unwrap(schema: Schema, value: unknown): Schema {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return unwrap(def.innerType, value);
    case 'pipe':
      return unwrap(def.in, value);
    case 'union': {
      const meant = findMeant(schema, value);
      return meant ? unwrap(meant, value) : schema;
    }
    default:
      return schema;
  }
}

export function schemaAt(schema: Schema, value: unknown, path: Path): Schema | undefined {
  const rule = ruleAt(schema, value, path);
  return rule && unwrap(rule, valueAt(value, path));
}

/** With all shapes that a value may have there. */
export function ruleAt(schema: Schema, value: unknown, path: Path): Schema | undefined {
  const [key, ...below] = path;
  if (key === undefined) return schema;
  const next = childOf(unwrap(schema, value), key);
  return next && ruleAt(next, childValue(value, key), below);
}

function childOf(schema: Schema, key: string | number): Schema | undefined {
  const def = defOf(schema);
  if (def.type === 'object') return def.shape[key];
  if (def.type === 'array') return def.element;
  return def.type === 'record' ? def.valueType : undefined;
}

/** By the key that tells shapes apart; else by whether it is a list, a section or a word. */
function findMeant(union: Schema, value: unknown): Schema | undefined {
  const { options, discriminator } = defOf(union) as z.core.$ZodDiscriminatedUnionDef;
  if (discriminator === undefined)
    return options.flatMap(listShapes).find((shape) => kindOf(shape) === kindOfValue(value));
  const tag = childValue(value, discriminator);
  return options.find((option) => listTags(option, discriminator).includes(tag as string));
}

/** A list or a section inside a choice of a choice, as `lab.people` is one. */
function listShapes(option: Schema): readonly Schema[] {
  const shape = unwrap(option, undefined);
  const def = defOf(shape);
  const isChoice = def.type === 'union' && !('discriminator' in def);
  return isChoice ? def.options.flatMap(listShapes) : [option];
}

/** `vcenter`, `hyperv`: what may stand under the key that tells shapes apart. */
export function listTags(option: Schema, discriminator: string): readonly string[] {
  const tag = childOf(unwrap(option, undefined), discriminator);
  return tag ? listChoices(tag) : [];
}

/** The words among which one must be. Empty where it is not a choice. */
export function listChoices(schema: Schema): readonly string[] {
  const def = defOf(schema);
  if (def.type === 'literal') return def.values.map(String);
  if (def.type === 'enum') return Object.values(def.entries).map(String);
  return [];
}

export function kindOf(schema: Schema): string {
  const { type } = defOf(unwrap(schema, undefined));
  return type === 'literal' || type === 'enum' ? 'string' : type;
}

export function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export function childValue(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[key];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(childValue, value);
}

/** Keys with values, and no list. */
export function isSection(value: unknown): value is object {
  return kindOfValue(value) === 'object';
}
