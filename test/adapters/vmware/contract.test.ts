import { describe } from 'node:test';
import {
  type ContractNeed,
  describeConnection,
  type OpenedConnection,
} from '#test/contracts/connection-contract.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openVcenter } from './open-vcenter.ts';
import { SMALL_ESTATE } from './small-estate.ts';

const CHANGES = [
  ...['CloneVM_Task', 'PowerOnVM_Task', 'PowerOffVM_Task', 'SuspendVM_Task'],
  ...['Destroy_Task', 'ReconfigVM_Task'],
];

describe('vCenter', needsPeer('vcsim', 'openssl'), () => {
  describeConnection('vcsim', openForContract);
});

async function openForContract({
  vms = 0,
  isSlow = false,
}: ContractNeed): Promise<OpenedConnection> {
  const more = Array.from({ length: vms }, (_, n) => ({
    api: `filler-${n}`,
  }));
  const estate = { ...SMALL_ESTATE, vms: [...SMALL_ESTATE.vms, ...more] };
  const opened = await openVcenter({
    estate,
    ...(isSlow && { taskDelayMs: { CloneVM_Task: 1000 } }),
  });
  const { vcsim, proxy, connection } = opened;
  const control = (method: string, handle: string) =>
    vcsim.control('as', { user: 'CORP\\anna', method, this: handle, args: {} });
  return {
    connection,
    places: {
      ...{ template: 'tpl', folder: '/prod', host: 'esx3.test', datastore: 'shared-1' },
      ...{ network: 'segment', running: 'web', withoutTools: 'no-tools', stopped: 'two-disks' },
      unreachable: 'orphan',
    },
    elsewhere: {
      deleteVm: async ({ handle }) => {
        await control('Destroy_Task', handle);
      },
      powerOn: async ({ handle }) => {
        await control('PowerOnVM_Task', handle);
      },
    },
    loseNextAnswer: () => {
      for (const method of CHANGES) proxy.add({ method, fault: { kind: 'drop_answer' } });
    },
    cutOff: () => proxy.refuseConnections(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
