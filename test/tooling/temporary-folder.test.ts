import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, it } from 'node:test';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

describe('a temporary folder', () => {
  it('takes with it what a Drover kept beside it', () => {
    const folder = createTemporaryFolder('beside');
    writeFileSync(`${folder.path}.audit-anchor`, '');

    folder[Symbol.dispose]();

    const left = readdirSync(dirname(folder.path));
    assert.deepEqual(
      left.filter((name) => name.startsWith(basename(folder.path))),
      [],
    );
  });
});
