/** What a start reads of the columns is what the entities say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { readTableColumns } from '#test/documents/table-columns.ts';

const FILE = new URL('../../../adapters/database/entities/table-columns.json', import.meta.url);

it('are written down as the entities have them, alike for both databases (npm run docs)', async () => {
  const { sqlite, postgresql } = await readTableColumns();

  assert.equal(postgresql, sqlite);
  assert.equal(readFileSync(FILE, 'utf8'), sqlite);
});
