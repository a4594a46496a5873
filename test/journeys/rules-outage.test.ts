/** A platform that does not answer: everything as last seen with its age and the cause, and no change (H09, H10). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Parts } from '#bot/drover.ts';
import { OperationError } from '#core/errors.ts';
import type { Connection } from '#core/ports/connection.ts';
import { eventually, openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm, untilFailing } from './look.ts';

const WORDS = {
  not_reachable: /lab-vc is not reachable/,
  certificate_not_trusted: /certificate of lab-vc is not trusted/,
  login_refused: /lab-vc refused the login/,
  silence: /lab-vc did not answer|lab-vc does not answer/,
} as const;

/** Reads give up after milliseconds instead of ten seconds. */
function impatient(parts: Parts): Parts {
  const shorten = (connection: Connection): Connection => ({
    ...connection,
    estate: {
      ...connection.estate,
      read: (object, signal) =>
        connection.estate.read(object, AbortSignal.any([signal, AbortSignal.timeout(20)])),
    },
  });
  const connections = new Map([...parts.connections].map(([id, one]) => [id, shorten(one)]));
  return { ...parts, connections };
}

async function countVms({ drover }: TestApp): Promise<string[]> {
  return [...drover.house.index.all('vm')].map(({ id, body }) => `${id} ${body.power}`).toSorted();
}

describe('a platform that does not answer', { timeout: 60_000 }, () => {
  for (const [how, words] of Object.entries(WORDS)) {
    it(`H09 H10 B38 (${how.replaceAll('_', ' ')}) is told as that, with the age; its VMs are neither gone nor off`, async () => {
      await using app = await openTestApp({ alter: impatient });
      const before = await countVms(app);
      app.drover.lab?.faults.disconnect('lab-vc', how as keyof typeof WORDS);

      const refused = textOf(await app.say('carl', 'vm stop app-01'));
      await untilFailing(app, 'lab-vc');
      const shown = textOf(await app.say('carl', 'vm show app-01'));
      const listed = textOf(await app.say('carl', 'vm list --match app-*'));
      const connections = textOf(await app.say('carl', 'connection list'));
      const missing = textOf(await app.say('carl', 'vm stop app-99'));

      assert.match(refused, /Cannot stop app-01/);
      assert.match(
        refused,
        /lab-vc is not reachable since [-\d]+ [:\d]+ UTC \([a-z ]+\)\. Nothing can be changed/,
      );
      assert.doesNotMatch(refused, /no VM called|is off|is no more/);
      for (const text of [shown, listed, connections]) assert.match(text, words);
      assert.match(shown, /VM app-01 +(last )?(seen )?.*on/);
      assert.match(shown, /Seen: +as last seen \d\d:\d\d \S+, .* ago/);
      assert.match(listed, /as last seen/);
      assert.match(missing, /There is no VM called app-99/);
      assert.match(missing, /lab-vc/);
      assert.deepEqual(await countVms(app), before);
      assert.deepEqual([deedsOf(app), await app.audit('object_gone')], [[], []]);
      // Who can still be read is not held up by it.
      assert.match(textOf(await app.say('carl', 'vm show erp-01')), /Seen: +(?!as last seen)/);
    });
  }

  it('H10 keeps counting its VMs in quota, and no new one is taken', async () => {
    await using app = await openTestApp();
    await app.say('ann', 'vm create web-07 --template ubuntu-24');
    await app.say('bob', 'approval approve R-1');
    await app.jobEnd(1);
    app.drover.lab?.faults.disconnect('lab-vc');
    await untilFailing(app, 'lab-vc');

    const whoami = textOf(await app.say('ann', 'whoami'));
    const created = textOf(await app.say('ann', 'vm create web-08 --template ubuntu-24'));

    assert.match(whoami, /web-team, yours +1 VM +10/);
    assert.match(created, /lab-vc is not reachable/);
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('H09 that answers again is as it is now: what was deleted meanwhile is gone at the second look', async () => {
    await using app = await openTestApp();
    app.drover.lab?.faults.disconnect('lab-vc');
    await untilFailing(app, 'lab-vc');
    byOthers(app, (console) => {
      console.deleteVm('app-01');
      console.setPower('app-02', 'off');
    });

    app.drover.lab?.faults.reconnect('lab-vc');
    app.drover.house.resync('lab-vc');
    await eventually(() => findVm(app, 'app-02').body.power === 'off');
    await eventually(() => app.drover.house.index.byName('vm', 'app-01').length === 0);

    assert.match(textOf(await app.say('carl', 'vm show app-01')), /There is no VM called app-01/);
    assert.match(textOf(await app.say('carl', 'vm stop app-02')), /app-02 is off/);
    assert.equal((await app.audit('object_gone')).length, 1);
  });

  it('H09 H12 of the directory says so of itself: nobody is given or denied a right by it', async () => {
    let isAway = false;
    const alter = (parts: Parts): Parts => ({
      ...parts,
      directory: {
        ...parts.directory,
        async findAccount(id) {
          if (isAway) throw new OperationError('directory_not_reachable', 'not_started');
          return parts.directory.findAccount(id);
        },
      },
    });
    await using app = await openTestApp({ alter });
    isAway = true;

    const answer = textOf(await app.say('carl', 'vm stop app-01'));

    assert.match(answer, /The directory does not answer/);
    isAway = false;
    assert.match(textOf(await app.say('carl', 'vm stop app-01')), /Carl Wu wants to stop app-01/);
  });
});
