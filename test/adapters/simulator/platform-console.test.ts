/** What somebody does at the vendor's console shows as a platform would show it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlatformConsole } from '#adapters/simulator/platform-console.ts';
import type { EstateChange } from '#core/ports/connection.ts';
import { newCall, openTestLab, type TestLab } from './open-lab.ts';

const { signal } = newCall();

/** What is told of a change, `gone vm-201` or `seen web-01`. */
async function toldOf(
  { lab, vc }: TestLab,
  change: (console: PlatformConsole) => void,
): Promise<readonly string[]> {
  const mark = await vc.estate.snapshot(async () => {}, signal);
  const end = new AbortController();
  const told: EstateChange[] = [];
  const following = vc.estate.changes(
    mark,
    async (changes) => {
      told.push(...changes);
      end.abort();
    },
    end.signal,
  );
  lab.faults.changeByOthers(vc.id, change);
  await following;
  return told.map((it) =>
    it.change === 'seen' ? `seen ${it.object.body.name}` : `gone ${it.kind}`,
  );
}

describe('at the console', () => {
  it('a VM registered again has a new handle and its identity', async () => {
    await using test = openTestLab();
    const before = await test.ref('vm', 'web-01');

    const told = await toldOf(test, (it) => it.registerAgain('web-01'));

    const after = await test.ref('vm', 'web-01');
    assert.notEqual(after.handle, before.handle);
    assert.equal(after.identity, before.identity);
    assert.deepEqual(told, ['gone vm', 'seen web-01']);
  });

  it('a copy has the identity of the first', async () => {
    await using test = openTestLab();
    const { vc, lab } = test;
    const first = await test.ref('vm', 'web-01');

    const handle = lab.faults.changeByOthers(vc.id, (it) => it.copyVm('web-01'));

    const copy = await vc.estate.read({ kind: 'vm', handle }, signal);
    assert.equal(copy?.identity, first.identity);
    assert.ok(copy?.kind === 'vm' && copy.body.power === 'off');
  });

  it('a template replaced under its name is not the one that was approved', async () => {
    await using test = openTestLab();
    const { vc, lab } = test;
    const wish = await test.wish('web-07');

    lab.faults.changeByOthers(vc.id, (it) => it.replaceTemplate('ubuntu-24'));

    const failing = vc.provisioning.clone(wish, newCall());
    await assert.rejects(failing, ({ end }) => end !== 'unknown');
    assert.notEqual((await test.ref('template', 'ubuntu-24')).identity, wish.template.identity);
  });

  it('the installation becomes another one, and old marks are of no use', async () => {
    await using test = openTestLab();
    const { vc, lab } = test;
    const before = await vc.estate.identify(signal);
    const mark = await vc.estate.snapshot(async () => {}, signal);

    lab.faults.changeByOthers(vc.id, (it) => it.changeIdentity());

    assert.notEqual((await vc.estate.identify(signal)).identity, before.identity);
    await assert.rejects(
      vc.estate.changes(mark, async () => {}, signal),
      { code: 'session_lost' },
    );
  });

  it('many VMs vanish at once', async () => {
    await using test = openTestLab();
    const before = (await test.names('vm')).length;

    const lost = test.lab.faults.changeByOthers('lab-vc', (it) => it.loseVms(0.2));

    assert.equal((await test.names('vm')).length, before - lost);
    assert.equal(lost, before * 0.2);
  });

  it('a host goes away and comes back with its VMs as they were', async () => {
    await using test = openTestLab();
    const { hostHandle, power } = (await test.find('vm', 'web-01')).body;
    const host = hostHandle ?? '';
    const memory = (await test.find('host', 'esx-03')).body.memoryUsedBytes;

    test.lab.faults.changeByOthers('lab-vc', (it) => it.setHost(host, { state: 'not_responding' }));
    const away = (await test.find('vm', 'web-01')).body;
    test.lab.faults.changeByOthers('lab-vc', (it) => it.setHost(host, { state: 'connected' }));
    const back = (await test.find('vm', 'web-01')).body;

    assert.deepEqual([away.power, away.isReachable], ['unknown', false]);
    assert.deepEqual(
      [back.power, back.isReachable, back.platformState],
      [power, true, 'poweredOn'],
    );
    assert.equal((await test.find('host', 'esx-03')).body.memoryUsedBytes, memory);
  });

  it('somebody is faster, right before the call', async () => {
    await using test = openTestLab();
    const { vc, lab } = test;
    const vm = await test.ref('vm', 'web-01');
    const aim = { connectionId: vc.id };
    lab.faults.changeByOthersBefore('stop', (it) => it.setPower('web-01', 'off'), aim);

    await assert.rejects(vc.power.stop(vm, newCall()), { code: 'wrong_power_state' });
  });

  it('a disk that another VM uses breaks that VM when it is deleted; one taken off stays', async () => {
    await using test = openTestLab({ speed: 0 });
    const { vc, lab } = test;
    const [first, second] = (await test.find('vm', 'db-01')).body.disks;
    assert.ok(first && second);
    lab.faults.changeByOthers(vc.id, (it) => {
      it.setPower('db-01', 'off');
      it.editVm('db-02', { disks: [first] });
    });
    const vm = await test.ref('vm', 'db-01');

    await vc.provisioning.detachDisks(vm, [second.key], newCall());
    await vc.provisioning.delete(vm, newCall());

    assert.deepEqual(lab.keptFiles(vc.id), [{ file: second.file, sizeBytes: second.sizeBytes }]);
    const other = (await test.find('vm', 'db-02')).body;
    assert.ok(other.unreadable !== undefined && !other.isReachable);
  });

  it('moves, renames and fills without asking', async () => {
    await using test = openTestLab();

    test.lab.faults.changeByOthers('lab-vc', (it) => {
      it.renameVm('web-01', 'www-01');
      it.moveVm('www-01', { folder: '/lab', host: 'esx-02' });
      it.fillDatastore('SAN-A');
    });

    const { folderHandle, hostHandle } = (await test.find('vm', 'www-01')).body;
    assert.equal(folderHandle, (await test.ref('folder', '/lab')).handle);
    assert.equal(hostHandle, (await test.ref('host', 'esx-02')).handle);
    assert.equal((await test.find('datastore', 'SAN-A')).body.freeBytes, 0);
  });
});
