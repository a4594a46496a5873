/** The power facet: one script a deed, the VM and its host checked in it right before (H02). */
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { Call, PowerFacet } from '#core/ports/connection.ts';
import { requireVmHandle } from './handles.ts';
import type { Hosts } from './hosts.ts';
import type { Runs } from './runs.ts';
import { type HypervScript, SCRIPTS } from './scripts.ts';

const MINUTE_MS = 60_000;
/** Memory is written to disk: 512 GiB at 300 MB/s take half an hour. */
const SAVE_LIMIT_MS = 60 * MINUTE_MS;
const LIMIT_MS = 10 * MINUTE_MS;

export function createPower(hosts: Hosts, runs: Runs): PowerFacet {
  const deed =
    (script: HypervScript<unknown>, timeLimitMs = LIMIT_MS) =>
    async (vm: ObjectRef, call: Call) => {
      const { hostId, vmId } = requireVmHandle(vm);
      const host = await hosts.find(hostId, call.signal);
      const parameters = { VmId: vmId, HostId: hostId };
      return runs.begin({ host, script, parameters, timeLimitMs }, call);
    };
  const shutdown = deed(SCRIPTS.shutdownVm);
  return {
    // A saved VM's memory is read back.
    start: deed(SCRIPTS.startVm, SAVE_LIMIT_MS),
    /** A guest that does not listen is an error at once; one that does takes its time, and nobody waits for it here. */
    shutdownGuest: async (vm, call) => {
      await shutdown(vm, call);
    },
    stop: deed(SCRIPTS.stopVm),
    save: deed(SCRIPTS.saveVm, SAVE_LIMIT_MS),
    pause: deed(SCRIPTS.pauseVm),
    resume: deed(SCRIPTS.resumeVm),
  };
}
