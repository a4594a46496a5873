/** Turns one connection of an estate file into the objects of the lab's world. */
import type { ObjectKind, TemplateBody } from '#core/inventory/estate-object.ts';
import type { DiskBody, NicBody } from '#core/inventory/vm-parts.ts';
import { toUuid } from './deeds/clone-vm.ts';
import type { EstateConnection } from './estate-file.ts';
import { type EstateList, toReferences } from './estate-references.ts';
import { toBytes } from './size.ts';
import { type LabObject, type LabVm, toPlatformState } from './world-object.ts';

type Hardware = EstateConnection['templates'][number] | EstateConnection['vms'][number];

interface Loading {
  readonly connection: EstateConnection;
  /** Handle of what a reference names. */
  resolve(list: EstateList, reference: string): string;
  resolve(list: EstateList, reference: string | undefined): string | undefined;
}

/** What the lab's handles begin with and count from. */
const FIRST_HANDLE = 101;

export function loadEstate(file: EstateConnection): readonly LabObject[] {
  const connection = withHandles({ ...file, folders: withParents(file.folders) });
  const references = toReferences(connection);
  const loading = {
    connection,
    resolve(list: EstateList, reference: string | undefined) {
      const at = reference === undefined ? undefined : references[list].get(reference);
      return typeof at === 'number' ? handleAt(connection[list], at) : undefined;
    },
  } as Loading;
  return [
    ...connection.clusters.map((it) => toCluster(loading, it)),
    ...connection.datastores.map((it) => toDatastore(connection, it)),
    ...connection.networks.map((it) => toNetwork(connection, it)),
    ...connection.folders.map((it) => toFolder(connection, it)),
    ...connection.hosts.map((it) => toHost(loading, it)),
    ...connection.templates.map((it) =>
      toObject(connection, 'template', it, toHardware(loading, it), {
        hasTools: it.hasTools ?? true,
      }),
    ),
    ...connection.vms.map((it) => toVm(loading, it)),
  ];
}

type Folder = EstateConnection['folders'][number];

/** Each folder has its parents, up to the root. */
function withParents(folders: readonly Folder[]): Folder[] {
  const paths = new Set(folders.map((it) => (typeof it === 'string' ? it : it.path)));
  const missing = new Set<string>(paths.has('/') ? [] : ['/']);
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (!paths.has(path.slice(0, end))) missing.add(path.slice(0, end));
  return [...missing, ...folders].map((it) => (typeof it === 'string' ? { path: it } : it));
}

const PREFIX = {
  clusters: 'domain-c',
  hosts: 'host-',
  datastores: 'datastore-',
  networks: 'network-',
  folders: 'group-v',
  templates: 'vm-',
  vms: 'vm-',
} as const;

/** Gives a handle to each object that has none, past those that are given. */
function withHandles(connection: EstateConnection): EstateConnection {
  const taken = new Set<string>();
  const lists = Object.keys(PREFIX) as (keyof typeof PREFIX)[];
  for (const list of lists)
    for (const it of connection[list]) if (typeof it !== 'string' && it.id) taken.add(it.id);
  let next = FIRST_HANDLE;
  const give = (list: keyof typeof PREFIX, it: object & { id?: string | undefined }) => {
    if (it.id !== undefined) return it;
    while (taken.has(`${PREFIX[list]}${next}`)) next += 1;
    return { ...it, id: `${PREFIX[list]}${next++}` };
  };
  const given = lists.map((list) => [
    list,
    connection[list].map((it) => (typeof it === 'string' ? it : give(list, it))),
  ]);
  return { ...connection, ...Object.fromEntries(given) };
}

function handleAt(list: EstateConnection[EstateList], at: number): string | undefined {
  const it = list[at];
  return it === undefined || typeof it === 'string' ? undefined : it.id;
}

function toObject(
  connection: EstateConnection,
  kind: ObjectKind,
  { id = '', identity }: { id?: string | undefined; identity?: string | null | undefined },
  body: object,
  inside?: LabObject['inside'],
): LabObject {
  const seed = `${connection.id} ${kind} ${id}`;
  const shown = identity === null ? undefined : (identity ?? toUuid(seed));
  return { kind, handle: id, identity: shown, body, inside } as unknown as LabObject;
}

