/** `vm network connect` and `disconnect` as people have them: asked for, agreed to, done; refused; and cut in the middle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestApp, type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { openAgreed } from './agreed.ts';
import { hurry } from './alterations.ts';
import { byOthers, cardOf, deedsOf, findVm } from './look.ts';

const say = async (app: TestApp, person: string, text: string) =>
  textOf(await app.say(person, text));

async function agree(app: TestApp, number: number) {
  await app.say('bob', `approval approve R-${number}`);
  return app.jobEnd(number);
}

/** A second adapter, as somebody gave it at the vendor's console. */
function addNic(app: TestApp, name: string, label = 'Network adapter 2'): void {
  byOthers(app, (console) => {
    const [first] = findVm(app, name).body.nics;
    assert.ok(first);
    console.editVm(name, { nics: [first, { ...first, key: '4001', label }] });
  });
}

describe('vm network connect', { timeout: 60_000 }, () => {
  it('is asked for, agreed to and done: of two networks of the name, that of the VM’s own host', async () => {
    await using app = await openTestApp();

    const asked = await say(app, 'carl', 'vm network connect web-01 DMZ --reason "to the edge"');
    const state = await agree(app, 1);
    const told = await say(app, 'carl', 'job show J-1');
    const shown = await say(app, 'carl', 'vm show web-01');

    assert.match(asked, /Carl Wu wants to connect web-01 to DMZ /);
    assert.match(asked, /lab-vc · DMZ · in \/prod\/web/);
    assert.match(asked, /Effect: +web-01: its network traffic is interrupted/);
    assert.match(asked, /Network adapter 1 comes to DMZ; its traffic is interrupted\./);
    assert.match(asked, /the way back is: vm network connect web-01 VLAN-100/);
    assert.equal(state, 'done');
    assert.match(told, /Connecting web-01 to DMZ +J-1 · done/);
    assert.match(told, /✔ connect Network adapter 1 of web-01 to DMZ/);
    assert.match(shown, /Network adapter 1 +DMZ \(dvs-prod\) +00:50:56:\S+ +connected/);
  });

  it('sets VLAN and VMQ weight on Hyper-V, and vm show has the VLAN', async () => {
    await using app = await openTestApp();
    const line = 'vm network connect sql-01 Management --vlan 120 --vmq-weight 50';

    const asked = await say(app, 'carl', line);
    const state = await agree(app, 1);
    const shown = await say(app, 'carl', 'vm show sql-01');

    assert.match(asked, /comes to Management, VLAN 120, VMQ weight 50; its traffic is interrupted/);
    assert.match(asked.replaceAll('\n', ' '), /connect sql-01 Converged --vlan 0 --vmq-weight 100/);
    assert.equal(state, 'done');
    assert.match(shown, /Adapter +Network +VLAN +MAC/);
    assert.match(shown, /Network adapter 1 +Management \(Management\) +120 /);
    assert.equal(findVm(app, 'sql-01').body.nics[0]?.vmqWeight, 50);
  });

  it('is refused settings of Hyper-V on vCenter, what is so already, and numbers out of range', async () => {
    await using app = await openTestApp();

    assert.match(
      await say(app, 'ann', 'vm network connect web-01 VLAN-200 --vlan 20'),
      /Cannot connect web-01 to VLAN-200\nOn vCenter the network has its VLAN; connect it to the network of that VLAN\./,
    );
    assert.match(
      await say(app, 'ann', 'vm network connect web-01 VLAN-100'),
      /Network adapter 1 of web-01 is on VLAN-100 already, as wished\./,
    );
    assert.match(
      await say(app, 'carl', 'vm network connect sql-01 Management --vlan 4095'),
      /vlan is at most 4094; 4095 is more/,
    );
    assert.match(
      await say(app, 'carl', 'vm network connect sql-01 Management --vmq-weight 101'),
      /vmq-weight is at most 100; 101 is more/,
    );
    for (const name of ['VLAN-999', 'dvs-main-uplinks'])
      assert.match(
        await say(app, 'carl', `vm network connect web-01 ${name}`),
        new RegExp(`There is no network called ${name}`),
      );
    assert.deepEqual(deedsOf(app), []);
  });

  it('is for the networks that a role names alone, and explain says so', async () => {
    await using app = await openTestApp();

    const refused = await say(app, 'ann', 'vm network connect web-01 DMZ');
    const why = await say(app, 'ann', 'explain vm network connect web-01 DMZ');
    const allowed = await say(app, 'ann', 'vm network connect web-01 VLAN-200');

    assert.match(refused, /Not allowed: vm network connect web-01/);
    for (const text of [refused, why]) assert.match(text, /web-team.*does not have this network/);
    assert.match(refused, /On it you may: .*disk add, disk remove/);
    assert.match(allowed, /R-1 · 0 of 1 agreed/);
  });

  it('asks which adapter where there are several, and a click on one goes on', async () => {
    await using app = await openTestApp();
    addNic(app, 'web-01');

    const left = await app.say('ann', 'vm network connect web-01 VLAN-200');
    const wrong = await say(app, 'ann', 'vm network connect web-01 VLAN-200 --nic "adapter 3"');
    await app.say('ann', 'vm network connect web-01 VLAN-200');
    const asked = textOf(await app.click('ann', 'Network adapter 2'));
    const state = await agree(app, 1);

    assert.match(textOf(left), /Which network adapter of web-01\?/);
    assert.match(textOf(left), /Network adapter 2 +VLAN-100 \(dvs-main\) +4001/);
    assert.match(wrong, /web-01 has no network adapter adapter 3/);
    assert.match(asked, /Network adapter 2 comes to VLAN-200/);
    assert.match(asked.replaceAll('\n', ' '), /VLAN-100 --nic "Network adapter 2"/);
    assert.equal(state, 'done');
    assert.deepEqual(
      findVm(app, 'web-01').body.nics.map(({ networkName }) => networkName),
      ['VLAN-100', 'VLAN-200'],
    );
  });

  it('opens a form with the networks that this person may use', async () => {
    await using app = await openTestApp();

    const form = await app.say('ann', 'vm network connect web-01');
    const nameless = { vm: '', network: 'VLAN-200', reason: 'move' };
    const faulty = (await app.click('ann', 'Send', nameless)).card.inputs ?? [];
    const values = { ...nameless, vm: 'web-01' };
    const asked = textOf(await app.click('ann', 'Send', values));

    const network = form.card.inputs?.find(({ name }) => name === 'network');
    assert.deepEqual(
      network?.input === 'choice' && network.choices.map(({ value }) => value).toSorted(),
      ['VLAN-100', 'VLAN-200', 'VM Network'],
    );
    assert.deepEqual(
      faulty.slice(0, 2).map(({ name, value, fault }) => [name, value, fault]),
      [
        ['vm', '', 'This is needed.'],
        ['network', 'VLAN-200', undefined],
      ],
    );
    assert.match(asked, /lab-vc · VLAN-200 · in \/prod\/web/);
    assert.match(asked, /Reason: +move/);
  });

  it('H13 whose answer was lost is looked for, and never ordered twice', async () => {
    await using app = await openTestApp({ alter: hurry });
    app.drover.lab?.faults.dropAnswer('setNic', { when: 'after' });

    await app.say('carl', 'vm network connect web-01 VLAN-200');

    assert.equal(await agree(app, 1), 'done_with_warning');
    assert.match(await cardOf(app, 'carl', 'J-1'), /answer was lost on the way/);
    assert.deepEqual(deedsOf(app), ['setNic']);
  });

  it('H17 goes back to its approvers when the VM is on a host with another network of the name', async () => {
    await using agreed = await openAgreed('carl', 'vm network connect web-01 DMZ');
    byOthers(agreed.app, (console) => console.moveVm('web-01', { host: 'esx-06' }));

    const state = await agreed.start();

    assert.equal(state, 'superseded');
    assert.deepEqual(deedsOf(agreed.app), []);
  });
});

