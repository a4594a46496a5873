/** Disks and cards of a VM on a vCenter, beyond what the contract asks of every platform. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toAddedDisk, toCardDevice } from '#adapters/vmware/hardware-spec.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  carryOut,
  findByHandle,
  GIB,
  newCall,
  type OpenedVcenter,
  openVcenter,
  readAll,
  readVm,
  refVm,
  toRef,
} from './open-vcenter.ts';

const SCSI = {
  _type: 'ParaVirtualSCSIController',
  key: 1000,
  busNumber: 0,
  sharedBus: 'noSharing',
};
const disksOn = (controllerKey: number, units: readonly number[]) =>
  units.map((unitNumber) => ({
    ...{ _type: 'VirtualDisk', key: 2000 + unitNumber, controllerKey, unitNumber },
  }));

describe('the place of a new disk', () => {
  const placeOf = (devices: Parameters<typeof toAddedDisk>[0]) => {
    const { controllerKey, unitNumber } = toAddedDisk(devices, '[a] b/c.vmdk', GIB);
    return [controllerKey, unitNumber];
  };
  const UNITS = Array.from({ length: 16 }, (_, unit) => unit);

  it('is the first that is free on a SCSI controller, never its own', () => {
    assert.deepEqual(placeOf([SCSI]), [1000, 0]);
    assert.deepEqual(placeOf([SCSI, ...disksOn(1000, [0, 2])]), [1000, 1]);
    assert.deepEqual(placeOf([SCSI, ...disksOn(1000, [0, 1, 2, 3, 4, 5, 6])]), [1000, 8]);
  });

  it('is on the next controller when the first is full, and never where other VMs share the bus', () => {
    const second = { ...SCSI, _type: 'VirtualLsiLogicController', key: 1001, busNumber: 1 };
    const full = [SCSI, ...disksOn(1000, UNITS)];

    assert.deepEqual(placeOf([second, ...full]), [1001, 0]);
    for (const devices of [full, [{ ...SCSI, sharedBus: 'physicalSharing' }], []])
      assert.throws(() => placeOf(devices), { code: 'disk_unusable', end: 'refused' });
  });
});

describe('a card that is changed', () => {
  const card = {
    ...{ _type: 'VirtualVmxnet3', key: 4000, controllerKey: 100, unitNumber: 7 },
    ...{ macAddress: '00:50:56:80:00:01', addressType: 'assigned', wakeOnLanEnabled: true },
    connectable: { connected: true, startConnected: true, allowGuestControl: false },
    backing: { port: { portgroupKey: 'dvportgroup-1', switchUuid: '50 01' } },
  };
  const wish = { vm: 'vm-1', key: '4000', network: null, isRunning: true };

  it('is sent whole: what an edit leaves out could be taken as unset', () => {
    assert.deepEqual(toCardDevice([card], wish), {
      ...{ _type: 'VirtualVmxnet3', key: 4000, controllerKey: 100, unitNumber: 7 },
      ...{ macAddress: '00:50:56:80:00:01', addressType: 'assigned', wakeOnLanEnabled: true },
      connectable: { connected: false, startConnected: false, allowGuestControl: false },
      backing: {
        _type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo',
        port: { portgroupKey: 'dvportgroup-1', switchUuid: '50 01' },
      },
    });
  });

  it('of a kind that is not known here is left alone, as is one that is gone', () => {
    const odd = { ...card, _type: 'VirtualSriovEthernetCard' };

    assert.throws(() => toCardDevice([odd], wish), { code: 'not_supported', end: 'not_started' });
    assert.throws(() => toCardDevice([], wish), { code: 'parts_changed', end: 'not_started' });
  });
});

describe('hardware on a vCenter', needsPeer('vcsim', 'openssl'), () => {
  const hardwareOf = ({ connection }: OpenedVcenter) => {
    assert.ok(connection.hardware);
    return connection.hardware;
  };
  const readNic = async (opened: OpenedVcenter, handle: string) =>
    (await readVm(opened, handle))?.body.nics[0];

  it('adds a thin disk beside the VM’s own files', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1104');
    const call = newCall({ stepToken: 'job-1/add-disk' });

    await carryOut(opened, (it) => hardwareOf(opened).addDisk(vm, 7 * GIB, it), call);

    const added = (await readVm(opened, 'vm-1104'))?.body.disks[2];
    assert.equal(added?.file, '[shared-1] two-disks/drover-job-1_add-disk.vmdk');
    const sent = opened.proxy.calls.find(({ method }) => method === 'ReconfigVM_Task')?.head ?? '';
    assert.match(sent, /fileOperation>create</);
    assert.match(sent, /thinProvisioned>true</);
  });

  it('puts a card on each kind of network: standard, distributed and opaque', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1102');
    const all = await readAll(opened.connection);
    const { macAddress } = (await readNic(opened, 'vm-1102')) ?? {};

    for (const handle of ['network-1024', 'dvportgroup-1023', 'network-1025']) {
      const network = toRef(findByHandle(all, 'network', handle));
      await carryOut(opened, (call) => hardwareOf(opened).setNic(vm, '4000', { network }, call));

      const nic = await readNic(opened, 'vm-1102');
      assert.deepEqual([nic?.networkHandle, nic?.connected], [handle, true]);
      assert.equal(nic?.macAddress, macAddress);
    }
  });

  it('of a VM that is off sets what holds at its start', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1104');
    const network = toRef(
      findByHandle(await readAll(opened.connection), 'network', 'dvportgroup-1022'),
    );
    const set = (wished: typeof network | null) =>
      carryOut(opened, (it) => hardwareOf(opened).setNic(vm, '4000', { network: wished }, it));

    await set(null);
    const off = await readNic(opened, 'vm-1104');
    await set(network);
    const on = await readNic(opened, 'vm-1104');

    assert.deepEqual([off?.connected, on?.connected], [false, true]);
    assert.equal(on?.networkHandle, 'dvportgroup-1022');
    const last = opened.proxy.calls.filter(({ method }) => method === 'ReconfigVM_Task').at(-1);
    assert.match(last?.head ?? '', /startConnected>true<.*<(\w+:)?connected>false</s);
  });

  it('is refused a network that is no more, before anything is sent', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1102');
    const known = findByHandle(await readAll(opened.connection), 'network', 'network-1024');
    const network = { ...toRef(known), handle: 'network-9999' };

    const failing = hardwareOf(opened).setNic(vm, '4000', { network }, newCall());

    await assert.rejects(failing, ({ end }) => end === 'not_started');
    assert.ok(!opened.proxy.methods.includes('ReconfigVM_Task'));
  });

  it('H17 changes no card of a VM that was changed since it was looked at', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1102');
    const by = { user: 'CORP\\anna', method: 'ReconfigVM_Task', this: 'vm-1102' };
    await opened.vcsim.control('as', { ...by, args: { spec: { annotation: 'by hand' } } });
    await opened.vcsim.control('rule', { method: 'ReconfigVM_Task', fault: 'ConcurrentAccess' });

    const failing = carryOut(opened, (call) =>
      hardwareOf(opened).setNic(vm, '4000', { network: null }, call),
    );

    await assert.rejects(failing, { code: 'another_task_runs', end: 'refused' });
    const sent = opened.proxy.calls.find(({ method }) => method === 'ReconfigVM_Task');
    assert.match(sent?.head ?? '', /changeVersion>[^<]+</);
  });
});
