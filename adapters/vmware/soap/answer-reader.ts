/**
 * Reads a SOAP answer while it streams and keeps only what a shape names.
 *
 * It stands in for node-soap's own reader, which blocks the event loop for seconds on a large inventory and loses the ends
 * of long texts. The XML itself is read by saxes.
 */
import { SaxesParser } from 'saxes';
import { type Field, type PathShapes, type Shape, toUniform } from './shape.ts';
import {
  createTypeAttributes,
  type TypeAttributes,
  toLocal,
  toOwnText,
} from './type-attributes.ts';

const NAME: Field = { key: 'name', shape: toUniform({ kind: 'text' }) };

type Value = unknown;
type Fields = Record<string, Value>;

interface Frame {
  /** The name under which the value goes to its parent. */
  readonly key: string;
  readonly shape: Shape;
  readonly inList: boolean;
  /** Of an object, a content or a list; leaves have their text. */
  readonly value: Fields | Value[] | undefined;
  readonly referenceType: string | undefined;
  /** Of a property: its path, if it was asked for, and what came. */
  path: Field | undefined;
  val: Value;
}

export interface AnswerReader {
  write(chunk: string): void;
  /** Gives the root element's value. @throws when the answer is not whole. */
  end(): unknown;
}

/** @throws from `write` and `end` when the answer is no well-formed XML. */
export function createAnswerReader(root: Shape): AnswerReader {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const types = createTypeAttributes();
  const stack: Frame[] = [];
  let skipped = 0;
  let text = '';
  let result: unknown;

  parser.on('attribute', ({ name, value }) => {
    if (skipped === 0) types.add(name, value);
  });
  parser.on('opentag', ({ name }) => {
    if (skipped > 0) {
      skipped += 1;
      return;
    }
    text = '';
    const tag = toLocal(name);
    const parent = stack.at(-1);
    const field = parent ? findChild(parent, tag) : { key: tag, shape: root };
    if (field && !isLeftOut(field.shape, types)) stack.push(toFrame(tag, field, parent, types));
    else skipped = 1;
    types.clear();
  });
  const append = (more: string) => {
    if (skipped === 0) text += more;
  };
  parser.on('text', append);
  parser.on('cdata', append); // an event of its own in saxes
  parser.on('closetag', () => {
    if (skipped > 0) {
      skipped -= 1;
      return;
    }
    const frame = stack.pop();
    if (!frame) return;
    const value = toValue(frame, text);
    text = '';
    const parent = stack.at(-1);
    if (parent) keep(parent, frame, value, stack);
    else result = value;
  });
  return {
    write: (chunk) => {
      parser.write(chunk);
    },
    end: () => {
      parser.close();
      return result;
    },
  };
}

/** A child that is kept; `undefined` skips it with all it holds. */
function findChild({ shape, path }: Frame, tag: string): Field | undefined {
  if (shape.kind === 'object') return shape.fields.get(tag) ?? shape.any;
  if (shape.kind === 'content') return shape.fields.get(tag);
  if (shape.kind === 'list') return { key: tag, shape: shape.item };
  if (shape.kind !== 'property') return undefined;
  return tag === 'name' ? NAME : tag === 'val' ? path : undefined;
}

/** An object may be of a type derived from the one that was asked for. */
function findPath(paths: PathShapes, type: string, path: string): Field | undefined {
  const own = paths.get(type);
  if (own) return own.get(path);
  return [...paths.values()].find((fields) => fields.has(path))?.get(path);
}

function findAsked(paths: PathShapes, path: string, stack: readonly Frame[]): Field | undefined {
  const content = stack.at(-2)?.value as { obj?: { type?: string } } | undefined;
  return findPath(paths, content?.obj?.type ?? '', path);
}

function isLeftOut(field: Shape, types: TypeAttributes): boolean {
  const shape = field.kind === 'list' ? field.item : field;
  if (shape.kind !== 'object' || !shape.leftOut) return false;
  return shape.leftOut.includes(types.findNamed() ?? '');
}

function toFrame(
  tag: string,
  { key, shape: field }: Field,
  parent: Frame | undefined,
  types: TypeAttributes,
): Frame {
  // A list of a field repeats its element; a list that is a property's value is one ArrayOf… around its items.
  const inList = field.kind === 'list' && parent?.shape.kind !== 'property';
  const shape = field.kind === 'list' && inList ? field.item : field;
  let value: Fields | Value[] | undefined;
  if (shape.kind === 'object') {
    value = {};
    // The element of a fault is called for its type, should the type itself not be named.
    const isAny = parent?.shape.kind === 'object' && shape === parent.shape.any?.shape;
    const type = types.findNamed() ?? (isAny ? tag.replace(/Fault$/, '') : undefined);
    if (type !== undefined) value._type = type;
  } else if (shape.kind === 'content') value = { propSet: {} };
  else if (shape.kind === 'list') value = [];
  const referenceType = shape.kind === 'ref' ? types.findReferenced() : undefined;
  // All fields from the start: frames of one form are what the engine is fast with.
  return { key, shape, inList, value, referenceType, path: undefined, val: undefined };
}

function toValue(frame: Frame, text: string): Value {
  switch (frame.shape.kind) {
    case 'text':
      frame.shape.onRead?.(text);
      return toOwnText(text);
    case 'number':
      return toNumber(text);
    case 'boolean':
      return text === 'true' || text === '1'
        ? true
        : text === 'false' || text === '0'
          ? false
          : text;
    case 'ref':
      return { type: frame.referenceType ?? '', value: toOwnText(text) };
    case 'property':
      return frame.val;
    default:
      return frame.value;
  }
}

/** What is no number stays as it came, for the schema to refuse. */
function toNumber(text: string): number | string {
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? text : number;
}

function keep(parent: Frame, frame: Frame, value: Value, stack: readonly Frame[]): void {
  const { shape } = parent;
  if (shape.kind === 'list') {
    (parent.value as Value[]).push(value);
    return;
  }
  if (shape.kind === 'property') {
    if (frame.shape === NAME.shape) parent.path = findAsked(shape.paths, value as string, stack);
    else parent.val = value;
    return;
  }
  const fields = parent.value as Fields;
  if (frame.shape.kind === 'property') {
    if (frame.path) (fields.propSet as Fields)[frame.path.key] = value;
    return;
  }
  const { key } = frame;
  if (!frame.inList) fields[key] = value;
  else if (Array.isArray(fields[key])) (fields[key] as Value[]).push(value);
  else fields[key] = [value];
}
