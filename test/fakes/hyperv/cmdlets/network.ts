/** Adapters of VMs and what they are connected to. */
import { refusals } from '../world/errors.ts';
import type { WorldNic } from '../world/parts.ts';
import { readText, toList } from '../world/views.ts';
import { type Handler, type HandlerCall, nothing, readOptional } from './handler.ts';

const each =
  (change: (nic: WorldNic, call: HandlerCall) => void): Handler =>
  (call) => {
    if (call.bound.VMNetworkAdapter === undefined)
      throw new Error(`${call.cmdlet}: the model takes adapters by -VMNetworkAdapter only`);
    for (const adapter of toList(call.bound.VMNetworkAdapter)) {
      const vm = call.world.findVm(call.host.name, readText(adapter, 'VMId'));
      const nic = vm?.nics.find(({ id }) => id === readText(adapter, 'Id'));
      if (!nic) throw refusals.missing('The network adapter was not found.');
      change(nic, call);
    }
    return nothing;
  };

export const networkCmdlets: Readonly<Record<string, Handler>> = {
  'Connect-VMNetworkAdapter': each((nic, { bound }) => {
    nic.switchId = readText(bound.VMSwitch, 'Id');
  }),
  'Disconnect-VMNetworkAdapter': each((nic) => {
    nic.switchId = undefined;
  }),
  'Set-VMNetworkAdapter': each((nic, { bound }) => {
    const weight = Number(bound.VmqWeight);
    if (weight > 100) throw refusals.invalid('The weight is 0 to 100.', String(weight));
    nic.vmqWeight = weight;
  }),
  'Set-VMNetworkAdapterVlan': each((nic, { bound }) => {
    const vlan = Number(readOptional(bound, 'VlanId') ?? 0);
    if (!bound.Untagged && (vlan < 1 || vlan > 4094))
      throw refusals.invalid('The VLAN is 1 to 4094.', String(vlan));
    nic.vlanId = bound.Untagged ? 0 : vlan;
  }),
};
