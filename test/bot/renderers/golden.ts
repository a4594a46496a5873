/** Compares with a checked-in file; `UPDATE_GOLDENS=1` writes it instead, to be read before it is committed. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

const isUpdate = process.env.UPDATE_GOLDENS === '1';

export function assertGoldenText(name: string, actual: string): void {
  const file = toFile(`${name}.txt`);
  if (isUpdate) writeFileSync(file, `${actual}\n`);
  assert.equal(`${actual}\n`, readFileSync(file, 'utf8'));
}

export function assertGoldenJson(name: string, actual: unknown): void {
  const file = toFile(`${name}.json`);
  if (isUpdate) writeFileSync(file, `${JSON.stringify(actual, undefined, 2)}\n`);
  assert.deepEqual(JSON.parse(JSON.stringify(actual)), JSON.parse(readFileSync(file, 'utf8')));
}

function toFile(name: string): URL {
  return new URL(`golden/${name}`, import.meta.url);
}
