/** The lab's connections pass the contract of the connection port, each for its kind of platform. */
import { makeDefaultEstate } from '#adapters/simulator/default-estate.ts';
import type { EstateConnectionFile, EstateFile } from '#adapters/simulator/estate-file.ts';
import { generateEstate } from '#adapters/simulator/generate-estate.ts';
import { createLab } from '#adapters/simulator/simulator.ts';
import {
  type ContractNeed,
  type ContractPlaces,
  describeConnection,
  type OpenedConnection,
} from '#test/contracts/connection-contract.ts';

const VCENTER: ContractPlaces = {
  template: 'debian-12',
  folder: '/lab',
  host: 'esx-06',
  datastore: 'SAN-B',
  network: 'VLAN-100',
  running: 'web-01',
  withoutTools: 'web-02',
  stopped: 'db-01',
  unreachable: 'contract-away',
  moving: {
    ...{ movable: 'test-web-02', otherHost: 'esx-07', otherDatastore: 'SAN-A' },
    ...{ pinned: 'test-web-04', withoutNetwork: 'esx-02', awayHost: 'esx-08' },
    ...{ apart: { host: 'esx-05', datastore: 'local-esx-05' }, unmarkable: 'esx-04' },
  },
};

const HYPERV: ContractPlaces = {
  template: 'ubuntu-24-hv',
  folder: '/desktops',
  host: 'hv-02',
  datastore: 'CSV2',
  network: 'Management',
  running: 'sql-01',
  withoutTools: 'dc-01',
  stopped: 'fs-02',
  moving: {
    ...{ movable: 'fs-04', otherHost: 'hv-03', otherDatastore: 'CSV1' },
    ...{ pinned: 'sql-02', withoutNetwork: 'hv-04', unmarkable: 'hv-04' },
  },
};

for (const [id, places] of [
  ['lab-vc', VCENTER],
  ['lab-hv', HYPERV],
] as const)
  describeConnection(id, async (need) => openLab(id, places, need));

/** A clone of some 30 GiB takes half a minute on real machines, a move 6 to 10 seconds. */
const SLOW_SPEED = 60;
const SLOW_MOVE_MS = 1000;

async function openLab(
  id: string,
  places: ContractPlaces,
  { vms = 0, isSlow = false }: ContractNeed,
): Promise<OpenedConnection> {
  const isLarge = vms > 150;
  const estate: EstateFile = isLarge
    ? { connections: manyVms(id, vms) }
    : { connections: makeDefaultEstate(1).connections.map((it) => withPlaces(it, places)) };
  const lab = createLab({ file: ':memory:', estate, speed: isSlow ? SLOW_SPEED : 0 });
  const connection = lab.connections.find((it) => it.id === id);
  if (!connection) throw new Error(`no ${id}`);
  if (isSlow) lab.faults.finishLate('move', SLOW_MOVE_MS);
  if (!isLarge)
    lab.faults.changeByOthers(id, (console) => {
      console.setPower(places.running, 'on');
      console.setPower(places.withoutTools, 'on');
      console.setPower(places.stopped, 'off');
      console.editVm(places.withoutTools, { guestTools: 'not_running' });
      if (places.unreachable === undefined) return;
      console.renameVm('test-web-01', places.unreachable);
      console.moveVm(places.unreachable, { host: 'esx-08' });
      console.setHost('esx-08', { state: 'connected' });
      console.setHost('esx-08', { state: 'not_responding' });
    });
  return {
    connection,
    places,
    elsewhere: {
      deleteVm: async (vm) => lab.faults.changeByOthers(id, (it) => it.deleteVm(vm.handle)),
      powerOn: async (vm) => lab.faults.changeByOthers(id, (it) => it.setPower(vm.handle, 'on')),
    },
    loseNextAnswer() {
      for (const method of CHANGES) lab.faults.dropAnswer(method, { when: 'after' });
    },
    countMoves: () => lab.history().filter(({ deed }) => deed === 'move').length,
    cutOff: () => lab.faults.disconnect(id),
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

const CHANGES = [
  ...(['start', 'save', 'pause', 'resume', 'clone', 'addDisk'] as const),
  ...(['move', 'markHost', 'unmarkHost'] as const),
];

/** The estate of a first run, with the hosts and VMs of the contract's moves as they are to be. */
function withPlaces(
  connection: EstateConnectionFile,
  { host, datastore, network, moving }: ContractPlaces,
): EstateConnectionFile {
  const { hosts = [], vms = [] } = connection;
  if (!moving || !hosts.some((it) => it.name === host)) return connection;
  const { movable, otherHost, pinned, withoutNetwork, apart, unmarkable } = moving;
  return {
    ...connection,
    hosts: hosts.map((it) => {
      const networks = it.name === withoutNetwork ? [] : it.networks;
      const cluster = it.name === unmarkable ? undefined : it.cluster;
      if (it.name !== apart?.host) return { ...it, networks, cluster };
      return { ...it, networks, inMaintenance: false, datastores: [apart.datastore] };
    }),
    vms: vms.map((it) => {
      const on = { ...it, power: 'on', host } as const;
      if (it.name === pinned) return { ...on, ties: [{ what: 'passthrough', label: 'GPU 0' }] };
      if (it.name !== movable) return it.host === otherHost ? { ...it, host } : it;
      const disks = it.disks?.map((disk) => ({ ...disk, datastore }));
      return { ...on, datastore, disks, nics: it.nics?.map((nic) => ({ ...nic, network })) };
    }),
  };
}

function manyVms(id: string, vms: number): EstateFile['connections'] {
  return generateEstate({ hosts: 20, vms }).connections.map((it) => ({ ...it, id }));
}
