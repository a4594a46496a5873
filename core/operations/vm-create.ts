/** `vm.create`: a new VM from a template, placed inside bounds that the approval names. */
import type { EstateIndex } from '../inventory/estate-index.ts';
import { toRef } from '../inventory/estate-object.ts';
import { clusterNameOfHost } from '../inventory/scope-of.ts';
import { type Placed, placeVm } from '../placement/place-vm.ts';
import type { Json, Plan, PlannedStep } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import { listConnectionBlockers, NO_BOUNDS, toAgeMs, toGonePlan } from './plan-parts.ts';
import { listBlockers, listNotes } from './vm-create-blockers.ts';
import { toSizes, VmCreateInput, type Wish } from './vm-create-wish.ts';

export const vmCreate: Operation<VmCreateInput> = {
  name: 'vm.create',
  input: VmCreateInput,
  targetIds: () => [],
  refreshIds: ({ templateId, hostId, datastoreId }) => [
    { kind: 'template', id: templateId },
    ...(hostId ? [{ kind: 'host', id: hostId } as const] : []),
    ...(datastoreId ? [{ kind: 'datastore', id: datastoreId } as const] : []),
  ],
  scopeOf(input, index, personId) {
    const folder = index.get('folder', input.folderId);
    if (!folder) return undefined;
    const clusterName = findClusterName(input, index);
    return {
      connectionId: input.connectionId,
      folderPath: folder.body.path,
      clusterName,
      ownerId: personId,
    };
  },
  // What is gone has no name to judge by: the plan says that it is gone.
  argumentsOf({ templateId, networkIds = [] }, index) {
    const templateName = index.get('template', templateId)?.body.name;
    const networkName = index.get('network', networkIds[0] ?? '')?.body.name;
    return {
      ...(templateName === undefined ? {} : { templateName }),
      ...(networkName === undefined ? {} : { networkName }),
    };
  },
  plan(input, world) {
    const template = world.index.get('template', input.templateId);
    const folder = world.index.get('folder', input.folderId);
    if (!template)
      return toGonePlan('vm.create', { id: input.templateId, kind: 'template' }, world);
    if (!folder) return toGonePlan('vm.create', { id: input.folderId, kind: 'folder' }, world);
    return planCreate({ input, world, template, folder, ...toSizes(input, template) });
  },
};

/** Unknown while nothing is wished: a role that holds for one cluster needs the wish said. */
function findClusterName(
  { clusterId, hostId }: VmCreateInput,
  index: EstateIndex,
): string | null | undefined {
  if (clusterId) return index.get('cluster', clusterId)?.body.name;
  const host = hostId && index.get('host', hostId);
  return host ? clusterNameOfHost(index, host) : undefined;
}

function planCreate(wish: Wish): Plan {
  const { input, world, template, folder, cpus, memoryBytes, diskBytes } = wish;
  const ratings = placeVm(toPlaceQuestion(wish), world);
  const fitting = ratings.filter(({ verdict }) => verdict !== 'blocked');
  const best = fitting[0];
  const hosts = fitting.map(({ hostId }) => hostId).toSorted();
  const datastores = [...new Set(fitting.flatMap(({ datastoreIds }) => datastoreIds))].toSorted();
  const reserves = best?.datastoreId && {
    ...{ connectionId: input.connectionId, vms: 1, cpus, memoryBytes, diskBytes },
    places: [
      {
        ...{ key: 'clone-vm', hostId: best.hostId, datastoreId: best.datastoreId },
        ...{ memoryBytes, diskBytes },
      },
    ],
  };
  return {
    operation: 'vm.create',
    targets: [],
    steps: toSteps(wish, best),
    bounds: {
      ...NO_BOUNDS,
      exact: toExact(wish),
      atMost: { vms: 1, cpus, memoryBytes, diskBytes },
      oneOf: { hosts, datastores },
    },
    advice: {
      place: best,
      ratings: ratings.slice(0, 50),
      durationMs: 90_000,
      dataAgeMs: toAgeMs(
        [template, folder, best && world.index.get('host', best.hostId)],
        world.now,
      ),
      notes: [...wish.notes, ...listNotes(wish)],
    },
    blockers: [...listConnectionBlockers(input.connectionId, world), ...listBlockers(wish, best)],
    reserves: reserves || undefined,
  };
}

function toPlaceQuestion({ input, world, template, cpus, memoryBytes, diskBytes }: Wish) {
  const { index, within } = world;
  const approved = within?.oneOf.hosts;
  const wishedHosts = input.hostId ? [input.hostId] : listClusterHosts(input, world);
  const hostIds = approved
    ? approved.filter((id) => !wishedHosts || wishedHosts.includes(id))
    : wishedHosts;
  const approvedStores = within?.oneOf.datastores;
  const datastoreIds = input.datastoreId ? [input.datastoreId] : approvedStores;
  const networks = input.networkIds?.flatMap((id) => index.get('network', id) ?? []);
  const { connectionId } = input;
  const sizes = { cpus, memoryBytes, diskBytes };
  return {
    connectionId,
    template,
    hostIds,
    datastoreIds,
    networks,
    exceptRequestId: world.exceptRequestId,
    ...sizes,
  };
}

function listClusterHosts({ clusterId }: VmCreateInput, { index }: World): string[] | undefined {
  const cluster = clusterId && index.get('cluster', clusterId);
  if (!cluster) return undefined;
  const ids: string[] = [];
  for (const host of index.all('host')) {
    const isInside =
      host.connectionId === cluster.connectionId && host.body.clusterHandle === cluster.handle;
    if (isInside) ids.push(host.id);
  }
  return ids;
}

function toExact({ input, template, folder, firstDiskBytes }: Wish): Record<string, string> {
  return {
    connection: input.connectionId,
    name: input.name,
    template: template.identity,
    folder: folder.identity,
    network: (input.networkIds ?? []).toSorted().join(' '),
    firstDiskBytes: String(firstDiskBytes ?? ''),
    start: String(input.start),
    ...(template.body.setUp && { setUp: template.body.setUp.digest }),
  };
}

function toSteps(wish: Wish, best: Placed | undefined): PlannedStep[] {
  const { input, world, template, folder, cpus, memoryBytes, firstDiskBytes } = wish;
  const { connectionId, name } = input;
  const hardware = { cpus, memoryBytes, ...(firstDiskBytes ? { diskBytes: firstDiskBytes } : {}) };
  const what = {
    connectionId,
    name,
    template: toRef(template),
    folder: toRef(folder),
    ...hardware,
  };
  const clone = {
    key: 'clone-vm',
    kind: 'clone-vm',
    version: 1,
    input: what as unknown as Json,
    after: [],
  };
  const placement = best && (toPlacement(best, world) as unknown as Json);
  const start = { connectionId, name, madeBy: 'clone-vm' };
  if (!input.start) return [{ ...clone, placement }];
  return [
    { ...clone, placement },
    { key: 'start-vm', kind: 'start-made-vm', version: 1, input: start, after: ['clone-vm'] },
  ];
}

function toPlacement({ hostId, datastoreId, networkId }: Placed, { index }: World) {
  const host = index.get('host', hostId);
  const datastore = datastoreId && index.get('datastore', datastoreId);
  const network = networkId && index.get('network', networkId);
  return {
    ...(host ? { host: toRef(host) } : {}),
    ...(datastore ? { datastore: toRef(datastore) } : {}),
    ...(network ? { network: toRef(network) } : {}),
  };
}
