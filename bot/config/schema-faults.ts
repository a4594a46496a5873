/** What zod finds, in Drover's words: what stands there, what is expected, and how it is written. */
import type { z } from 'zod';
import { suggestNearest } from '../grammar/suggest.ts';
import { findExample } from '../words/en/config-examples.ts';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import type { ConfigFault } from './config-fault.ts';
import {
  defOf,
  listChoices,
  type Path,
  ruleAt,
  type Schema,
  schemaAt,
  unwrap,
  valueAt,
} from './schema-at.ts';

/** Given to zod in place of its own words, so that those of our schemas can be told from them. */
export const NO_WORDS = '';

export interface Checked {
  readonly schema: Schema;
  readonly value: unknown;
  /** A value that stands there may be shown. */
  readonly mayShow: (path: Path) => boolean;
}

export function toSchemaFaults(
  issues: readonly z.core.$ZodIssue[],
  checked: Checked,
  under: Path = [],
): ConfigFault[] {
  return issues.flatMap((issue) => {
    const path = [...under, ...(issue.path as Path)];
    const nested = issue.code === 'invalid_union' ? findMeant(issue) : undefined;
    if (nested) return toSchemaFaults(nested, checked, path);
    return [{ path, message: toMessage(issue, checked, path) }];
  });
}

/** Of several shapes, the faults of the one that the value has. */
function findMeant({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const isOther = ({ code, path }: z.core.$ZodIssue) =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  return errors.find((issues) => !issues.some(isOther));
}

function toMessage(issue: z.core.$ZodIssue, checked: Checked, path: Path): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message || issue.message;
  const written = valueAt(checked.value, path);
  const schema = (issue.code === 'invalid_union' ? ruleAt : schemaAt)(
    checked.schema,
    checked.value,
    path,
  );
  const choices = schema ? listChoices(schema) : [];
  if (choices.length > 0 && checked.mayShow(path)) return toChoice(written, choices);
  const expected = schema ? toExpected(schema, issue) : CONFIG_WORDS.noValue;
  const example = toExample(path);
  const own = issue.message === NO_WORDS ? undefined : issue.message;
  if (written === undefined)
    return CONFIG_WORDS.missing(own === undefined ? expected : `${expected}: ${own}`, example);
  if (own !== undefined && issue.code !== 'invalid_type') return own;
  if (!checked.mayShow(path)) return CONFIG_WORDS.hidden(expected, example);
  if (issue.code === 'invalid_format') return CONFIG_WORDS.unfit(expected, example);
  // The place of many keys may hold the one secret of them.
  if (typeof written === 'string' && !isSingle(schema))
    return CONFIG_WORDS.wrongText(expected, example);
  return CONFIG_WORDS.wrong(written, expected, example);
}

const SINGLE: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'enum', 'literal']);

function isSingle(schema: Schema | undefined): boolean {
  return schema !== undefined && SINGLE.has(defOf(schema).type);
}

/** An example of a list is none of what stands in it. */
function toExample(path: Path): string | undefined {
  if (typeof path.at(-1) === 'number') return undefined;
  return findExample(path.filter((key) => typeof key === 'string'));
}

function toChoice(written: unknown, choices: readonly string[]): string {
  const nearest = typeof written === 'string' ? suggestNearest(written, choices) : undefined;
  return CONFIG_WORDS.choice(written, choices, nearest);
}

function toExpected(schema: Schema, issue?: z.core.$ZodIssue): string {
  const def = defOf(schema);
  switch (def.type) {
    case 'string':
      return toAddress(def) ?? CONFIG_WORDS.text;
    case 'number':
      return toNumber(schema as z.ZodNumber);
    case 'boolean':
      return CONFIG_WORDS.flag;
    case 'array':
      if (issue?.code === 'too_small') return CONFIG_WORDS.longerList(Number(issue.minimum));
      if (issue?.code === 'too_big') return CONFIG_WORDS.shorterList(Number(issue.maximum));
      return CONFIG_WORDS.list;
    case 'object':
      return CONFIG_WORDS.section(listNeeded(def.shape));
    case 'record':
      return CONFIG_WORDS.section([]);
    case 'optional':
    case 'default':
    case 'prefault':
      return toExpected(def.innerType);
    case 'union':
      if ('discriminator' in def) return CONFIG_WORDS.section([String(def.discriminator)]);
      return CONFIG_WORDS.anyOf(def.options.map((one) => toExpected(unwrap(one, null))));
    case 'literal':
    case 'enum':
      return CONFIG_WORDS.choices(listChoices(schema));
    default:
      return CONFIG_WORDS.noValue;
  }
}

function toNumber({ format, minValue, maxValue }: z.ZodNumber): string {
  return CONFIG_WORDS.number(format === 'safeint', finite(minValue), finite(maxValue));
}

/** What every whole number is within says nothing. */
function finite(limit: number | null): number | undefined {
  return limit === null || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;
}

function toAddress(def: object): string | undefined {
  if (!('protocol' in def) || !(def.protocol instanceof RegExp)) return undefined;
  const protocol = def.protocol.source.replace(/[\^$]/g, '').replace(/\(.*\)\??/, '');
  return CONFIG_WORDS.address(`${protocol}://`);
}

/** What it must have, where it must have anything. */
function listNeeded(shape: Readonly<Record<string, Schema>>): readonly string[] {
  const needed = Object.entries(shape).filter(([, schema]) => schema._zod.optin === undefined);
  return needed.map(([key]) => key);
}
