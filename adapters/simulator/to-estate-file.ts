/** Writes what a connection showed as an estate file, so that any estate can be played in the lab. */
import type { ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import type { EstateConnectionFile, EstateFile } from './estate-file.ts';
import { toSize } from './size.ts';
import type { ConnectionKind } from './world-object.ts';

export interface ObservedConnection {
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly product?: string | undefined;
  readonly identity?: string | undefined;
  readonly objects: readonly Observed[];
}

type Of<K extends ObjectKind> = Extract<Observed, { kind: K }>;

/** References to objects that were not observed are left out. */
export function toEstateFile(observed: readonly ObservedConnection[]): EstateFile {
  return { connections: observed.map(toConnection) };
}

function toConnection({ objects, ...connection }: ObservedConnection): EstateConnectionFile {
  const known = new Set(objects.map(({ kind, handle }) => `${kind} ${handle}`));
  const ref = (kind: ObjectKind, handle: string | undefined) =>
    handle !== undefined && known.has(`${kind} ${handle}`) ? handle : undefined;
  const of = <K extends ObjectKind>(kind: K) => objects.filter((it) => it.kind === kind) as Of<K>[];
  return {
    ...connection,
    clusters: of('cluster').map((it) => toCluster(it, ref)),
    hosts: of('host').map((it) => toHost(it, ref)),
    datastores: of('datastore').map((it) => toDatastore(it)),
    networks: of('network').map(({ body: { switchName, ...body }, ...it }) => ({
      ...idsOf(it),
      ...body,
      switch: switchName,
    })),
    folders: of('folder').map((it) => ({ ...idsOf(it), ...it.body })),
    templates: of('template').map((it) => ({ ...idsOf(it), ...toHardware(it.body, ref) })),
    vms: of('vm').map((it) => toVm(it, ref)),
  };
}

type Ref = (kind: ObjectKind, handle: string | undefined) => string | undefined;

function idsOf({ handle, identity }: Pick<Observed, 'handle' | 'identity'>) {
  return { id: handle, identity: identity ?? null };
}

function toCluster(cluster: Of<'cluster'>, ref: Ref) {
  const { rules, ...body } = cluster.body;
  const all = rules?.map(({ vmHandles, hostHandles, ...rule }) => ({
    ...rule,
    vms: vmHandles.filter((it) => ref('vm', it)),
    hosts: hostHandles?.filter((it) => ref('host', it)),
  }));
  return { ...idsOf(cluster), ...body, rules: all };
}

function toHost(host: Of<'host'>, ref: Ref): NonNullable<EstateConnectionFile['hosts']>[number] {
  const { clusterHandle, memoryBytes, memoryUsedBytes, datastoreHandles, networkHandles, ...body } =
    host.body;
  return {
    ...idsOf(host),
    ...body,
    cluster: ref('cluster', clusterHandle),
    memory: toSize(memoryBytes),
    memoryUsed: toSize(memoryUsedBytes),
    datastores: datastoreHandles.filter((it) => ref('datastore', it)),
    networks: networkHandles.filter((it) => ref('network', it)),
  };
}

function toDatastore(datastore: Of<'datastore'>) {
  const { capacityBytes, freeBytes, ...body } = datastore.body;
  return { ...idsOf(datastore), ...body, capacity: toSize(capacityBytes), free: toSize(freeBytes) };
}

function toVm(vm: Of<'vm'>, ref: Ref): NonNullable<EstateConnectionFile['vms']>[number] {
  const { power, platformState, isReachable, role, guestTools, ipAddresses } = vm.body;
  const { question, stepToken, ties, priority, isHighlyAvailable, cpuDemandCores } = vm.body;
  return {
    ...idsOf(vm),
    ...toHardware(vm.body, ref),
    ...{ power, platformState, isReachable, role, guestTools, question, stepToken },
    ...{ priority, isHighlyAvailable, cpuDemandCores },
    memoryDemand: toSize(vm.body.memoryDemandBytes),
    ties: ties && [...ties],
    ipAddresses: ipAddresses && [...ipAddresses],
  };
}

function toHardware(body: Of<'template'>['body'], ref: Ref) {
  return {
    name: body.name,
    unreadable: body.unreadable,
    folder: ref('folder', body.folderHandle),
    host: ref('host', body.hostHandle),
    datastore: ref('datastore', body.datastoreHandle),
    cpus: body.cpus,
    memory: toSize(body.memoryBytes),
    guestOs: body.guestOs,
    snapshotCount: body.snapshotCount,
    disks: body.disks.map(({ sizeBytes, datastoreHandle, ...disk }) => ({
      ...disk,
      size: toSize(sizeBytes),
      datastore: ref('datastore', datastoreHandle),
    })),
    nics: body.nics.map(({ networkHandle, ...nic }) => ({
      ...nic,
      network: ref('network', networkHandle),
    })),
  };
}
