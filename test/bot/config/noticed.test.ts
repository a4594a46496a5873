/** `noticed` in `drover.yaml`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadConfig } from '#bot/config.ts';
import { labConfig } from '#test/helpers/open-test-app.ts';

const secrets = { env: {}, readFile: () => '' };
const load = (more: string) =>
  loadConfig({ name: 'drover.yaml', text: `${labConfig()}\n${more}` }, secrets).config.noticed;

describe('limits of what is noticed', () => {
  it('are a tenth and a little more when left out', () => {
    assert.deepEqual(load(''), { datastoreFreePercent: 10, datastoreClearedPercent: 12 });
  });

  it('cannot be over while they go on', () => {
    assert.throws(
      () => load('noticed: { datastoreFreePercent: 20 }'),
      /noticed\.datastoreClearedPercent.*must be at least datastoreFreePercent/s,
    );
    assert.equal(load('noticed: { datastoreFreePercent: 12 }').datastoreFreePercent, 12);
    assert.throws(() => load('noticed: { datastoreFreePercent: 101 }'), /noticed/);
    assert.throws(() => load('noticed: { hostDown: true }'), /hostDown/);
  });
});
