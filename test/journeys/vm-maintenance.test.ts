/** `vm maintenance enter` and `exit` as people have them: asked for, agreed to, done; refused; changed meanwhile. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openAgreed } from './agreed.ts';
import { bringTo, byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import { readCard } from './moves-stage.ts';

const say = async (app: TestApp, person: string, text: string) =>
  textOf(await app.say(person, text)).replaceAll(/\s+/g, ' ');

/** Says the line, lets Bob agree to it, and answers how its job ended. */
async function agree(app: TestApp, number: number, person: string, line: string) {
  await app.say(person, line);
  await app.say('bob', `approval approve R-${number}`);
  return app.jobEnd(number);
}

const shownOf = (app: TestApp, name: string) => {
  const { power, nics } = findVm(app, name).body;
  return [
    power,
    ...nics.map(({ networkName, vlan, connected }) => ({ networkName, vlan, connected })),
  ];
};

const readRow = async ({ drover }: TestApp, name: string) => {
  const { id } = findVm({ drover } as TestApp, name);
  const [row] = await drover.house.store.read((reads) => reads.vmMaintenance.list([id]));
  return row;
};

const PLATFORMS = [
  ['lab-vc', 'web-01', 'VLAN-100', ''],
  ['lab-hv', 'sql-01', 'Converged', ', VLAN 120'],
] as const;

/** A VLAN of the adapter itself, where the platform has one. */
function tagAs(app: TestApp, name: string, on: string): Promise<void> | undefined {
  if (on !== 'lab-hv') return undefined;
  byOthers(
    app,
    (console) => {
      const nics = findVm(app, name).body.nics.map((nic) => ({ ...nic, vlan: 120 }));
      console.editVm(name, { nics });
    },
    on,
  );
  return untilKnown(app, () => findVm(app, name).body.nics[0]?.vlan === 120);
}

