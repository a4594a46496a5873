/**
 * What the reader keeps of an answer, derived from the zod schemas: everything they do not name is skipped while it streams.
 */
import { z } from 'zod';
import { leavesOut, MoRef } from '../schema.ts';

/** Property paths to shapes, by the type of the managed object. */
export type PathShapes = ReadonlyMap<string, Fields>;

export type Shape =
  | { readonly kind: 'number' | 'boolean' | 'ref' }
  | { readonly kind: 'text'; readonly onRead?: (text: string) => void }
  | { readonly kind: 'list'; readonly item: Shape }
  | ObjectShape
  /** One object's properties: ObjectContent and ObjectUpdate. */
  | { readonly kind: 'content'; readonly fields: Fields; readonly paths: PathShapes }
  /** One `{ name, val }`, kept under its path in the content's `propSet`. */
  | { readonly kind: 'property'; readonly paths: PathShapes };

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: Fields;
  /** Takes a child of whatever name. */
  readonly any?: Field;
  /** Objects of these types are skipped with all they hold. */
  readonly leftOut?: readonly string[] | undefined;
}
/** What is kept, and under which name. An element's own name is a piece of the answer, and slow as a key. */
export interface Field {
  readonly key: string;
  readonly shape: Shape;
}
/** A map, not an object: it is asked for every element, and one may be called `constructor`. */
export type Fields = ReadonlyMap<string, Field>;

export function toFields(shapes: Readonly<Record<string, Shape>>): Fields {
  return new Map(Object.entries(shapes).map(([key, shape]) => [key, { key, shape }]));
}

const NOTHING = {
  ...{ kind: undefined, onRead: undefined, item: undefined, fields: undefined, any: undefined },
  ...{ leftOut: undefined, paths: undefined },
};

/** Gives every shape every field: they are read for each element, and the engine is fast with objects of one form. */
export function toUniform<S extends Shape>(shape: S): S {
  return { ...NOTHING, ...shape };
}

const known = new WeakMap<z.core.$ZodType, Shape>([[MoRef, toUniform({ kind: 'ref' })]]);

/** Turns a schema into a shape. Schemas may be recursive; each is turned once. */
export function toShape(schema: z.core.$ZodType): Shape {
  const found = known.get(schema);
  if (found) return found;
  if (schema instanceof z.ZodOptional) return toShape(schema.unwrap());
  if (schema instanceof z.ZodString) return toUniform({ kind: 'text' });
  if (schema instanceof z.ZodNumber) return toUniform({ kind: 'number' });
  if (schema instanceof z.ZodBoolean) return toUniform({ kind: 'boolean' });
  if (schema instanceof z.ZodArray)
    return toUniform({ kind: 'list', item: toShape(schema.element) });
  if (schema instanceof z.ZodObject) return toObjectShape(schema);
  throw new Error(`no vim25 value is read by a ${schema._zod.def.type}`);
}

function toObjectShape(schema: z.ZodObject): ObjectShape {
  const fields = new Map<string, Field>();
  const leftOut = leavesOut.get(schema)?.types;
  const shape = toUniform<ObjectShape>({ kind: 'object', fields, leftOut });
  known.set(schema, shape);
  for (const [key, field] of Object.entries(schema.shape)) {
    if (key !== '_type') fields.set(key, { key, shape: toShape(field) });
  }
  return shape;
}

/** The shapes of the properties that are asked for, by type. */
export function toPathShapes(schemas: Readonly<Record<string, z.ZodObject>>): PathShapes {
  return new Map(
    Object.entries(schemas).map(([type, schema]) => [type, toObjectShape(schema).fields]),
  );
}
