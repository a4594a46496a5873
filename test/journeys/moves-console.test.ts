/** A host is taken out of maintenance at the vendor's console: its platform's word counts (H17). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { byOthers, listFacts, untilKnown } from './look.ts';
import { ask, endCard, holdStep, openMoves, say, untilCard } from './moves-stage.ts';

const ON = { 'esx-01': ['app-01'], 'esx-02': [], 'esx-03': [] };
const ENTER = 'host maintenance enter esx-01';
const TIED = { ties: [{ what: 'passthrough' as const, label: 'PCI device 0' }] };

const untilShown = (app: TestApp, isIn: boolean) =>
  untilKnown(app, (index) => index.byName('host', 'esx-01')[0]?.body.inMaintenance === isIn);
const takeOut = (app: TestApp) =>
  byOthers(app, (console) => console.setHost('esx-01', { inMaintenance: false }));
const countMarks = async ({ drover }: TestApp) =>
  (await drover.house.store.read((reads) => reads.hostMaintenance.list())).length;

describe('a host that somebody takes out of maintenance at the console', {
  timeout: 100_000,
}, () => {
  it('H17 takes VMs of Drover again, and the audit says so', async () => {
    await using app = await openMoves({ on: ON });
    await ask(app, ENTER);
    await endCard(app);
    await untilShown(app, true);
    const before = await say(app, 'carl', 'host rate app-01');

    takeOut(app);
    await untilShown(app, false);
    await eventually(async () => (await countMarks(app)) === 0);
    const after = await say(app, 'carl', 'host rate app-01');

    assert.doesNotMatch(before, /esx-01 ★/);
    assert.match(after, /esx-01 ★/);
    const [fact] = await listFacts(app, 'host_opened');
    assert.equal(fact?.name, 'esx-01');
  });

  it('H17 while Drover was down takes them after its start', async () => {
    using folder = createTemporaryFolder('moves');
    {
      await using app = await openMoves({ on: ON, folder: folder.path });
      await ask(app, ENTER);
      await endCard(app);
      await untilShown(app, true);
      await app.drover.house.sync.feed.catchUp();
      // What the platform shows next is read by the next Drover.
      app.drover.lab?.faults.disconnect('lab-vc', 'silence');
      takeOut(app);
    }
    await using app = await openMoves({ on: ON, folder: folder.path });

    await untilShown(app, false);
    await eventually(async () => (await countMarks(app)) === 0);
  });

  it('H17 stays closed when it is not empty: its emptying ended incomplete', async () => {
    await using app = await openMoves({ on: ON, vms: { 'app-01': TIED } });
    await ask(app, ENTER);
    await untilCard(app, /ask what becomes of app-01/);
    await app.click('carl', 'Leave: app-01');
    await endCard(app);

    byOthers(app, (console) => console.setHost('esx-01', { cpuCores: 48 }));
    await untilKnown(app, (index) => index.byName('host', 'esx-01')[0]?.body.cpuCores === 48);

    assert.equal(await countMarks(app), 1);
  });

  it('H17 stays closed while a job of Drover works on it', async () => {
    using emptied = createTemporaryFolder('moves');
    {
      await using app = await openMoves({ on: ON, folder: emptied.path });
      await ask(app, ENTER);
      await endCard(app);
      await untilShown(app, true);
    }
    const held = holdStep('unmark-host', 'act');
    await using app = await openMoves({ on: ON, folder: emptied.path, alter: held.alter });
    await ask(app, 'host maintenance exit esx-01', 2);
    await held.reached;

    takeOut(app);
    await untilShown(app, false);
    const during = await countMarks(app);
    held.release();
    await app.jobEnd(2);

    assert.deepEqual([during, await countMarks(app)], [1, 0]);
  });
});
