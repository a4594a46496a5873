/** Disks and network adapters of a VM, running or not. */
import type { HardwareFacet } from '#core/ports/connection.ts';
import { requireVmHandle, toHostToken } from './handles.ts';
import type { Hosts } from './hosts.ts';
import type { Places } from './places.ts';
import type { Runs } from './runs.ts';
import { SCRIPTS } from './scripts.ts';

const LIMIT_MS = 10 * 60_000;

export function createHardware(hosts: Hosts, runs: Runs, places: Places): HardwareFacet {
  return {
    nicSettings: ['vlan', 'vmqWeight'],

    addDisk: async (vm, sizeBytes, call) => {
      const { hostId, vmId } = requireVmHandle(vm);
      const host = await hosts.find(hostId, call.signal);
      const own = { VmId: vmId, HostId: hostId, Token: toHostToken(call.stepToken) };
      const parameters = { ...own, SizeBytes: sizeBytes };
      return runs.begin({ host, script: SCRIPTS.addDisk, parameters, timeLimitMs: LIMIT_MS }, call);
    },

    setNic: async (vm, key, { network, vlan, vmqWeight }, call) => {
      const { hostId, vmId } = requireVmHandle(vm);
      const host = await hosts.find(hostId, call.signal);
      const switchId = network && (await places.findSwitchId(host, network, call.signal));
      const parameters = {
        ...{ VmId: vmId, HostId: hostId, NicId: key },
        ...(network !== undefined && { SwitchId: switchId ?? '' }),
        ...(vlan !== undefined && { VlanId: vlan }),
        ...(vmqWeight !== undefined && { VmqWeight: vmqWeight }),
      };
      return runs.begin({ host, script: SCRIPTS.setNic, parameters, timeLimitMs: LIMIT_MS }, call);
    },
  };
}
