import type { MoRef } from '../schema.ts';
import { FIELD_ORDER, POLYMORPHIC } from './field-order.ts';

/** An object to send; `_type` names it where a slot holds one of several types. */
export interface WireObject {
  readonly _type?: string;
  readonly [field: string]: WireValue;
}
export type WireValue =
  | string
  | number
  | boolean
  | MoRef
  | WireObject
  | readonly WireValue[]
  | undefined;

/** node-soap's envelope does not declare the prefix. */
const STRING = { 'xsi:type': 'xsd:string', 'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema' };

/** How node-soap takes a reference: its type is an attribute, never `xsi:type`. */
export function toWireRef(ref: MoRef): object {
  return { attributes: { type: ref.type }, $value: ref.value };
}

/**
 * Turns an object into what node-soap writes, its fields in vim25's order.
 *
 * @throws when a type or a field is not in the table: a mistake of ours that vCenter would only refuse.
 */
export function toWire(type: string, object: WireObject): object {
  const named = object._type ?? type;
  const order = FIELD_ORDER[named];
  if (!order) throw new Error(`no field order for ${named}`);
  const wire: Record<string, unknown> = {};
  if (POLYMORPHIC.has(type)) wire.attributes = { 'xsi:type': named };
  for (const [field, fieldType] of Object.entries(order)) {
    const value = object[field];
    if (value !== undefined) wire[field] = toWireField(fieldType, value);
  }
  const unknown = Object.keys(object).find((field) => field !== '_type' && !(field in order));
  if (unknown !== undefined) throw new Error(`no field ${unknown} in ${named}`);
  return wire;
}

function toWireField(type: string, value: WireValue): unknown {
  if (type.endsWith('[]')) {
    const item = type.slice(0, -2);
    return (value as readonly WireValue[]).map((each) => toWireField(item, each));
  }
  if (type.startsWith('xsd:')) return value;
  if (type === 'ref') return toWireRef(value as MoRef);
  // A value of any type has to say that it is text.
  if (type === 'anyString') return { attributes: STRING, $value: value };
  return toWire(type, value as WireObject);
}
