/** The lab's connections pass the contract of the connection port, each for its kind of platform. */
import type { EstateFile } from '#adapters/simulator/estate-file.ts';
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
};

const HYPERV: ContractPlaces = {
  template: 'ubuntu-24-hv',
  folder: '/desktops',
  host: 'hv-02',
  datastore: 'CSV2',
  network: 'Management',
  running: 'sql-01',
  withoutTools: 'dc-01',
  stopped: 'fs-01',
};

for (const [id, places] of [
  ['lab-vc', VCENTER],
  ['lab-hv', HYPERV],
] as const)
  describeConnection(id, async (need) => openLab(id, places, need));

/** A clone of some 30 GiB takes half a minute on real machines. */
const SLOW_SPEED = 60;

async function openLab(
  id: string,
  places: ContractPlaces,
  { vms = 0, isSlow = false }: ContractNeed,
): Promise<OpenedConnection> {
  const estate: EstateFile | undefined = vms > 150 ? { connections: manyVms(id, vms) } : undefined;
  const lab = createLab({ file: ':memory:', estate, speed: isSlow ? SLOW_SPEED : 0 });
  const connection = lab.connections.find((it) => it.id === id);
  if (!connection) throw new Error(`no ${id}`);
  if (!estate)
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
      for (const method of ['start', 'save', 'pause', 'resume', 'clone', 'addDisk'] as const)
        lab.faults.dropAnswer(method, { when: 'after' });
    },
    cutOff: () => lab.faults.disconnect(id),
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

function manyVms(id: string, vms: number): EstateFile['connections'] {
  return generateEstate({ hosts: 20, vms }).connections.map((it) => ({ ...it, id }));
}
