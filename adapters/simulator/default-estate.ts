/** The estate of a first run: a vCenter with two clusters and a Hyper-V failover cluster, 12 hosts and 150 VMs. */

import { addMoving } from './default-moving.ts';
import { DEBIAN, DMZ_PROD, HYPERV, makeVms, PROD, TEST, UBUNTU, WINDOWS } from './default-vms.ts';
import type { EstateConnectionFile, EstateFile } from './estate-file.ts';
import {
  type EstateDatastore,
  type EstateHost,
  type EstateTemplate,
  type EstateVm,
  fillIn,
  makeHardware,
} from './estate-parts.ts';
import { createRandom, type Random } from './random.ts';
import type { ConnectionKind } from './world-object.ts';

const VC_SHARED = ['SAN-A', 'SAN-B'];
const HV_SHARED = ['CSV1', 'CSV2'];

export function makeDefaultEstate(seed: number): EstateFile {
  const random = createRandom(seed);
  const made = [makeVcenter(random), makeHyperv(random)];
  return { connections: made.map((it) => addMoving(fillIn(it))) };
}

function makeVcenter(random: Random): EstateConnectionFile {
  const kind = 'vcenter';
  const prod = ['esx-01', 'esx-02', 'esx-03', 'esx-04'];
  const test = ['esx-06', 'esx-07', 'esx-08'];
  const hosts = [...prod, 'esx-05', ...test].map((name) => makeEsx(name, random));
  const vms = [
    ...makeVms({ kind, groups: PROD, hosts: prod, datastores: VC_SHARED, random, from: 1 }),
    ...makeVms({ kind, groups: TEST, hosts: test, datastores: VC_SHARED, random, from: 200 }),
  ];
  return {
    id: 'lab-vc',
    kind,
    clusters: [
      { name: 'prod', automation: 'partial' },
      { name: 'test', automation: 'off' },
    ],
    hosts,
    datastores: [
      ...VC_SHARED.map((name) => makeDatastore(name, 'VMFS', 20)),
      ...hosts.map((host) => ({
        ...makeDatastore(`local-${host.name}`, 'VMFS', 1),
        isLocal: true,
      })),
    ],
    networks: [
      { name: 'VM Network', type: 'standard', switch: 'vSwitch0' },
      { name: 'VLAN-100', type: 'distributed', switch: 'dvs-main', vlan: '100' },
      { name: 'VLAN-200', type: 'distributed', switch: 'dvs-main', vlan: '200' },
      { id: DMZ_PROD, name: 'DMZ', type: 'distributed', switch: 'dvs-prod', vlan: '300' },
      { id: DMZ_TEST, name: 'DMZ', type: 'distributed', switch: 'dvs-test', vlan: '310' },
      { name: 'dvs-main-uplinks', type: 'distributed', switch: 'dvs-main', isUplink: true },
    ],
    folders: ['/templates', ...foldersOf(vms)],
    templates: [
      makeTemplate(kind, 'ubuntu-24', UBUNTU, 40),
      makeTemplate(kind, 'debian-12', DEBIAN, 20),
      makeTemplate(kind, 'windows-2025', WINDOWS, 80),
      { ...makeTemplate(kind, 'ubuntu-24-golden', UBUNTU, 40), snapshotCount: 1 },
      { ...makeTemplate(kind, 'appliance-local', DEBIAN, 30), ...onLocalDisk() },
    ],
    vms: vms.map((vm) => (vm.host === 'esx-08' ? toUnreachable(vm) : vm)),
  };
}

const DMZ_TEST = 'dvportgroup-32';

/** esx-05 is in maintenance, esx-08 is away. */
function makeEsx(name: string, random: Random): EstateHost {
  const isTest = name > 'esx-05';
  const isAway = name === 'esx-08';
  return {
    name,
    cluster: isTest ? 'test' : 'prod',
    state: isAway ? 'disconnected' : 'connected',
    inMaintenance: name === 'esx-05',
    cpuCores: 32,
    cpuUsedShare: isAway || name === 'esx-05' ? 0 : random.between(10, 60) / 100,
    memory: isTest ? '384GiB' : '512GiB',
    datastores: [...VC_SHARED, `local-${name}`],
    networks: [
      'VM Network',
      'VLAN-100',
      'VLAN-200',
      isTest ? DMZ_TEST : DMZ_PROD,
      'dvs-main-uplinks',
    ],
  };
}

/** What the platform last saw of it says nothing about now. */
function toUnreachable(vm: EstateVm): EstateVm {
  const { guestTools: _, ipAddresses: __, ...rest } = vm;
  return { ...rest, power: 'unknown', platformState: 'disconnected', isReachable: false };
}

function makeHyperv(random: Random): EstateConnectionFile {
  const kind = 'hyperv';
  const names = ['hv-01', 'hv-02', 'hv-03', 'hv-04'];
  const networks = ['Converged', 'Management'];
  const vms = makeVms({
    kind,
    groups: HYPERV,
    hosts: names,
    datastores: HV_SHARED,
    random,
    from: 400,
  });
  return {
    id: 'lab-hv',
    kind,
    clusters: [{ name: 'hv-prod', automation: 'off' }],
    hosts: names.map((name) => ({
      name,
      cluster: 'hv-prod',
      platformState: 'Up',
      inMaintenance: false,
      cpuCores: 48,
      cpuUsedShare: random.between(10, 60) / 100,
      memory: '512GiB',
      datastores: [...HV_SHARED, `local-${name}`],
      networks,
    })),
    datastores: [
      ...HV_SHARED.map((name) => makeDatastore(name, 'CSV', 16)),
      ...names.map((name) => ({ ...makeDatastore(`local-${name}`, 'NTFS', 1), isLocal: true })),
    ],
    networks: networks.map((name) => ({ name, type: 'switch', switch: name })),
    folders: ['/templates', ...foldersOf(vms)],
    templates: [
      makeTemplate(kind, 'windows-2025-hv', WINDOWS, 80),
      makeTemplate(kind, 'ubuntu-24-hv', UBUNTU, 40),
    ],
    vms,
  };
}

function makeTemplate(
  kind: ConnectionKind,
  name: string,
  guestOs: string,
  gib: number,
): EstateTemplate {
  const isVcenter = kind === 'vcenter';
  const wish = {
    kind,
    name,
    guestOs,
    folder: '/templates',
    host: isVcenter ? 'esx-01' : 'hv-01',
    datastore: isVcenter ? 'SAN-A' : 'CSV1',
    network: isVcenter ? 'VM Network' : 'Converged',
    cpus: 2,
    memoryGib: 4,
    diskGibs: [gib],
  };
  return makeHardware(wish, 900 + gib);
}

/** Only its own host, which is in maintenance, sees its disk. */
function onLocalDisk(): Partial<EstateTemplate> {
  const datastore = 'local-esx-05';
  const file = `[${datastore}] appliance-local/appliance-local.vmdk`;
  const size = '30GiB';
  return {
    host: 'esx-05',
    datastore,
    disks: [{ key: '2000', label: 'SCSI 0:0', size, file, datastore }],
  };
}

function makeDatastore(name: string, type: string, tib: number): EstateDatastore {
  return {
    name,
    type,
    capacity: `${tib}TiB`,
    accessible: true,
    inMaintenance: false,
    isLocal: false,
  };
}

function foldersOf(vms: readonly EstateVm[]): string[] {
  return [...new Set(vms.flatMap((vm) => vm.folder ?? []))];
}