function toCluster(
  { connection, resolve }: Loading,
  { id, identity, rules, ...body }: EstateConnection['clusters'][number],
) {
  const all = rules?.map(({ vms, hosts, ...rule }) => ({
    ...rule,
    vmHandles: vms.map((name) => resolve('vms', name)),
    hostHandles: hosts?.map((name) => resolve('hosts', name)),
  }));
  return toObject(connection, 'cluster', { id, identity }, { ...body, rules: all });
}

function toDatastore(connection: EstateConnection, it: EstateConnection['datastores'][number]) {
  const { id, identity, capacity, free, ...body } = it;
  return toObject(
    connection,
    'datastore',
    { id, identity },
    {
      ...body,
      capacityBytes: toBytes(capacity),
      freeBytes: toBytes(free),
    },
  );
}

function toNetwork(connection: EstateConnection, it: EstateConnection['networks'][number]) {
  const { id, identity, switch: switchName, ...body } = it;
  return toObject(connection, 'network', { id, identity }, { ...body, switchName });
}

function toFolder(connection: EstateConnection, it: Folder): LabObject {
  const { id, identity, path, name, unreadable } =
    typeof it === 'string' ? { path: it } : (it as Exclude<Folder, string>);
  const lastName = path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
  return toObject(
    connection,
    'folder',
    { id, identity },
    { name: name ?? lastName, path, unreadable },
  );
}

function toHost({ connection, resolve }: Loading, it: EstateConnection['hosts'][number]) {
  const { id, identity, cluster, memory, memoryUsed, datastores, networks, ...body } = it;
  return toObject(
    connection,
    'host',
    { id, identity },
    {
      ...body,
      platformState: it.platformState ?? it.state,
      clusterHandle: resolve('clusters', cluster),
      memoryBytes: toBytes(memory),
      memoryUsedBytes: toBytes(memoryUsed),
      datastoreHandles: datastores.map((name) => resolve('datastores', name)),
      networkHandles: networks.map((name) => resolve('networks', name)),
    },
  );
}

function toVm(loading: Loading, it: EstateConnection['vms'][number]): LabObject {
  const { power, isReachable, role, guestTools, ipAddresses, question, stepToken } = it;
  const { ties, priority, isHighlyAvailable, memoryDemand, cpuDemandCores } = it;
  const { connection } = loading;
  const platformState = it.platformState ?? toPlatformState(connection.kind, power);
  const inside: LabVm['inside'] = {
    hasTools: it.hasTools ?? (guestTools === 'running' || power !== 'on'),
    ignoresShutdown: it.ignoresShutdown,
  };
  const state = { power, platformState, isReachable, role };
  const shown = { guestTools, ipAddresses, question, stepToken };
  const demand = { memoryDemandBytes: toBytes(memoryDemand), cpuDemandCores };
  const moving = { ties, priority, isHighlyAvailable, ...demand };
  const body = { ...toHardware(loading, it), ...state, ...shown, ...moving };
  return toObject(connection, 'vm', it, body, inside);
}

function toHardware(loading: Loading, it: Hardware): TemplateBody {
  const { resolve } = loading;
  return {
    name: it.name,
    unreadable: it.unreadable,
    folderHandle: resolve('folders', it.folder),
    hostHandle: resolve('hosts', it.host),
    datastoreHandle: resolve('datastores', it.datastore),
    cpus: it.cpus,
    memoryBytes: toBytes(it.memory),
    guestOs: it.guestOs,
    disks: it.disks.map((disk) => toDisk(loading, disk)),
    nics: it.nics.map((nic) => toNic(loading, nic)),
    snapshotCount: it.snapshotCount,
  };
}

function toDisk({ resolve }: Loading, disk: Hardware['disks'][number]): DiskBody {
  const { size, datastore, ...body } = disk;
  return { ...body, sizeBytes: toBytes(size), datastoreHandle: resolve('datastores', datastore) };
}

function toNic({ connection, resolve }: Loading, nic: Hardware['nics'][number]): NicBody {
  const { network, ...body } = nic;
  const networkHandle = resolve('networks', network);
  const found = connection.networks.find((it) => it.id === networkHandle && it.id !== undefined);
  return { ...body, networkHandle, networkName: nic.networkName ?? found?.name };
}
