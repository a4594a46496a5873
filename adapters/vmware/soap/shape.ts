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
  /** Keeps a child of whatever name, under `fault`. */
  readonly any?: Shape;
  /** Objects of these types are skipped with all they hold. */
  readonly leftOut?: readonly string[] | undefined;
}
/** A map, not an object: it is asked for every element, and one may be called `constructor`. */
export type Fields = ReadonlyMap<string, Shape>;

const known = new WeakMap<z.core.$ZodType, Shape>([[MoRef, { kind: 'ref' }]]);

/** Turns a schema into a shape. Schemas may be recursive; each is turned once. */
export function toShape(schema: z.core.$ZodType): Shape {
  const found = known.get(schema);
  if (found) return found;
  if (schema instanceof z.ZodOptional) return toShape(schema.unwrap());
  if (schema instanceof z.ZodString) return { kind: 'text' };
  if (schema instanceof z.ZodNumber) return { kind: 'number' };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (schema instanceof z.ZodArray) return { kind: 'list', item: toShape(schema.element) };
  if (schema instanceof z.ZodObject) return toObjectShape(schema);
  throw new Error(`no vim25 value is read by a ${schema._zod.def.type}`);
}

function toObjectShape(schema: z.ZodObject): ObjectShape {
  const fields = new Map<string, Shape>();
  const shape: ObjectShape = { kind: 'object', fields, leftOut: leavesOut.get(schema)?.types };
  known.set(schema, shape);
  for (const [name, field] of Object.entries(schema.shape)) {
    if (name !== '_type') fields.set(name, toShape(field));
  }
  return shape;
}

/** The shapes of the properties that are asked for, by type. */
export function toPathShapes(schemas: Readonly<Record<string, z.ZodObject>>): PathShapes {
  return new Map(
    Object.entries(schemas).map(([type, schema]) => [type, toObjectShape(schema).fields]),
  );
}