describe('vm network disconnect', { timeout: 60_000 }, () => {
  it('takes the adapter off on both platforms, and the way back brings it on again', async () => {
    await using app = await openTestApp();

    const asked = await say(app, 'ann', 'vm network disconnect web-01 --reason infected');
    const off = await agree(app, 1);
    const shown = await say(app, 'ann', 'vm show web-01');
    const again = await say(app, 'ann', 'vm network disconnect web-01');
    await app.say('ann', 'vm network connect web-01 VLAN-100');
    const on = await agree(app, 2);

    assert.match(asked, /Ann Berg wants to disconnect web-01 from its network /);
    assert.match(asked, /Network adapter 1 is taken off its network; its traffic ends at once\./);
    assert.match(asked, /the way back is: vm network connect web-01 VLAN-100/);
    assert.deepEqual([off, on], ['done', 'done']);
    assert.match(shown, /Network adapter 1 .* not connected/);
    assert.match(again, /Network adapter 1 of web-01 is on no network\./);
    assert.equal(findVm(app, 'web-01').body.nics[0]?.connected, true);

    await app.say('carl', 'vm network disconnect sql-01');
    assert.equal(await agree(app, 3), 'done');
    assert.match(await say(app, 'carl', 'vm show sql-01'), /Networks: +no network/);
  });

  it('is refused without the right, and in words for a VM that is suspended', async () => {
    await using app = await openTestApp();
    byOthers(app, (console) => console.setPower('web-02', 'suspended'));

    assert.match(await say(app, 'ann', 'vm network disconnect db-01'), /Not allowed: vm network/);
    assert.match(
      await say(app, 'ann', 'vm network disconnect web-02'),
      /Cannot disconnect web-02 from its network\nThe parts of web-02 change only while it is on or off; its platform says suspended\./,
    );
    assert.deepEqual(deedsOf(app), []);
  });
});
