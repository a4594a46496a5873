/** `vm save`, `vm pause` and `vm resume`, from the typed word to the platform, on the lab's platforms of both kinds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PowerState } from '#core/inventory/estate-object.ts';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { bringTo, byOthers, cardOf, deedsOf, findVm, untilKnown } from './look.ts';

const stateOf = (app: TestApp, name: string) => findVm(app, name).body.power;

describe('a VM that is to stand still', { timeout: 60_000 }, () => {
  it('is saved: the card says what it ends, people agree, and its memory is on disk', async () => {
    await using app = await openTestApp();

    const asked = await app.say('ann', 'vm save web-01 --reason "host repair"');
    const forBob = await cardOf(app, 'bob', 'R-1');
    await app.click('bob', 'Approve');
    const state = await app.jobEnd(1);

    assert.match(textOf(asked), /Ann Berg wants to save web-01/);
    assert.match(
      forBob.replaceAll(/\s+/g, ' '),
      /Effect: web-01: halted, its memory on disk; nobody is served until it is resumed/,
    );
    assert.deepEqual(
      [state, stateOf(app, 'web-01'), deedsOf(app)],
      ['done', 'suspended', ['save']],
    );
    const card = await cardOf(app, 'ann', 'J-1');
    assert.match(card, /^Saving web-01 +J-1 · done/);
    assert.match(card, /✔ write the memory of web-01 to disk and halt it/);
    const shown = await app.say('ann', 'vm show web-01');
    assert.match(textOf(shown), /^VM web-01 +saved/);
    assert.deepEqual(
      shown.card.actions.map(({ label }) => label),
      ['Resume'],
    );
    assert.match(textOf(await app.say('ann', 'vm list --state saved')), /web-01 +saved/);
  });

  it('is resumed from its disk: a start, and the card says so before anybody agrees', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'suspended', 'lab-vc');

    const plan = await app.say('ann', 'vm resume web-01 --plan');
    await app.say('ann', 'vm resume web-01');
    const state = await app.jobEnd(1);

    assert.match(
      textOf(plan).replaceAll(/\s+/g, ' '),
      /web-01: started from its memory on disk, and goes on where it was saved/,
    );
    assert.deepEqual([state, stateOf(app, 'web-01'), deedsOf(app)], ['done', 'on', ['start']]);
    assert.match(await cardOf(app, 'ann', 'J-1'), /^Resuming web-01 +J-1 · done/);
    assert.match(await cardOf(app, 'ann', 'J-1'), /✔ start web-01/);
  });

  it('is still brought back by vm start as well', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'suspended', 'lab-vc');

    await app.say('ann', 'vm start web-01');

    assert.equal(await app.jobEnd(1), 'done');
    assert.equal(stateOf(app, 'web-01'), 'on');
  });

  it('is paused where the platform can, and goes on', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'sql-01', 'on');

    const asked = await app.say('carl', 'vm pause sql-01 --reason "looking at its disk"');
    await app.click('bob', 'Approve');
    const paused = await app.jobEnd(1);
    const [stateThen, shown] = [stateOf(app, 'sql-01'), await app.say('carl', 'vm show sql-01')];
    const plan = await app.say('carl', 'vm resume sql-01 --plan');
    await app.say('carl', 'vm resume sql-01');
    const resumed = await app.jobEnd(2);

    assert.match(
      textOf(asked).replaceAll(/\s+/g, ' '),
      /sql-01: halted in memory; nobody is served until it is resumed/,
    );
    assert.deepEqual([paused, stateThen], ['done', 'paused']);
    assert.match(await cardOf(app, 'carl', 'J-1'), /^Pausing sql-01.*✔ halt sql-01 in memory/s);
    assert.match(textOf(shown), /^VM sql-01 +paused/);
    assert.deepEqual(
      shown.card.actions.map(({ label }) => label),
      ['Resume', 'Save', 'Power off'],
    );
    assert.match(textOf(plan), /sql-01: goes on where it was paused/);
    assert.deepEqual([resumed, stateOf(app, 'sql-01')], ['done', 'on']);
    assert.match(await cardOf(app, 'carl', 'J-2'), /✔ let sql-01 go on/);
    assert.deepEqual(deedsOf(app), ['pause', 'resume']);
  });

  it('may be saved or powered off out of its pause', async () => {
    await using app = await openTestApp();
    for (const [name, line] of [
      ['sql-01', 'vm save sql-01'],
      ['sql-02', 'vm stop sql-02'],
    ] as const) {
      await bringTo(app, name, 'paused');
      await app.say('carl', line);
      await app.click('bob', 'Approve');
    }

    assert.deepEqual([await app.jobEnd(1), await app.jobEnd(2)], ['done', 'done']);
    assert.deepEqual([stateOf(app, 'sql-01'), stateOf(app, 'sql-02')], ['suspended', 'off']);
  });
});

describe('a VM that cannot stand still, or go on', { timeout: 60_000 }, () => {
  const HV = 'sql-01';
  const cases: readonly (readonly [string, PowerState, RegExp])[] = [
    ['vm save', 'off', /sql-01 is off\./],
    ['vm save', 'suspended', /sql-01 is saved already; vm resume sql-01 brings it back\./],
    ['vm pause', 'off', /sql-01 is off\./],
    ['vm pause', 'suspended', /sql-01 is saved; bring it back first: vm resume sql-01/],
    ['vm pause', 'paused', /sql-01 is paused already; vm resume sql-01 lets it go on\./],
    ['vm resume', 'on', /sql-01 is on\./],
    [
      'vm resume',
      'off',
      /sql-01 is off, so there is nothing to resume; vm start sql-01 starts it\./,
    ],
    ['vm start', 'paused', /sql-01 is paused, not off; vm resume sql-01 lets it go on\./],
    [
      'vm shutdown',
      'paused',
      /is paused, and a halted guest cannot hear it; let it go on first: vm resume sql-01/,
    ],
    ['vm shutdown', 'suspended', /sql-01 is saved; bring it back first: vm resume sql-01/],
    ['vm stop', 'suspended', /sql-01 is saved; bring it back first: vm resume sql-01/],
    [
      'vm delete',
      'paused',
      /must be off first, and is paused; vm resume sql-01 lets it go on, and then: vm shutdown sql-01\. Without its guest: vm stop sql-01/,
    ],
    [
      'vm delete',
      'suspended',
      /must be off first, and is saved; vm resume sql-01 brings it back, and then: vm shutdown sql-01/,
    ],
  ];
  it('is refused by its state, each with its way on, and nobody is asked', async () => {
    await using app = await openTestApp();
    for (const [command, power, words] of cases) {
      await bringTo(app, HV, power);

      const answer = textOf(await app.say('carl', `${command} ${HV}`)).replaceAll(/\s+/g, ' ');

      assert.match(answer, words, `${command} while ${power}`);
    }
    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
  });

  it('says one thing alone of a halted guest, though its tools do not run either', async () => {
    await using app = await openTestApp();
    await bringTo(app, HV, 'paused');

    const answer = textOf(await app.say('carl', `vm shutdown ${HV}`));

    assert.doesNotMatch(answer, /guest tools/);
  });

  it('that is so already is said to be, on either platform, and nothing else is said', async () => {
    await using app = await openTestApp();
    const so: readonly (readonly [PowerState, string, RegExp])[] = [
      ['on', 'start', /is on\./],
      ['on', 'resume', /is on\./],
      ['off', 'resume', /is off, so there is nothing to resume; vm start \S+ starts it\./],
      ['off', 'stop', /is off\./],
      ['off', 'shutdown', /is off\./],
      ['off', 'save', /is off\./],
      ['suspended', 'save', /is saved already; vm resume \S+ brings it back\./],
      ['suspended', 'shutdown', /is saved; bring it back first: vm resume \S+/],
    ];
    for (const [name, on] of [
      ['web-01', 'lab-vc'],
      [HV, 'lab-hv'],
    ] as const)
      for (const [power, verb, words] of so) {
        await bringTo(app, name, power, on);

        const said = textOf(await app.say('carl', `vm ${verb} ${name}`)).replaceAll(/\s+/g, ' ');

        const only = new RegExp(`^Cannot ${verb} ${name} ${name} ${words.source} Nothing was done`);
        assert.match(said, only, `${verb} on ${on} while ${power}`);
      }
    assert.deepEqual(deedsOf(app), []);
  });

  it('is not resumed by a vCenter that shows it paused: that is said, and no more', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'paused', 'lab-vc');

    const said = textOf(await app.say('carl', 'vm resume web-01'));

    assert.match(said, /lab-vc cannot do vm\.resume/);
  });

  it('is not paused by a vCenter, whatever its state: of one that runs the remedy is named', async () => {
    await using app = await openTestApp();
    const words = {
      on: /vCenter cannot pause a VM; vm save web-01 writes it to disk instead\./,
      suspended: /vCenter cannot pause a VM\./,
      off: /vCenter cannot pause a VM\./,
    };
    for (const power of ['on', 'suspended', 'off'] as const) {
      await bringTo(app, 'web-01', power, 'lab-vc');

      const answer = textOf(await app.say('ann', 'vm pause web-01')).replaceAll(/\s+/g, ' ');

      assert.match(answer, words[power]);
      assert.doesNotMatch(answer, /bring it back first/);
    }
    const shown = textOf(await app.say('ann', 'connection show lab-vc'));
    assert.match(shown, /It cannot pause VMs\./);
    assert.doesNotMatch(textOf(await app.say('ann', 'connection show lab-hv')), /cannot/);
  });

  it('H11 H16 is left alone in a state nobody knows, or with a question', async () => {
    await using app = await openTestApp();
    await bringTo(app, HV, 'on');
    const edits = [
      [{ power: 'unknown', platformState: 'Odd' }, /not known to Drover.*says Odd/],
      [{ power: 'on', question: 'Copied?' }, /asks a question about sql-01: Copied\?/],
    ] as const;
    for (const [edit, words] of edits) {
      byOthers(app, (console) => console.editVm(HV, edit), 'lab-hv');
      await untilKnown(app, () => findVm(app, HV).body.power === edit.power);

      for (const verb of ['save', 'pause'])
        assert.match(textOf(await app.say('carl', `vm ${verb} ${HV}`)), words);
    }
    assert.deepEqual(deedsOf(app), []);
  });

  it('is refused to who has no right, and to who has no rule', async () => {
    await using app = await openTestApp();

    const noRight = textOf(await app.say('ann', 'vm pause sql-01'));
    const noRule = textOf(await app.say('carl', 'vm resume sql-01 --plan'));

    assert.match(noRight, /Not allowed: vm pause/);
    assert.doesNotMatch(noRule, /Not allowed/);
    assert.match(textOf(await app.say('ann', 'explain vm save web-01')), /web-team/);
  });
});
