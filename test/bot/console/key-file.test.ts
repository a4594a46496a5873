import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { keepKey } from '#bot/console/key-file.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openTestConsole } from './open-test-console.ts';

const rightsOf = (file: string) => statSync(file).mode & 0o777;

describe('the key of the console', () => {
  it('is the same at the next start, and readable by its owner alone', async () => {
    using folder = createTemporaryFolder('key');
    const keyFile = join(folder.path, 'console.key');
    const first = await openTestConsole({ keyFile });
    await first.console.close();
    chmodSync(keyFile, 0o644);

    await using second = await openTestConsole({ keyFile });

    assert.equal(second.key, first.key);
    assert.equal(rightsOf(keyFile), 0o600);
  });

  it('is made anew where the file holds none', () => {
    using folder = createTemporaryFolder('key');
    const file = join(folder.path, 'console.key');
    writeFileSync(file, 'short\n', { mode: 0o644 });

    const key = keepKey(file);

    assert.match(key, /^[\w-]{43}$/);
    assert.equal(readFileSync(file, 'utf8'), `${key}\n`);
    assert.equal(rightsOf(file), 0o600);
  });

  it('is another at each start when nothing says where to keep it', async () => {
    await using first = await openTestConsole();
    await using second = await openTestConsole();

    assert.notEqual(first.key, second.key);
  });
});
