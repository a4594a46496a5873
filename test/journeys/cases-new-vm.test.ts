/** New VMs on the odd estate: only pairs that see each other, sizes the platform takes, and the wish read back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TestApp, textOf } from '#test/helpers/open-test-app.ts';
import { byOthers, deedsOf, findVm, untilKnown } from './look.ts';
import { openOddApp } from './odd-estate.ts';

const BASE = 'vm create new-01 --template base_win-feature/debug-02182c --folder /A';

async function say(app: TestApp, line: string): Promise<string> {
  return textOf(await app.say('carl', line));
}

describe('a new VM on an odd estate', { timeout: 60_000 }, () => {
  it('B47 has a reason for every host and datastore that cannot be used, and is made on the pair that can', async () => {
    await using app = await openOddApp();

    const plan = await say(app, `${BASE} --plan`);
    const job = await app.say('carl', BASE);
    const state = await app.jobEnd(1);

    assert.match(plan, /esx01\.corp\.example ★+½? on SAN-A \(allowed: 1 host, SAN-A\)/);
    assert.match(plan, /esx02\.corp\.example +blocked +.*not connected \(disconnected\)/);
    assert.match(plan, /esx03\.corp\.example +blocked +.*not connected/);
    assert.match(plan, /esx04\.corp\.example +blocked +in maintenance mode/);
    assert.match(plan, /10\.1\.1\.15 +blocked +.*not connected \(standBy\)/);
    assert.match(job.card.title, /new-01/);
    assert.equal(state, 'done');
    const { body } = findVm(app, 'new-01');
    assert.deepEqual([body.hostHandle, body.datastoreHandle], ['host-11', 'datastore-21']);
  });

  const refused: [string, string, RegExp][] = [
    [
      'a template that only a host in maintenance reads',
      BASE.replace(/base\S+/, 'tpl-local'),
      /cannot read the template tpl-local/,
    ],
    [
      'a datastore that another host alone sees',
      `${BASE} --datastore local-esx04`,
      /sees no datastore|not the wished or approved datastore/,
    ],
    ['a datastore that is not accessible', `${BASE} --datastore SAN-B`, /SAN-B is not accessible/],
    ['a datastore in maintenance', `${BASE} --datastore SAN-C`, /SAN-C is in maintenance mode/],
    ['a host in maintenance', `${BASE} --host esx04.corp.example`, /in maintenance mode/],
  ];
  for (const [what, line, words] of refused) {
    it(`B47 is refused with the reason on ${what}; the wish is never dropped`, async () => {
      await using app = await openOddApp();

      const answer = await say(app, line);

      assert.match(answer, /^Cannot create new-01/);
      assert.match(answer, /No host fits/);
      assert.match(answer, words);
      assert.deepEqual(deedsOf(app), []);
    });
  }

  const parts = {
    cpus: /cpus is/,
    memory: /memory is/,
    network: /network is/,
    folder: /folder is/,
  };
  for (const [part, words] of Object.entries(parts)) {
    it(`B43 H13 H20 whose ${part} came out otherwise than wished has failed, and says what is there`, async () => {
      await using app = await openOddApp();
      const wrong = part as keyof typeof parts;
      app.drover.lab?.faults.succeedWithoutEffect('clone', wrong, { vm: 'new-01' });

      await app.say('carl', `${BASE} --network VLAN-100 --cpu 4 --memory 8GiB`);
      const state = await app.jobEnd(1);

      assert.equal(state, 'failed');
      const told = await say(app, 'job show J-1');
      assert.match(told, /The platform said done, and the result is not as wished/);
      assert.match(told, words);
      assert.match(told, /new-01 is there as it was made, and its requester’s: vm show new-01, vm/);
      assert.match(told, /start new-01, then check: left out/);
      assert.deepEqual(deedsOf(app), ['clone']);
    });
  }

  it('B40 takes the network that its host sees where two switches have one of that name', async () => {
    await using app = await openOddApp();

    await app.say('carl', `${BASE} --network VLAN-100`);
    const state = await app.jobEnd(1);

    assert.equal(state, 'done');
    const [nic, ...others] = findVm(app, 'new-01').body.nics;
    assert.deepEqual([nic?.networkHandle, others.length], ['dvportgroup-32', 0]);
  });

  it('B40 takes the other one on a host of the other switch', async () => {
    await using app = await openOddApp();
    const change = { inMaintenance: false };
    byOthers(app, (console) => console.setHost('esx04.corp.example', change), 'odd-vc');
    await untilKnown(
      app,
      (index) => index.byName('host', 'esx04.corp.example')[0]?.body.inMaintenance === false,
    );

    await app.say('carl', `${BASE} --network VLAN-100 --host esx04.corp.example`);
    const state = await app.jobEnd(1);

    assert.equal(state, 'done');
    assert.equal(findVm(app, 'new-01').body.nics[0]?.networkHandle, 'dvportgroup-33');
  });

  it('B42 is refused before anything is done where a larger disk is wished of a template with a snapshot', async () => {
    await using app = await openOddApp();
    const line = 'vm create new-01 --template tpl-snap --folder /A';

    const larger = await say(app, `${line} --disk 80GiB`);
    const smaller = await say(app, `${line} --disk 20GiB`);
    await app.say('carl', line);
    const state = await app.jobEnd(1);

    assert.match(
      larger,
      /tpl-snap has a snapshot, so its disk cannot be made larger. Leave --disk out/,
    );
    assert.match(smaller, /A disk can only grow/);
    assert.equal(state, 'done');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });
});
