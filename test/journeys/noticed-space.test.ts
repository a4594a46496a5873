/** A datastore that fills: one card under the limit, the same card once there is room again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byOthers, readAnew, untilKnown } from './look.ts';
import { openMoves } from './moves-stage.ts';
import { noticedLines, ON, untilNoticed } from './noticed-stage.ts';

const TIB = 1024 ** 4;
type App = Parameters<typeof noticedLines>[0];

/** So many percent of its 20 TiB are free, and Drover knows. */
async function free(app: App, percent: number) {
  const bytes = Math.round((20 * TIB * percent) / 100);
  byOthers(app, (console) => console.fillDatastore('SAN-2', bytes));
  await untilKnown(app, (index) => index.byName('datastore', 'SAN-2')[0]?.body.freeBytes === bytes);
}

describe('a datastore that fills', { timeout: 100_000 }, () => {
  it('is told once under a tenth, kept up to date, and over from an eighth on', async () => {
    await using app = await openMoves({ on: ON });

    await free(app, 50);
    await free(app, 10);
    const before = await noticedLines(app);
    await free(app, 9.99);
    const full = await untilNoticed(app, /is nearly full/);
    await free(app, 5);
    const fuller = await untilNoticed(app, /1 TiB of 20 TiB free, 5 %/);
    await free(app, 11.5);
    const between = await untilNoticed(app, /11\.\d %/);
    await free(app, 12.5);
    const over = await untilNoticed(app, /has room again/);

    assert.deepEqual(before, []);
    assert.match(full, /Datastore SAN-2 is nearly full since .* of 20 TiB free, 9\.9 % lab-vc/);
    assert.match(full, /Told under 10 %, over from 12 % on\. vm migrate with --datastore/);
    assert.match(full, /\[datastore list --connection lab-vc\]/);
    assert.match(fuller, /is nearly full/);
    assert.match(between, /is nearly full/);
    assert.match(over, /over since .*2\.5 TiB of 20 TiB free, 12\.5 %.*It lasted/);
    assert.equal((await noticedLines(app)).length, 1);
  });

  it('is told by the limits of the configuration', async () => {
    const config = (text: string) =>
      `${text}\nnoticed: { datastoreFreePercent: 25, datastoreClearedPercent: 30 }\n`;
    await using app = await openMoves({ on: ON, config });

    await free(app, 24);
    const full = await untilNoticed(app, /is nearly full/);

    assert.match(full, /Told under 25 %, over from 30 % on/);
  });

  it('is nothing where the limit is 0', async () => {
    const config = (text: string) => `${text}\nnoticed: { datastoreFreePercent: 0 }\n`;
    await using app = await openMoves({ on: ON, config });

    await free(app, 0);
    await readAnew(app, 'lab-vc');

    assert.deepEqual(await app.audit('noticed'), []);
  });
});
