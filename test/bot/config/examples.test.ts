/** A missing key is answered with how it is written. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defOf, type Schema } from '#bot/config/schema-at.ts';
import { Config } from '#bot/config.ts';
import { findExample } from '#bot/words/en/config-examples.ts';

/** The paths of all keys that must be there, without places in lists. */
function listNeeded(schema: Schema, path: readonly string[] = []): string[][] {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return listNeeded(def.innerType, path);
    case 'pipe':
      return listNeeded(def.in, path);
    case 'array':
      return listNeeded(def.element, path);
    case 'union':
      return def.options.flatMap((option) => listNeeded(option, path));
    case 'object':
      return Object.entries(def.shape).flatMap(([key, field]) => [
        ...(field._zod.optin === undefined ? [[...path, key]] : []),
        ...listNeeded(field, [...path, key]),
      ]);
    default:
      return [];
  }
}

describe('examples of keys', () => {
  it('are there for each that must be written, but for faults of the lab', () => {
    const needed = listNeeded(Config).filter(([, section]) => section !== 'faults');

    assert.ok(needed.length > 30);
    const without = needed.filter((path) => findExample(path) === undefined);
    assert.deepEqual(
      without.map((path) => path.join('.')),
      [],
    );
  });
});
