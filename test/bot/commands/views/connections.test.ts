/** `connection list` and `connection show`: whether each answers, since when not, and what it holds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ask, askText, makeHouse, minutesAgo } from './view-house.ts';

const OBJECTS = [
  make('host', 'host-1'),
  make('vm', 'vm-1', { body: { unreadable: 'no configuration' } }),
  make('vm', 'vm-2'),
];
const STATES = {
  vc: {},
  hv: { failingSince: minutesAgo(10), answeredAt: minutesAgo(11), errorCode: 'login_refused' },
  held: {
    holdCode: 'many_vanished',
    holdSince: minutesAgo(5),
    holdFacts: { vanished: 12, of: 40, names: ['a', 'b'] },
  },
  fresh: { syncedAt: null, answeredAt: null, product: null },
} as const;

describe('connections', () => {
  it('H10 list each with how it stands, and why where it does not answer', async () => {
    const text = await askText(makeHouse({ objects: OBJECTS, states: STATES }), 'connection list');

    assert.match(text, /vc +answers +VMware vCenter Server 8\.0\.3 \(simulated\) +2 +1 min ago/);
    assert.match(text, /hv +does not answer .* 11 min ago/);
    assert.match(text, /held +on hold/);
    assert.match(text, /fresh +not read yet +vcenter \(simulated\) +not known +never/);
    assert.match(text, /hv refused the login of Drover's account.* Since 13:20 UTC\./);
    assert.match(text, /connection accept held/);
  });

  it('H11 count what cannot be read, and H12 say what the platform cannot do', async () => {
    const text = await askText(
      makeHouse({ objects: OBJECTS, states: STATES }),
      'connection show vc',
    );

    assert.match(text, /^Connection vc +answers\n/);
    assert.match(
      text,
      /It cannot save VMs, nor pause VMs, nor make or delete VMs, nor add disks to VMs or change their networks\./,
    );
    assert.match(text, /Last answer: +13:29 UTC\nLast read whole: 12:30 UTC\n/);
    assert.match(text, /Holds: +1 host, 2 VMs \(1 cannot be read\)/);
  });

  it('show what was found when one went on hold', async () => {
    const text = await askText(makeHouse({ states: STATES }), 'connection show held');

    assert.match(text, /very much vanished from it at once/);
    assert.match(text, /vanished: 12\nof: +40\nnames: +a, b$/);
  });

  it('H06 H37 say whether the platform went back, with both numbers, or Drover’s own database', async () => {
    const since = { holdCode: 'went_back', holdSince: minutesAgo(5) } as const;
    const states = {
      platform: { ...since, holdFacts: { was: 1000, now: 940 } },
      database: { ...since, holdFacts: { anchor: 'database_went_back' } },
    };

    const platform = await askText(makeHouse({ states }), 'connection show platform');
    const database = await askText(makeHouse({ states }), 'connection show database');

    assert.match(platform, /its event numbers went back\./);
    assert.match(platform, /was: +1000\nnow: +940$/);
    assert.match(database, /Drover’s own database went back\./);
    assert.doesNotMatch(database, /event numbers/);
  });

  it('H08 are found by their exact name, others suggested', async () => {
    const draft = await ask(makeHouse({ states: STATES }), 'connection show hed');

    assert.equal(draft.title, 'There is no connection called hed');
    assert.deepEqual(
      draft.actions.map(({ args }) => args),
      [{ text: 'connection show held' }],
    );
  });

  it('that a role does not hold for do not exist for its members', async () => {
    const roles = [makeRole({ allow: ['connection.*', 'vm.*'], scope: { connections: ['vc'] } })];
    const house = makeHouse({ objects: OBJECTS, states: STATES, roles });

    const list = await askText(house, 'connection list');
    const shown = await ask(house, 'connection show hv');
    const vms = await askText(house, 'vm list');

    assert.doesNotMatch(list, /hv|held|fresh/);
    assert.equal(shown.title, 'There is no connection called hv');
    assert.match(vms, /A part of the estate cannot be read now/);
    assert.doesNotMatch(vms, /\bhv\b|held|fresh/);
  });
});
