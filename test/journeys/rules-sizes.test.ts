/** Sizes as people write them: binary, rounded up in the open, ambiguous ones refused with the readings (H20, B43). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { toPlainText } from '#bot/renderers/plain-text.ts';
import { openTestApp, textOf } from '#test/helpers/open-test-app.ts';
import { deedsOf, findVm } from './look.ts';

const CREATE = 'vm create web-07 --template ubuntu-24';
const GIB = 1024 ** 3;

describe('a size', { timeout: 60_000 }, () => {
  const read: [string, number, RegExp][] = [
    [
      '1027MiB',
      1028 * 1024 ** 2,
      /Memory 1,027 MiB is rounded up to 1,028 MiB, the platform’s step\./,
    ],
    ['4095MiB', 4096 * 1024 ** 2, /Memory 4,095 MiB is rounded up to 4 GiB/],
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

  const rounded: [string, string][] = [
    ['--memory 4097KiB', 'Memory 4,097 KiB is rounded up to 8 MiB, the platform’s step.'],
    ['--memory 1KiB', 'Memory 1 KiB is rounded up to 4 MiB, the platform’s step.'],
    ['--disk 41943041KiB', 'Disk 41,943,041 KiB is rounded up to 40,961 MiB, the platform’s step.'],
  ];
  for (const [typed, words] of rounded) {
    it(`H20 ${typed} is rounded in the open: in the plan, in the request, and in the job that it becomes`, async () => {
      await using app = await openTestApp();

      const plan = await app.say('ann', `${CREATE} ${typed} --plan`);
      const request = await app.say('ann', `${CREATE} ${typed}`);
      const agreed = await app.say('ann', `${CREATE} --folder /test ${typed}`);
      const state = await app.jobEnd(1);

      for (const view of [plan, request, agreed]) assert.match(faceOf(view), new RegExp(words));
      assert.equal(state, 'done');
    });
  }

  it('H20 of a new disk is rounded in the open: in the plan, in the request, and in the job that it becomes', async () => {
    await using app = await openTestApp();
    const words = /Disk 65,537 KiB is rounded up to 65 MiB, the platform’s step\./;
    await app.say('ann', `${CREATE} --folder /test`);
    await app.jobEnd(1);

    const plan = await app.say('ann', 'vm disk add web-07 --size 65537KiB --plan');
    const answer = await app.say('ann', 'vm disk add web-07 --size 65537KiB');
    const request = await app.say('ann', 'vm disk add web-01 --size 65537KiB');

    for (const view of [plan, answer, request]) assert.match(faceOf(view), words);
    assert.equal(await app.jobEnd(2), 'done');
  });

  it('H20 of a disk is read back: the first disk has grown to what was wished', async () => {
    await using app = await openTestApp();

    await app.say('ann', `${CREATE} --disk 80GB`);
    await app.say('bob', 'approval approve R-1');
    await app.jobEnd(1);

    assert.equal(findVm(app, 'web-07').body.disks[0]?.sizeBytes, 80 * GIB);
  });
});

/** The card without what stands under Details. */
function faceOf({ card }: MessageView): string {
  return toPlainText(card, { width: 200, colour: false, showDetails: false });
}
