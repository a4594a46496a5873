/** @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.VirtualMachine.html */
import type { PowerFacet } from '#core/ports/connection.ts';
import type { Changer } from './changer.ts';

/** vSphere has no pause; what it suspends is written to disk, and `PowerOnVM_Task` brings it back. */
export function createPower({ change }: Changer): PowerFacet {
  return {
    start: (vm, call) => change(vm, async () => ({ operation: 'PowerOnVM_Task' }), call.signal),
    shutdownGuest: async (vm, call) => {
      await change(vm, async () => ({ operation: 'ShutdownGuest' }), call.signal);
    },
    stop: (vm, call) => change(vm, async () => ({ operation: 'PowerOffVM_Task' }), call.signal),
    save: (vm, call) => change(vm, async () => ({ operation: 'SuspendVM_Task' }), call.signal),
  };
}