describe('a VM in maintenance', { timeout: 120_000 }, () => {
  for (const [on, name, network, tag] of PLATFORMS)
    it(`is off its networks and saved, and comes back exactly as it was, on ${on}`, async () => {
      await using app = await openTestApp();
      await bringTo(app, name, 'on', on);
      await tagAs(app, name, on);
      const before = shownOf(app, name);

      const asked = await say(
        app,
        'carl',
        `vm maintenance enter ${name} --off-network --save --reason repair`,
      );
      await app.say('bob', 'approval approve R-1');
      const entered = await app.jobEnd(1);
      const shown = await app.say('carl', `vm show ${name}`);
      const away = shownOf(app, name);
      const exit = await say(app, 'carl', `vm maintenance exit ${name}`);
      await app.say('bob', 'approval approve R-2');
      const left = await app.jobEnd(2);

      assert.match(asked, new RegExp(`Carl Wu wants to take ${name} into maintenance`));
      assert.match(
        asked,
        /off its networks, then halted with its memory on disk, until its maintenance ends/,
      );
      assert.match(asked, new RegExp(`is taken off ${network}${tag}; its traffic ends at once`));
      assert.equal(entered, 'done');
      assert.equal(away[0], 'suspended');
      assert.equal((away[1] as { connected: boolean }).connected, false);
      const text = textOf(shown).replaceAll(/\s+/g, ' ');
      assert.match(
        text,
        /Maintenance: off its networks and saved, since \d\d:\d\d \S+ by Carl Wu \(J-1\)/,
      );
      assert.match(text, new RegExp(`to ${network}${tag}; started again`));
      assert.deepEqual(
        shown.card.actions.map(({ label }) => label),
        ['End maintenance'],
      );
      assert.match(
        exit,
        new RegExp(`${name}: started from its memory on disk, then on its networks`),
      );
      assert.match(exit, new RegExp(`comes back to ${network}${tag}\\.`));
      assert.equal(left, 'done');
      assert.deepEqual(shownOf(app, name), before);
      assert.deepEqual(deedsOf(app), ['setNic', 'save', 'start', 'setNic']);
      assert.equal(await readRow(app, name), undefined);
      assert.doesNotMatch(await say(app, 'carl', `vm show ${name}`), /Maintenance/);
    });

  it('is by default off its networks alone; one that was off is not started by its end', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-02', 'off', 'lab-vc');

    const asked = await say(app, 'ann', 'vm maintenance enter web-01 --plan');
    const entered = await agree(app, 1, 'ann', 'vm maintenance enter web-02 --off-network --save');
    const left = await agree(app, 2, 'ann', 'vm maintenance exit web-02');

    assert.match(asked, /web-01: off its networks, until its maintenance ends/);
    assert.deepEqual([entered, left], ['done', 'done']);
    assert.equal(findVm(app, 'web-02').body.power, 'off');
    assert.deepEqual(deedsOf(app), ['setNic', 'setNic']);
  });

  it('is asked for in a form that shows what is meant, and nothing is done where nothing is ticked', async () => {
    await using app = await openTestApp();

    const form = await app.say('ann', 'vm maintenance enter');
    const none = { vm: 'web-01', 'off-network': 'false', save: 'false', reason: '' };
    const refused = textOf(await app.click('ann', 'Send', none));
    await app.say('ann', 'vm maintenance enter');
    const asked = textOf(await app.click('ann', 'Send', { ...none, 'off-network': 'true' }));

    const toggles = (form.card.inputs ?? []).filter(({ input }) => input === 'toggle');
    assert.deepEqual(
      toggles.map(({ name, value }) => [name, value]),
      [
        ['off-network', 'true'],
        ['save', undefined],
      ],
    );
    assert.match(refused, /Nothing of web-01 would change/);
    assert.match(asked, /Ann Berg wants to take web-01 into maintenance/);
  });

  it('is saved alone, and its adapters stay where they are', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'on', 'lab-vc');

    const entered = await agree(app, 1, 'ann', 'vm maintenance enter web-01 --save');
    const left = await agree(app, 2, 'ann', 'vm maintenance exit web-01');

    assert.deepEqual([entered, left], ['done', 'done']);
    assert.deepEqual(deedsOf(app), ['save', 'start']);
  });

  it('is kept over a restart, and refuses a second entry, a start and another network in words', async () => {
    using folder = createTemporaryFolder('vm-maintenance');
    {
      await using app = await openTestApp({ dataFolder: folder.path });
      await bringTo(app, 'web-01', 'on', 'lab-vc');
      const line = 'vm maintenance enter web-01 --off-network --save';
      assert.equal(await agree(app, 1, 'ann', line), 'done');
    }
    await using app = await openTestApp({ dataFolder: folder.path });
    const refusal =
      /web-01 is in maintenance since \d{4}-\d\d-\d\d \d\d:\d\d UTC, by Ann Berg \(J-1\)\. Bring it back first: vm maintenance exit web-01/;

    for (const line of [
      'vm maintenance enter web-01',
      'vm start web-01',
      'vm resume web-01',
      'vm network connect web-01 VLAN-200',
    ])
      assert.match(await say(app, 'ann', line), refusal, line);
    assert.equal(await agree(app, 2, 'ann', 'vm maintenance exit web-01'), 'done');
    assert.match(
      await say(app, 'ann', 'vm maintenance exit web-01'),
      /web-01 is not in maintenance: Drover remembers nothing/,
    );
    assert.equal(
      (await say(app, 'ann', 'vm network connect web-01 VLAN-200 --plan')).includes('maintenance'),
      false,
    );
  });

  it('may be shut down and started while it is only off its networks', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    await agree(app, 1, 'ann', 'vm maintenance enter web-01');
    await bringTo(app, 'web-01', 'off', 'lab-vc');

    await app.say('ann', 'vm start web-01');
    const started = await app.jobEnd(2);

    assert.equal(started, 'done');
    assert.deepEqual(deedsOf(app), ['setNic', 'start']);
  });

  it('is refused without the right, for a VM that stands still, and where nothing would change', async () => {
    await using app = await openTestApp();
    byOthers(app, (console) => console.setPower('web-02', 'suspended'));
    await bringTo(app, 'web-03', 'off', 'lab-vc');

    assert.match(
      await say(app, 'ann', 'vm maintenance enter db-01'),
      /Not allowed: vm maintenance enter/,
    );
    assert.match(
      await say(app, 'ann', 'vm maintenance enter web-02'),
      /Cannot take web-02 into maintenance.*only while it is on or off/,
    );
    assert.match(await say(app, 'ann', 'vm maintenance enter web-02 --save'), /is saved already/);
    assert.match(
      await say(app, 'ann', 'vm maintenance enter web-03 --save'),
      /Nothing of web-03 would change/,
    );
    assert.deepEqual(deedsOf(app), []);
  });

  it('is forgotten with the VM, and its deletion says so', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-02', 'off', 'lab-vc');
    await agree(app, 1, 'ann', 'vm maintenance enter web-02');
    const { id } = findVm(app, 'web-02');

    const asked = await say(app, 'ann', 'vm delete web-02');
    await app.say('bob', 'approval approve R-2');
    const state = await app.jobEnd(2);

    assert.match(asked, /web-02 is in maintenance; what it was before is forgotten with it/);
    assert.equal(state, 'done');
    const rows = await app.drover.house.store.read((reads) => reads.vmMaintenance.list([id]));
    assert.deepEqual(rows, []);
  });
});

