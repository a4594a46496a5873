/** The plans of `vm network connect` and `disconnect`: which network, which adapter, and the way back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toNoteWords } from '#bot/cards/plan-blocks.ts';
import type { NicBody } from '#core/inventory/vm-parts.ts';
import {
  type VmNetworkConnectInput,
  vmNetworkConnect,
  vmNetworkDisconnect,
} from '#core/operations/vm-network.ts';
import type { Plan } from '#core/plan/plan.ts';
import { codesOf, idOf, makePartsWorld, type PartsWish, VM_ID, wordsOf } from './parts-world.ts';

const NIC_KEY = '4000';
const DMZ = [idOf('net-2a'), idOf('net-2b')];
const connect = (wished: Partial<VmNetworkConnectInput> = {}, wish: PartsWish = {}) =>
  vmNetworkConnect.plan(
    { vmId: VM_ID, nicKey: NIC_KEY, networkIds: DMZ, ...wished },
    makePartsWorld(wish),
  );
const disconnect = (wish: PartsWish = {}) =>
  vmNetworkDisconnect.plan({ vmId: VM_ID, nicKey: NIC_KEY }, makePartsWorld(wish));

const HYPERV: PartsWish = {
  connection: { hardware: { nicSettings: ['vlan', 'vmqWeight'] } } as never,
};
const withNic = (...changes: readonly Partial<NicBody>[]): PartsWish => {
  const [nic] = makePartsWorld().index.get('vm', VM_ID)?.body.nics ?? [];
  assert.ok(nic);
  return { vm: { nics: changes.map((change) => ({ ...nic, ...change })) } };
};
const notesOf = ({ advice }: Plan) => advice.notes.map(toNoteWords);
const stepOf = ({ steps }: Plan) => steps[0]?.input as Readonly<Record<string, unknown>>;

describe('the plan of an adapter that comes to a network', () => {
  it('takes of two of the name the one that the VM’s host sees, and says that traffic is interrupted', () => {
    const plan = connect();

    assert.deepEqual(plan.blockers, []);
    assert.equal((stepOf(plan).network as { handle: string }).handle, 'net-2b');
    assert.deepEqual(plan.bounds.effects, { [VM_ID]: 'pause' });
    assert.equal(plan.bounds.exact.network, 'DMZ (identity-of-net-2b)');
    assert.equal(plan.bounds.exact.nic, 'Network adapter 1 (4000)');
    assert.deepEqual(notesOf(plan), [
      'Network adapter 1 comes to DMZ; its traffic is interrupted.',
      'It is on office now; the way back is: vm network connect web office',
    ]);
  });

  it('names in its way back the adapter, where there are several, and what else is changed', () => {
    const second = { key: '4001', label: 'Network adapter 2' };
    const nics = withNic({ vlan: 7, vmqWeight: 60, networkName: 'office 1' }, second);

    const plan = connect({ vlan: 120, vmqWeight: 0 }, { ...HYPERV, ...nics });

    assert.deepEqual(plan.blockers, []);
    assert.deepEqual(notesOf(plan), [
      'Network adapter 1 comes to DMZ, VLAN 120, VMQ weight 0; its traffic is interrupted.',
      'It is on office 1 now; the way back is: vm network connect web "office 1" --nic "Network adapter 1" --vlan 7 --vmq-weight 60',
    ]);
    assert.deepEqual([stepOf(plan).vlan, stepOf(plan).vmqWeight], [120, 0]);
  });

  it('is refused a network that the VM’s host does not have, or whose host nobody knows', () => {
    const elsewhere = { networkIds: [idOf('net-3')] };

    assert.deepEqual(wordsOf(connect(elsewhere)), [
      'esx-1, on which web is, does not have the network elsewhere.',
    ]);
    assert.deepEqual(codesOf(connect({}, { vm: { hostHandle: undefined } })), ['vm_place_unknown']);
    assert.deepEqual(codesOf(connect({ networkIds: ['id-of-none'] })), ['target_gone']);
  });

  it('is refused settings that the platform does not have on an adapter, in words', () => {
    assert.deepEqual(wordsOf(connect({ vlan: 120, vmqWeight: 0 })), [
      'On vCenter the network has its VLAN; connect it to the network of that VLAN.',
      'VMQ is a setting of Hyper-V; vc has none. Leave --vmq-weight out.',
    ]);
    assert.deepEqual(codesOf(connect({}, { connection: { hardware: undefined } as never })), [
      'connection_cannot',
    ]);
  });

  it('is refused what is so already, each setting by itself', () => {
    const there = { networkIds: [idOf('net-1')] };
    const tagged = { ...HYPERV, ...withNic({ vlan: 7 }) };

    assert.deepEqual(wordsOf(connect(there)), [
      'Network adapter 1 of web is on office already, as wished.',
    ]);
    assert.deepEqual(codesOf(connect(there, withNic({ connected: false }))), []);
    assert.deepEqual(codesOf(connect({ ...there, vlan: 7 }, tagged)), ['nic_already_so']);
    assert.deepEqual(codesOf(connect({ ...there, vlan: 8 }, tagged)), []);
  });

  it('judges rights by the name of the network', () => {
    const { index } = makePartsWorld();
    const input = { vmId: VM_ID, nicKey: NIC_KEY, networkIds: DMZ };

    assert.deepEqual(vmNetworkConnect.argumentsOf?.(input, index), { networkName: 'DMZ' });
  });
});

describe('the plan of an adapter that is taken off its network', () => {
  it('wishes for no network, and names the way back', () => {
    const plan = disconnect();

    assert.deepEqual(plan.blockers, []);
    assert.equal(stepOf(plan).network, null);
    assert.deepEqual(plan.bounds.effects, { [VM_ID]: 'pause' });
    assert.deepEqual(notesOf(plan), [
      'Network adapter 1 is taken off its network; its traffic ends at once.',
      'It is on office now; the way back is: vm network connect web office',
    ]);
  });

  it('is refused where it is on none, and where the adapter is gone', () => {
    assert.deepEqual(wordsOf(disconnect(withNic({ connected: false }))), [
      'Network adapter 1 of web is on no network.',
    ]);
    assert.deepEqual(wordsOf(disconnect({ vm: { nics: [] } })), [
      'web has no network adapter 4000 any more.',
    ]);
    assert.deepEqual(codesOf(disconnect({ vm: { power: 'paused' } })), ['vm_neither_on_nor_off']);
  });

  it('H09 does not take a network that is not shown for none', () => {
    const unknown = { networkHandle: undefined, networkName: undefined, connected: undefined };

    const plan = disconnect(withNic(unknown));

    assert.deepEqual(plan.blockers, []);
    assert.match(notesOf(plan).join('\n'), /On which network it is now is not known/);
  });
});
