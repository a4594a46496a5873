import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runDrover } from './run-drover.ts';

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
});
