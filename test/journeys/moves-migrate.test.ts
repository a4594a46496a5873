/** `vm migrate` and `host rate` as people have them: chosen, asked for, agreed to, done, and refused in words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import { ask, endCard, openMoves, placesOf, readCard, say } from './moves-stage.ts';

const ON = { 'esx-01': ['app-01', 'app-02'], 'esx-02': ['web-01', 'web-02'], 'esx-03': [] };

describe('vm migrate', { timeout: 100_000 }, () => {
  it('goes to the host with most stars, says what it means, and stands there', async () => {
    await using app = await openMoves({ on: ON });

    const asked = await say(app, 'ann', 'vm migrate app-01 --reason "esx-01 is noisy"');
    const forBob = await readCard(app, 'R-1', 'bob');
    await app.click('bob', 'Approve');
    const card = await endCard(app, 1, 'ann');

    assert.match(asked, /Ann Berg wants to migrate app-01 to esx-03/);
    for (const words of [asked, forBob]) {
      assert.match(
        words,
        /app-01 moves to esx-03 while it runs; it stands still for about a second/,
      );
      assert.match(words, /Place: esx-03 ★★★★½ \(now on esx-01\)/);
    }
    assert.match(card, /^Migrating app-01 to esx-03 J-1 · done for Ann Berg · agreed by Bob Stein/);
    assert.match(card, /✔ move app-01 to esx-03/);
    assert.deepEqual(await placesOf(app), [
      'app-01 on esx-03',
      'app-02 on esx-01',
      'web-01 on esx-02',
      'web-02 on esx-02',
    ]);
    assert.equal(findVm(app, 'app-01').body.power, 'on');
    assert.deepEqual(deedsOf(app), ['move']);
  });

  it('goes to the host that was wished, with its files where they are to go', async () => {
    await using app = await openMoves({
      on: ON,
      hosts: { 'esx-02': { datastores: ['SAN', 'SAN-2'] } },
    });

    const asked = await ask(app, 'vm migrate app-01 --host esx-02 --datastore SAN-2');
    const card = await endCard(app);

    assert.match(asked, /app-01 moves to esx-02, its files go along while it runs/);
    assert.match(card, /✔ move app-01 to esx-02 and its files to SAN-2/);
    assert.ok((await placesOf(app)).includes('app-01 on esx-02'));
    const [san2] = app.drover.house.index.byName('datastore', 'SAN-2');
    const { disks, datastoreHandle } = findVm(app, 'app-01').body;
    assert.deepEqual([datastoreHandle, disks[0]?.datastoreHandle], [san2?.handle, san2?.handle]);
  });

  it('moves the files alone, and the host stays', async () => {
    const hosts = { 'esx-01': { datastores: ['SAN', 'SAN-2'] } };
    await using app = await openMoves({ on: ON, hosts });

    const asked = await ask(app, 'vm migrate app-01 --datastore SAN-2');
    const card = await endCard(app);
    const again = await say(app, 'carl', 'vm migrate app-01 --datastore SAN-2');

    assert.match(asked, /the files of app-01 move while it runs/);
    assert.match(card, /J-1 · done .*✔ move the files of app-01 to SAN-2/);
    assert.ok((await placesOf(app)).includes('app-01 on esx-01'));
    assert.match(again, /app-01 is on SAN-2 already\./);
  });

  it('moves one that is off as it is, and it stays off', async () => {
    await using app = await openMoves({
      on: ON,
      vms: { 'app-02': { power: 'off', guestTools: 'not_running' } },
    });

    const asked = await ask(app, 'vm migrate app-02 --host esx-03');
    await endCard(app);

    assert.match(asked, /app-02 moves to esx-03; it is off and stays off/);
    assert.ok((await placesOf(app)).includes('app-02 on esx-03 (off)'));
  });

  it('says how long one stands still that is saved meanwhile', async () => {
    await using app = await openTestApp();
    byOthers(app, (console) => console.setPower('sql-01', 'on'), 'lab-hv');
    await untilKnown(app, () => findVm(app, 'sql-01').body.power === 'on');
    const before = findVm(app, 'sql-01').body.hostHandle;

    const asked = await ask(app, 'vm migrate sql-01 --quick');
    const card = await endCard(app);

    assert.match(asked, /it is saved meanwhile and stands still for about 7 min/);
    assert.match(card, /✔ move sql-01 to hv-\d+, saved meanwhile/);
    assert.notEqual(findVm(app, 'sql-01').body.hostHandle, before);
    assert.equal(findVm(app, 'sql-01').body.power, 'on');
  });

  it('goes on inside the bounds to the host that fits by then, and says so', async () => {
    await using app = await openMoves({ on: ON });
    await say(app, 'carl', 'vm migrate app-01');
    byOthers(app, (console) => console.failHost('esx-03'));
    await untilKnown(app, ({ byName }) => byName('host', 'esx-03')[0]?.body.state !== 'connected');

    await app.say('bob', 'approval approve R-1');
    const card = await endCard(app);

    assert.match(
      card,
      /J-1 · done .*Inside what was agreed: esx-02 ★★★★ instead of esx-03 ★★★★½\./,
    );
    assert.ok((await placesOf(app)).includes('app-01 on esx-02'));
  });
});

describe('vm migrate, refused', { timeout: 100_000 }, () => {
  const TIED = { ties: [{ what: 'passthrough' as const, label: 'PCI device 0' }] };
  const cases = [
    ['vm migrate app-01 --host esx-01', /app-01 is on esx-01 already\./],
    ['vm migrate app-02', /a device of its host is passed through to it \(PCI device 0\)/],
    ['vm migrate app-03', /asks a question about app-03: Moved or copied\?/],
    [
      'vm migrate app-01 --host esx-04',
      /needs 8 GiB of memory, and the most that is left on a host beside its reserve is 1\.2 GiB/,
    ],
    ['vm migrate app-01 --host esx-05', /does not see SAN: possible once it does/],
    ['vm migrate app-01 --host esx-06', /in maintenance mode/],
    ['vm migrate app-01 --host esx-07', /another CPU \(amd, where it runs on intel\)/],
    ['vm migrate app-01 --quick', /lab-vc has no quick migration; leave --quick out/],
    ['vm migrate app-01 --host esx-99', /There is no host called esx-99/],
  ] as const;

  it('names what stands against it and the way on, and nobody is asked', async () => {
    await using app = await openMoves({
      on: {
        ...{ 'esx-01': ['app-01', 'app-02', 'app-03'], 'esx-02': [] },
        ...{ 'esx-04': [], 'esx-05': [], 'esx-06': [], 'esx-07': [] },
      },
      vms: { 'app-02': TIED, 'app-03': { question: 'Moved or copied?' } },
      hosts: {
        'esx-04': { memory: '8GiB' },
        'esx-05': { datastores: [] },
        'esx-06': { inMaintenance: true },
        'esx-07': { cpuVendor: 'amd' },
      },
    });
    for (const [line, words] of cases) assert.match(await say(app, 'carl', line), words, line);

    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
  });

  it('is for who may, and a host without room says by how much', async () => {
    await using app = await openMoves({
      on: ON,
      vms: { 'web-02': { folder: '/prod/db' } },
      hosts: { 'esx-02': { memory: '24GiB' }, 'esx-03': { memory: '12GiB' } },
    });

    assert.match(await say(app, 'ann', 'vm migrate web-02'), /Not allowed: vm migrate web-02/);
    assert.match(
      await say(app, 'carl', 'vm migrate app-01'),
      /needs 8 GiB of memory, and the most that is left on a host beside its reserve is \d/,
    );
    assert.deepEqual(deedsOf(app), []);
  });

  it('asks the platform anew each time: what it forbade once it may allow now', async () => {
    await using app = await openMoves({ on: { ...ON, 'esx-03': ['db-01'] } });
    byOthers(app, (console) => console.orderMark('esx-03'));

    const forbidden = await say(app, 'carl', 'vm migrate app-01 --host esx-03');
    const rated = await say(app, 'carl', 'host rate app-01');
    byOthers(app, (console) => console.setHost('esx-03', { inMaintenance: false }));
    const allowed = await ask(app, 'vm migrate app-01 --host esx-03');
    assert.match(allowed, /app-01 moves to esx-03/);
    await endCard(app);

    assert.match(forbidden, /app-01 cannot go to esx-03 now; why stands beside it/);
    assert.match(forbidden, /esx-03 blocked its platform says: .*entering maintenance/);
    assert.doesNotMatch(rated, /its platform says/);
    assert.ok((await placesOf(app)).includes('app-01 on esx-03'));
  });
});

describe('host rate', { timeout: 100_000 }, () => {
  it('rates every host with its reasons, and what would make a blocked one fit', async () => {
    await using app = await openMoves({
      on: { ...ON, 'esx-04': [] },
      hosts: { 'esx-04': { datastores: [] } },
    });

    const rated = await say(app, 'ann', 'host rate app-01');

    assert.match(rated, /^Hosts for app-01: 2 of 4 hosts can take it/);
    assert.match(rated, /esx-03 ★★★★½ memory at 5 % afterwards, CPU at 21 % afterwards/);
    assert.match(rated, /esx-04 blocked does not see SAN: possible once it does/);
    assert.match(rated, /esx-01 blocked it is there now/);
    assert.match(rated, /\[vm migrate app-01 --plan\]/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('is refused for a VM that the person may not see, and offers nothing where none fits', async () => {
    await using app = await openMoves({
      on: ON,
      hosts: { 'esx-02': { datastores: [] }, 'esx-03': { datastores: [] } },
    });

    const none = await say(app, 'carl', 'host rate app-01');
    const unknown = await say(app, 'carl', 'host rate app-99');

    assert.match(none, /0 of 3 hosts can take it/);
    assert.doesNotMatch(none, /\[vm migrate/);
    assert.match(unknown, /There is no VM called app-99/);
  });
});