describe('what somebody else has changed during a maintenance', { timeout: 120_000 }, () => {
  const putOn = (app: TestApp, network: string) =>
    byOthers(app, (console) => {
      const { index } = app.drover.house;
      const [to] = index.byName('network', network, 'lab-vc');
      const nics = findVm(app, 'web-01').body.nics.map((nic) => ({
        ...{ ...nic, connected: true, networkName: network },
        networkHandle: to?.handle,
      }));
      console.editVm('web-01', { nics });
    });
  const networkOf = (app: TestApp) => findVm(app, 'web-01').body.nics[0]?.networkName;

  it('H17 stays as it is, is named before and after, and is no maintenance any more', async () => {
    await using app = await openTestApp();
    await agree(app, 1, 'ann', 'vm maintenance enter web-01');
    putOn(app, 'VLAN-200');

    const asked = await say(app, 'ann', 'vm maintenance exit web-01');
    await app.say('bob', 'approval approve R-2');
    const state = await app.jobEnd(2);

    assert.match(
      asked,
      /Network adapter 1 was on VLAN-100 and is on VLAN-200 now, which Drover did not do\. It stays so; with --overwrite it comes back too\./,
    );
    assert.equal(state, 'done_with_warning');
    assert.match(
      await readCard(app, 'J-2', 'ann'),
      /what others have changed meanwhile was left so: Network adapter 1\./,
    );
    assert.deepEqual([networkOf(app), deedsOf(app)], ['VLAN-200', ['setNic']]);
    assert.equal(await readRow(app, 'web-01'), undefined);
  });

  it('comes back too where that is wished', async () => {
    await using app = await openTestApp();
    await agree(app, 1, 'ann', 'vm maintenance enter web-01');
    putOn(app, 'VLAN-200');

    const state = await agree(app, 2, 'ann', 'vm maintenance exit web-01 --overwrite');

    assert.deepEqual([state, networkOf(app)], ['done', 'VLAN-100']);
  });

  it('H17 sends an agreed entry back to its approvers, who are shown the other network', async () => {
    await using agreed = await openAgreed('ann', 'vm maintenance enter web-01');
    putOn(agreed.app, 'VLAN-200');

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.deepEqual(deedsOf(agreed.app), []);
    assert.equal(await readRow(agreed.app, 'web-01'), undefined);
    assert.equal(await agreed.agreeAgain(), 'done');
    assert.equal((await readRow(agreed.app, 'web-01'))?.was.nics[0]?.networkName, 'VLAN-200');
  });

  it('is not started again when it was powered off meanwhile, and that is said', async () => {
    await using app = await openTestApp();
    await bringTo(app, 'web-01', 'on', 'lab-vc');
    await agree(app, 1, 'ann', 'vm maintenance enter web-01 --off-network --save');
    await bringTo(app, 'web-01', 'off', 'lab-vc');

    const asked = await say(app, 'ann', 'vm maintenance exit web-01');
    await app.say('bob', 'approval approve R-2');
    const state = await app.jobEnd(2);

    assert.match(
      asked,
      /was saved for its maintenance, and its platform says .* It is not started/,
    );
    assert.equal(state, 'done_with_warning');
    assert.deepEqual(deedsOf(app), ['setNic', 'save', 'setNic']);
    assert.equal(findVm(app, 'web-01').body.power, 'off');
  });

  it('is asked about where the host does not have the network any more', async () => {
    await using app = await openTestApp();
    await agree(app, 1, 'ann', 'vm maintenance enter web-01');
    const hostOf = () => {
      const { index } = app.drover.house;
      return index.byHandle('lab-vc', 'host', findVm(app, 'web-01').body.hostHandle ?? '')?.body;
    };
    const [network] = app.drover.house.index.byName('network', 'VLAN-100', 'lab-vc');
    const networkHandles = hostOf()?.networkHandles.filter((one) => one !== network?.handle) ?? [];
    byOthers(app, (console) => console.setHost(hostOf()?.name ?? '', { networkHandles }));
    await untilKnown(app, () => hostOf()?.networkHandles.length === networkHandles.length);

    const refused = await say(app, 'ann', 'vm maintenance exit web-01');
    const state = await agree(app, 2, 'ann', 'vm maintenance exit web-01 --leave-missing');

    assert.match(refused, /does not have the network VLAN-100, on which Network adapter 1 was/);
    assert.match(refused, /vm maintenance exit web-01 --leave-missing/);
    assert.equal(state, 'done_with_warning');
    assert.deepEqual(deedsOf(app), ['setNic']);
  });
});
