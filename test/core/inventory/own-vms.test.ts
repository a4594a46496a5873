/** By what a VM is known that Drover itself needs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VmBody } from '#core/inventory/estate-object.ts';
import { createOwnVms, NO_MARKS, type OwnPurpose } from '#core/inventory/own-vms.ts';
import { make, makeIndex } from '../estate-makers.ts';

const DROVER: OwnPurpose = { what: 'drover', name: 'drover-01' };
const VCENTER: OwnPurpose = { what: 'vcenter', name: 'prod-vc' };

const ADDRESSES = {
  servers: new Map([
    ['172.17.0.1', [DROVER]],
    ['10.0.0.9', [VCENTER]],
    ['2001:db8::9', [VCENTER]],
  ]),
  macAddresses: new Set(['005056400001']),
};

const card = (macAddress: string) => [{ key: '4000', label: 'NIC 1', macAddress }];

function purposesOf(body: Partial<VmBody>): readonly string[] {
  const vm = make('vm', 'vm-1', { body });
  const ownVms = createOwnVms(makeIndex([vm]), []);
  ownVms.setAddresses(ADDRESSES);
  return ownVms.purposesOf(vm).map(({ what }) => what);
}

describe('VMs that Drover needs, by address', () => {
  it('H21 an address of a vCenter is enough, once however often it is shown', () => {
    assert.deepEqual(purposesOf({ ipAddresses: ['10.0.0.9', '2001:DB8::9'] }), ['vcenter']);
    assert.deepEqual(purposesOf({ ipAddresses: ['10.0.0.10'] }), []);
    assert.deepEqual(purposesOf({}), []);
  });

  it('H21 an address of this machine counts with one of its network cards alone', () => {
    const ipAddresses = ['172.17.0.1'];

    assert.deepEqual(purposesOf({ ipAddresses, nics: card('00:50:56:40:00:01') }), ['drover']);
    assert.deepEqual(purposesOf({ ipAddresses, nics: card('00-50-56-40-00-02') }), []);
    assert.deepEqual(purposesOf({ ipAddresses, nics: [] }), ['drover']);
  });
});

describe('VMs that Drover needs, as they were found', () => {
  const found = { connection: 'vc', identity: 'identity-of-vm-1', purposes: [VCENTER] };

  function lookAnew(body: Partial<VmBody>) {
    const ownVms = createOwnVms(makeIndex([make('vm', 'vm-1', { body })]), []);
    ownVms.setAddresses(ADDRESSES);
    ownVms.setMarks({ ...NO_MARKS, found: [found] });
    return ownVms.lookAnew().found;
  }

  it('H09 H21 no address shown takes nothing back; another one does', () => {
    assert.deepEqual(lookAnew({ power: 'off' }), [found]);
    assert.deepEqual(lookAnew({ ipAddresses: [] }), [found]);
    assert.deepEqual(lookAnew({ ipAddresses: ['10.0.0.77'] }), []);
  });

  it('H21 they are found without a look at every VM, in an order that stays', () => {
    const shows = (handle: string, address: string) =>
      make('vm', handle, { body: { ipAddresses: [address] } });
    const vms = [
      shows('vm-2', '10.0.0.9'),
      shows('vm-1', '2001:DB8::9'),
      shows('vm-3', '10.0.0.1'),
    ];
    const lookAt = (objects: typeof vms) => {
      const noScan = () => assert.fail('looked at all');
      const ownVms = createOwnVms({ ...makeIndex(objects), all: noScan }, []);
      ownVms.setAddresses(ADDRESSES);
      return ownVms.lookAnew().found;
    };

    assert.deepEqual(
      lookAt(vms).map(({ identity }) => identity),
      ['identity-of-vm-1', 'identity-of-vm-2'],
    );
    assert.deepEqual(lookAt(vms.toReversed()), lookAt(vms));
  });

  it('H21 what is no more is forgotten', () => {
    const ownVms = createOwnVms(makeIndex([]), []);
    ownVms.setMarks({ ...NO_MARKS, found: [found] });

    assert.deepEqual(ownVms.lookAnew().found, []);
  });
});

describe('VMs that Drover needs, by a configured name', () => {
  const configured = [{ connection: 'vc', vm: 'dc-01' }];
  const pin = { connection: 'vc', vm: 'dc-01', identity: 'identity-of-vm-1' };

  it('H21 the name of its connection alone, and pinned when one bears it', () => {
    const vm = make('vm', 'vm-1', { body: { name: 'dc-01' } });
    const other = make('vm', 'vm-2', { connectionId: 'hv', body: { name: 'dc-01' } });
    const ownVms = createOwnVms(makeIndex([vm, other]), configured);

    assert.deepEqual(ownVms.purposesOf(vm), [{ what: 'configured', name: 'dc-01' }]);
    assert.deepEqual(ownVms.purposesOf(other), []);
    assert.deepEqual(ownVms.lookAnew().pinned, [pin]);
  });

  it('H21 pinned to one that is no more, it means whoever bears the name', () => {
    const heir = make('vm', 'vm-2', { body: { name: 'dc-01' } });
    const ownVms = createOwnVms(makeIndex([heir]), configured);
    ownVms.setMarks({ ...NO_MARKS, pinned: [pin] });

    assert.equal(ownVms.purposesOf(heir).length, 1);
    assert.deepEqual(ownVms.lookAnew().pinned, [pin]);
  });
});
