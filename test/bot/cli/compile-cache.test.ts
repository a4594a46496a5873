import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { runDrover } from './run-drover.ts';

const START = fileURLToPath(new URL('../../../bot/start.mjs', import.meta.url));

describe('a start', () => {
  it('takes what an earlier one has compiled, from its first module on', async () => {
    // Node itself says so; without the tests' own cache.
    const env = { NODE_COMPILE_CACHE: '', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    await runDrover(['version'], env);

    const { output } = await runDrover(['version'], env);

    // From the bundle, or where there is none from the sources.
    const kept =
      /node_modules[\\/]\.cache[\\/]drover.* for (ESM .*\/main-[\w-]+\.mjs|StrippedTypeScript .*bot\/main\.ts).*success/;
    assert.match(output, kept);
    assert.match(output, /^drover \d/m);
  });

  it('leaves what it compiled, also when it is killed', async () => {
    using data = createTemporaryFolder('killed');
    using cache = createTemporaryFolder('compiled');
    await using server = await startOwnProcess({
      command: process.execPath,
      args: [START, 'start', '--data', data.path, '--port', '0', '--quiet'],
      env: { NODE_COMPILE_CACHE: cache.path },
      ready: /^Drover runs: /,
    });

    await server.stop('SIGKILL');

    const kept = readdirSync(cache.path, { recursive: true, withFileTypes: true });
    assert.ok(kept.some((entry) => entry.isFile()));
  });
});
