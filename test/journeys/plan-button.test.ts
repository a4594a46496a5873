/** The button of a plan's card gives the line again without its flags, and else letter-true. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp, textOf } from '#test/helpers/open-test-app.ts';
import { readRequest } from './look.ts';
import { names, openMoves } from './moves-stage.ts';

const LINE = 'vm create web-70 --template ubuntu-24';

describe('the button of a plan', { timeout: 100_000 }, () => {
  it('H35, B01 asks with the reason that was typed, at the first click', async () => {
    await using app = await openTestApp();
    const asked = [
      [`${LINE} --reason "the --plan was wrong" --plan`, 'the --plan was wrong'],
      [`${LINE} --reason “a  —plan’s «end» \u00a0” —plan`, 'a  —plan’s «end» \u00a0'],
      [`${LINE} --plan true --reason '"--rehearse" --plan true'`, '"--rehearse" --plan true'],
      [`vm\u00a0create —plan=yes --reason=--plan --template ubuntu-24 -- web-70`, '--plan'],
    ] as const;

    for (const [at, [line, reason]] of asked.entries()) {
      const shown = await app.say('ann', line);
      await app.click('ann', 'Ask for it');

      assert.match(textOf(shown), /Plan: create web-70/);
      assert.equal((await readRequest(app, at + 1)).reason, reason);
      await app.say('bob', `approval deny R-${at + 1} --reason no`);
    }
  });

  it('of a rehearsal that nobody has to agree to starts it, however its flag was written', async () => {
    const off = { power: 'off', guestTools: 'not_running' } as const;
    const vms = { 'app-04': off, 'app-05': off, 'app-06': off };
    await using app = await openMoves({ on: { 'esx-01': names(6), 'esx-02': [] }, vms });
    const flags = ['—rehearse', '--rehearse yes', '--Rehearse=true --plan=no'];

    for (const [at, flag] of flags.entries()) {
      await app.say('carl', `vm start app-0${4 + at} ${flag} --reason "no --rehearse ${at}"`);
      await app.click('carl', 'Start it');

      assert.equal((await readRequest(app, at + 1)).reason, `no --rehearse ${at}`);
    }
  });
});
