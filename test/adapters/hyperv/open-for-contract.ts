/** What the contract of connections needs of a site of Hyper-V. */
import type {
  ContractNeed,
  OpenConnection,
  OpenedConnection,
} from '#test/contracts/connection-contract.ts';
import { keepHyperv } from './open-hyperv.ts';

/** Gives the contract's way to open a site; called once in a file, outside of tests. */
export function keepForContract(): OpenConnection {
  const open = keepHyperv();
  return (need) => openForContract(open, need);
}

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
