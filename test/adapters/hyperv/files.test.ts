import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recallFiles } from '#adapters/hyperv/estate/files.ts';
import { type Known, NO_READING } from '#adapters/hyperv/estate/readings.ts';

describe('whose a file is', () => {
  it('is told once of a reading, and anew of the next', () => {
    const known: Known = { reading: NO_READING };
    const next = { hosts: [] };

    const first = recallFiles(known, NO_READING, []);

    assert.equal(recallFiles(known, NO_READING, []), first);
    assert.notEqual(recallFiles(known, next, []), first);
  });
});
