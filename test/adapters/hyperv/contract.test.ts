import { describe } from 'node:test';
import {
  type ContractNeed,
  describeConnection,
  type OpenedConnection,
} from '#test/contracts/connection-contract.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

describe('Hyper-V', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();
  describeConnection('real PowerShell over WinRM', (need) => openForContract(open, need));
});

async function openForContract(
  open: ReturnType<typeof keepHyperv>,
  { vms = 0, isSlow = false }: ContractNeed,
): Promise<OpenedConnection> {
  const opened = await open({ vms, ...(isSlow && { createTakesMs: 4000 }) });
  const { site, connection } = opened;
  const requireVm = (id: string) => {
    const vm = site.world.vms.find((one) => one.id === id);
    if (!vm) throw new Error(`the site has no VM ${id}`);
    return vm;
  };
  return {
    connection,
    places: {
      ...{ template: 'win2022', folder: '/', host: 'NODE-1', datastore: 'Volume2' },
      ...{ network: 'vSwitch', running: 'web-01', withoutTools: 'no-guest-01', stopped: 'db-01' },
      unreachable: 'critical-01',
    },
    elsewhere: {
      deleteVm: async ({ identity }) => {
        site.world.vms.splice(site.world.vms.indexOf(requireVm(identity)), 1);
      },
      powerOn: async ({ identity }) => {
        requireVm(identity).state = 'Running';
      },
    },
    numbersNoEvents: true,
    loseNextAnswer: () => site.loseNextAnswer(),
    cutOff: () => site.cutOff(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
