/** Sizes as people write them: binary, rounded up in the open, ambiguous ones refused with the readings (H20, B43). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp, textOf } from '#test/helpers/open-test-app.ts';
import { deedsOf, findVm } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
const GIB = 1024 ** 3;

describe('a size', { timeout: 60_000 }, () => {
  const read: [string, number, RegExp][] = [
    [
      '1027MiB',
      1028 * 1024 ** 2,
      /memory 1,027 MiB is rounded up to 1,028 MiB, the platform's step/,
    ],
    ['4095MiB', 4096 * 1024 ** 2, /memory 4,095 MiB is rounded up to 4 GiB/],
    ['1GB', GIB, /1GB was read as 1 ?GiB/],
    ['1.5GiB', 1.5 * GIB, /1\.5 GiB/],
  ];
  for (const [typed, bytes, words] of read) {
    it(`H20 B43 ${typed} is what the plan says, and what the VM has afterwards`, async () => {
      await using app = await openTestApp();

      const plan = textOf(await app.say('ann', `${CREATE} --memory ${typed} --plan`));
      await app.say('ann', `${CREATE} --memory ${typed}`);
      await app.say('bob', 'approval approve R-1');
      const state = await app.jobEnd(1);

      assert.match(plan, words);
      assert.equal(state, 'done');
      assert.equal(findVm(app, 'web-07').body.memoryBytes, bytes);
    });
  }

  const refused: [string, RegExp][] = [
    ['4,5GiB', /4,5GiB can be read in more than one way/],
    ['16', /needs a unit; 16 can be 16MiB +or +16GiB|needs a unit/],
    ['-4GiB', /below zero/],
    ['\u22124GiB', /below zero/],
    ['0GiB', /cannot be zero/],
    ['4XiB', /There is no unit XiB/],
  ];
  for (const [typed, words] of refused) {
    it(`H20 B43 ${typed} is refused with what it could mean, and nothing is asked of anybody`, async () => {
      await using app = await openTestApp();

      const answer = textOf(await app.say('ann', `${CREATE} --memory ${typed}`));

      assert.match(answer, words);
      const requests = await app.drover.house.store.read((reads) =>
        reads.requests.list({ limit: 5 }),
      );
      assert.deepEqual([requests, deedsOf(app)], [[], []]);
    });
  }

  it('H20 of a disk is read back: the first disk has grown to what was wished', async () => {
    await using app = await openTestApp();

    await app.say('ann', `${CREATE} --disk 80GB`);
    await app.say('bob', 'approval approve R-1');
    await app.jobEnd(1);

    assert.equal(findVm(app, 'web-07').body.disks[0]?.sizeBytes, 80 * GIB);
  });
});
