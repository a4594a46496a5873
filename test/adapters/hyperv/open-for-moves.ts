/** What the contract of moves and of maintenance needs: a cluster whose second node is empty, and one that nobody reaches. */
import type {
  ContractNeed,
  OpenConnection,
  OpenedConnection,
} from '#test/contracts/connection-contract.ts';
import { readAll } from '#test/contracts/connection-contract-actors.ts';
import type { World } from '#test/fakes/hyperv/world/world.ts';
import { keepHyperv, type OpenedHyperv } from './open-hyperv.ts';

/** Really, for each second of the model that a script waits. */
const SLOW_POLL_MS = 500;

/** Gives the contract's way to open such a site; called once in a file, outside of tests. */
export function keepForMoves({ withAway = true } = {}): OpenConnection {
  const open = keepHyperv();
  return async ({ isSlow = false }: ContractNeed) => {
    const takesMs = isSlow ? { 'Start-Sleep': SLOW_POLL_MS } : {};
    const build = (world: World) => buildMoves(world, withAway);
    const opened = await open({ build, takesMs, config: { templates: [] } });
    if (withAway) {
      // Drover has seen it before it goes.
      await readAll(opened.connection);
      await opened.site.loseNode('node-3');
    }
    return toOpened(opened, withAway);
  };
}

/** `node-2` is empty, `node-3` goes away. */
function buildMoves(world: World, withAway: boolean): void {
  const nodes = ['node-1', 'node-2', ...(withAway ? ['node-3'] : [])];
  for (const name of nodes) world.addHost(name);
  world.addCluster('c1', nodes, ['Volume1', 'Volume2']);
  const add = (name: string, more: Parameters<World['addVm']>[2] = {}) => {
    const path = `C:\\ClusterStorage\\Volume2\\${name}`;
    const disks = [`${path}\\system.vhdx`, `${path}\\data.vhdx`];
    const vm = world.addVm('node-1', name, { path, disks, state: 'Running', ...more });
    world.addRole(vm);
    return vm;
  };
  add('web-01');
  add('db-01', { state: 'Off' });
  add('no-guest-01', { noGuest: true });
  add('pinned-01', { isPinned: true }).devices.push('pci');
  add('replica-01', { state: 'Off', replication: 'Replica' });
}

function toOpened(opened: OpenedHyperv, withAway: boolean): OpenedConnection {
  const { site, connection } = opened;
  const requireVm = (id: string) => {
    const vm = site.world.vms.find((one) => one.id === id);
    if (!vm) throw new Error(`the site has no VM ${id}`);
    return vm;
  };
  return {
    connection,
    places: {
      // Neither facet makes a VM.
      ...{ template: 'none', folder: '/', host: 'NODE-1', datastore: 'Volume2' },
      ...{ network: 'vSwitch', running: 'web-01', withoutTools: 'no-guest-01', stopped: 'db-01' },
      moving: {
        ...{ movable: 'web-01', otherHost: 'NODE-2', otherDatastore: 'Volume1' },
        pinned: 'pinned-01',
        ...(withAway && { awayHost: 'NODE-3' }),
      },
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
    countMoves: () => site.journal.filter(({ cmdlet }) => cmdlet.startsWith('Move-')).length,
    loseNextAnswer: () => site.loseNextAnswer(),
    cutOff: () => site.cutOff(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
