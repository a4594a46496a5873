/**
 * `vm.create`: a new VM from a template, placed inside bounds that the approval names.
 *
 * Wishes left open take the template's values. Memory is rounded up to the platforms' step of 4 MiB, and the plan says
 * so (H20).
 */
import { z } from 'zod';
import type { EstateIndex } from '../inventory/estate-index.ts';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import { isHostName } from '../inventory/host-name.ts';
import { clusterNameOfHost } from '../inventory/scope-of.ts';
import { type Placed, placeVm } from '../placement/place-vm.ts';
import type { Json, Plan, PlanNote, PlannedStep } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import { listConnectionBlockers, NO_BOUNDS, toAgeMs, toGonePlan } from './plan-parts.ts';

export const VmCreateInput = z.strictObject({
  connectionId: z.string(),
  name: z.string(),
  templateId: z.string(),
  folderId: z.string(),
  /** Restrict where it may live; absent: anywhere that fits. */
  clusterId: z.string().optional(),
  hostId: z.string().optional(),
  datastoreId: z.string().optional(),
  /** Networks that bear the wished name; the one that the chosen host sees is taken. */
  networkIds: z.array(z.string()).optional(),
  cpus: z.int().min(1).max(768).optional(),
  memoryBytes: z.int().min(4_194_304).optional(),
  diskBytes: z.int().min(1).optional(),
  start: z.boolean(),
});
export type VmCreateInput = z.infer<typeof VmCreateInput>;

const MEMORY_STEP = 4 * 1024 ** 2;

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
    if (!template) return toGonePlan('vm.create', input.templateId, 'template');
    if (!folder) return toGonePlan('vm.create', input.folderId, 'folder');
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

interface Sizes {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** All disks together. */
  readonly diskBytes: number;
  /** What the first disk grows to; absent: as the template has it. */
  readonly firstDiskBytes?: number | undefined;
  readonly notes: readonly PlanNote[];
}

interface Wish extends Sizes {
  readonly input: VmCreateInput;
  readonly world: World;
  readonly template: EstateObject<'template'>;
  readonly folder: EstateObject<'folder'>;
}

function toSizes(
  { cpus, memoryBytes, diskBytes }: VmCreateInput,
  { body }: EstateObject<'template'>,
): Sizes {
  const wished = memoryBytes ?? body.memoryBytes ?? 0;
  const rounded = Math.ceil(wished / MEMORY_STEP) * MEMORY_STEP;
  const [first, ...others] = body.disks.map(({ sizeBytes }) => sizeBytes ?? 0);
  const otherBytes = others.reduce((sum, bytes) => sum + bytes, 0);
  const facts = { what: 'memory', wishedBytes: wished, roundedBytes: rounded };
  return {
    cpus: cpus ?? body.cpus ?? 1,
    memoryBytes: rounded,
    diskBytes: Math.max(diskBytes ?? 0, first ?? 0) + otherBytes,
    firstDiskBytes: diskBytes !== undefined && diskBytes !== first ? diskBytes : undefined,
    notes: rounded === wished ? [] : [{ code: 'size_rounded', facts }],
  };
}

function planCreate(wish: Wish): Plan {
  const { input, world, template, folder, cpus, memoryBytes, diskBytes } = wish;
  const ratings = placeVm(toPlaceQuestion(wish), world);
  const fitting = ratings.filter(({ verdict }) => verdict !== 'blocked');
  const best = fitting[0];
  const hosts = fitting.map(({ hostId }) => hostId).toSorted();
  const datastores = [...new Set(fitting.flatMap(({ datastoreIds }) => datastoreIds))].toSorted();
  const reserves = best?.datastoreId && {
    ...{ connectionId: input.connectionId, hostId: best.hostId, datastoreId: best.datastoreId },
    ...{ vms: 1, cpus, memoryBytes, diskBytes },
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

function listBlockers(wish: Wish, best: Placed | undefined): PlanNote[] {
  const { input, world, template, folder, firstDiskBytes } = wish;
  const blockers: PlanNote[] = [];
  const facts = { template: template.body.name };
  const first = template.body.disks[0]?.sizeBytes;
  if (!world.connectionOf(input.connectionId).connection?.provisioning) {
    blockers.push({
      code: 'connection_cannot',
      facts: { connection: input.connectionId, what: 'vm.create' },
    });
  }
  if (template.body.unreadable) {
    blockers.push({
      code: 'template_unreadable',
      facts: { ...facts, words: template.body.unreadable },
    });
  }
  if (firstDiskBytes !== undefined && first !== undefined && firstDiskBytes < first) {
    blockers.push({
      code: 'disk_smaller_than_template',
      facts: { ...facts, wishedBytes: firstDiskBytes, bytes: first },
    });
  }
  if (firstDiskBytes !== undefined && (template.body.snapshotCount ?? 0) > 0) {
    blockers.push({ code: 'template_has_snapshot_and_larger_disk', facts });
  }
  if (isNameTaken(wish))
    blockers.push({ code: 'name_taken', facts: { name: input.name, folder: folder.body.path } });
  const letters = template.body.setUp?.hostNameLetters;
  if (letters !== undefined && !isHostName(input.name, letters))
    blockers.push({ code: 'name_invalid', facts: { ...facts, name: input.name, letters } });
  if (!best) blockers.push({ code: 'no_host_fits', facts: {} });
  return blockers;
}

/** A platform takes a name once a folder; VMs and templates share it. */
function isNameTaken({ input, world, folder }: Wish): boolean {
  const same = [
    ...world.index.byName('vm', input.name, input.connectionId),
    ...world.index.byName('template', input.name, input.connectionId),
  ];
  return same.some(({ body }) => body.folderHandle === folder.handle);
}

function listNotes({ input, world, folder }: Wish): PlanNote[] {
  const others = world.index
    .byName('vm', input.name)
    .filter(
      (vm) => vm.connectionId !== input.connectionId || vm.body.folderHandle !== folder.handle,
    );
  if (others.length === 0) return [];
  return [{ code: 'other_vm_of_that_name', facts: { name: input.name, count: others.length } }];
}
