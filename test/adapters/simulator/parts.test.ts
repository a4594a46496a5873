/** What the lab enforces, as platforms do, when the parts of a VM are changed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCode } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import { GIB, newCall, openTestLab, type TestLab, toTestRef } from './open-lab.ts';

const hardwareOf = ({ vc }: TestLab) => {
  assert.ok(vc.hardware);
  return vc.hardware;
};

async function assertRefused(failing: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(failing, { code, end: 'refused' });
}

describe('what the lab refuses of a VM’s parts', () => {
  it('a network that the VM’s host does not have, of whatever name, and an uplink', async () => {
    await using test = openTestLab();
    const vm = await test.ref('vm', 'web-01');
    const own = (await test.find('host', 'esx-03')).body.networkHandles;
    const others = (await test.find('host', 'esx-06')).body.networkHandles;
    const handle = others.find((it) => !own.includes(it)) ?? '';
    const other = await test.vc.estate.read({ kind: 'network', handle }, newCall().signal);
    assert.ok(other?.body.name === 'DMZ');
    const set = (network: ObjectRef) => hardwareOf(test).setNic(vm, '4000', { network }, newCall());

    await assertRefused(set(toTestRef('lab-vc', other)), 'network_unavailable');
    await assertRefused(set(await test.ref('network', 'dvs-main-uplinks')), 'network_unavailable');
  });

  it('space that a new disk under way is going to take', async () => {
    await using test = openTestLab();
    const { handle: datastoreHandle } = await test.ref('datastore', 'SAN-A');
    test.lab.faults.changeByOthers('lab-vc', (it) => {
      it.fillDatastore('SAN-A', 100 * GIB);
      for (const name of ['web-01', 'web-02']) it.editVm(name, { datastoreHandle });
    });
    const add = async (name: string) =>
      hardwareOf(test).addDisk(await test.ref('vm', name), 60 * GIB, newCall());
    await add('web-01');

    await assertRefused(add('web-02'), 'not_enough_space');
  });

  it('a seventeenth disk of a controller, and one for a VM that is suspended', async () => {
    await using test = openTestLab({ speed: 0 });
    const vm = await test.ref('vm', 'web-01');
    const add = () => hardwareOf(test).addDisk(vm, GIB, newCall());
    for (let added = 0; added < 14; added++) await add();

    await assertRefused(add(), 'disk_unusable');

    const { disks } = (await test.find('vm', 'web-01')).body;
    const labels = disks.map(({ label }) => label);
    assert.ok(!labels.includes('SCSI 0:7'), 'that is the controller’s own place');
    assert.equal(new Set(labels).size, 15);
    test.lab.faults.changeByOthers('lab-vc', (it) => it.setPower('web-02', 'suspended'));
    const other = await test.ref('vm', 'web-02');
    await assertRefused(hardwareOf(test).addDisk(other, GIB, newCall()), 'wrong_power_state');
  });
});
