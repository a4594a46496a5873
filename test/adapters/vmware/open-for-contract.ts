/** The moving estate for the connection contract, with a proxy that loses answers. */
import type { ContractNeed, OpenedConnection } from '#test/contracts/connection-contract.ts';
import { MOVING_ESTATE } from './moving-estate.ts';
import { openVcenter } from './open-vcenter.ts';

const MOVES = ['MigrateVM_Task', 'RelocateVM_Task'];
const CHANGES = [
  ...['CloneVM_Task', 'PowerOnVM_Task', 'PowerOffVM_Task', 'SuspendVM_Task'],
  ...['Destroy_Task', 'ReconfigVM_Task', 'EnterMaintenanceMode_Task', 'ExitMaintenanceMode_Task'],
  ...['CancelTask', ...MOVES],
];

export async function openForContract(
  { vms = 0, isSlow = false }: ContractNeed,
  { isDrsOn = false } = {},
): Promise<OpenedConnection> {
  const more = Array.from({ length: vms }, (_, n) => ({
    api: `filler-${n}`,
  }));
  const estate = { ...MOVING_ESTATE, vms: [...MOVING_ESTATE.vms, ...more] };
  const slow = { CloneVM_Task: 1000, MigrateVM_Task: 1000, RelocateVM_Task: 1000 };
  const opened = await openVcenter({ estate, ...(isSlow && { taskDelayMs: slow }) });
  const { vcsim, proxy, connection } = opened;
  // On, it moves by itself what is on a host that enters maintenance.
  await vcsim.control('drs', { on: isDrsOn });
  const control = (method: string, handle: string) =>
    vcsim.control('as', { user: 'CORP\\anna', method, this: handle, args: {} });
  return {
    connection,
    places: {
      ...{ template: 'tpl', folder: '/prod', host: 'esx3.test', datastore: 'shared-1' },
      ...{ network: 'segment', running: 'web', withoutTools: 'no-tools', stopped: 'two-disks' },
      unreachable: 'orphan',
      moving: {
        ...{ movable: 'movable', otherHost: 'esx5.test', otherDatastore: 'shared-2' },
        ...{ pinned: 'pinned', withoutNetwork: 'esx6.test', awayHost: 'esx7.test' },
        apart: { host: 'esx8.test', datastore: 'far-1' },
      },
    },
    elsewhere: {
      deleteVm: async ({ handle }) => {
        await control('Destroy_Task', handle);
      },
      powerOn: async ({ handle }) => {
        await control('PowerOnVM_Task', handle);
      },
    },
    countMoves: () => proxy.methods.filter((method) => MOVES.includes(method)).length,
    loseNextAnswer: () => {
      for (const method of CHANGES) proxy.add({ method, fault: { kind: 'drop_answer' } });
    },
    cutOff: () => proxy.refuseConnections(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
