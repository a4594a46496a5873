/**
 * Which hosts may run a VM at all, apart from room: each with what stands against it.
 *
 * VMs of the same needs share one answer, so that forty of them over a thousand hosts cost few judgements. What the
 * platform itself says is asked elsewhere; here is what Drover knows.
 */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { AffinityRule, EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import { listSeenBefore } from './place-vm.ts';

export interface MoveNeeds {
  readonly vm: EstateObject<'vm'>;
  /** Its files move too: what its host sees now does not count. */
  readonly takesFiles: boolean;
  /** Drover ids of hosts that are wished or approved; absent: any. */
  readonly hostIds?: ReadonlySet<string> | undefined;
}

export interface JudgedHost {
  readonly host: EstateObject<'host'>;
  /** Empty: it may run there, if there is room. */
  readonly against: readonly PlanNote[];
}

export interface MoveGround {
  readonly index: EstateIndex;
  /** Drover ids of hosts that are on their way into maintenance, or in it by Drover's own mark. */
  readonly closedHostIds: ReadonlySet<string>;
  /** The host that is opened before anything moves: its mark does not count. */
  readonly opensHostId?: string | undefined;
}

/** Judges hosts of one connection; keeps what it found out for VMs of the same needs. */
export function createHostJudge(
  connectionId: string,
  { index, closedHostIds, opensHostId }: MoveGround,
): (needs: MoveNeeds) => readonly JudgedHost[] {
  const hosts = [...index.all('host')].filter((host) => host.connectionId === connectionId);
  const own = new Map(hosts.map((host) => [host.handle, toOwn(host)]));
  const placeOf = new Map(hosts.map(({ handle }, at) => [handle, at]));
  const known = new Map<string, readonly JudgedHost[]>();
  const wishes = new Map<ReadonlySet<string> | undefined, number>();
  const rulesOf = createRuleReader(index, connectionId);
  const judge = (host: EstateObject<'host'>, wants: Wants): JudgedHost => ({
    host,
    against: [
      ...listSeenBefore(host, index),
      ...listAgainst(host, wants, own.get(host.handle), {
        isClosed: closedHostIds.has(host.id),
        isOpened: host.id === opensHostId,
      }),
    ],
  });
  const recall = (key: string, find: () => readonly JudgedHost[]) => {
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };

  return (needs) => {
    const wish = wishes.get(needs.hostIds) ?? wishes.size;
    wishes.set(needs.hostIds, wish);
    const wants = toWants(needs, index, own, rulesOf);
    const key = `${wish} ${wants.key}`;
    const elsewhere = () => hosts.map((host) => judge(host, { ...wants, hostHandle: undefined }));
    const at = placeOf.get(wants.hostHandle ?? '');
    const host = at === undefined ? undefined : hosts[at];
    if (at === undefined || !host) return recall(key, elsewhere);
    // On whichever host such a VM stands, only that one is judged otherwise.
    return recall(`${at} ${key}`, () => recall(key, elsewhere).with(at, judge(host, wants)));
  };
}

/** What is asked of each host, as sets. */
interface HostOwn {
  readonly datastores: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

function toOwn({ body }: EstateObject<'host'>): HostOwn {
  return { datastores: new Set(body.datastoreHandles), networks: new Set(body.networkHandles) };
}

interface Wants {
  /** The same for VMs that want the same, on whichever host they stand. */
  readonly key: string;
  readonly hostHandle: string | undefined;
  readonly clusterHandle: string | undefined;
  readonly staysInCluster: boolean;
  readonly cpuVendor: string | undefined;
  readonly datastores: readonly { readonly handle: string; readonly name: string }[];
  readonly networks: readonly { readonly handle: string; readonly name: string }[];
  readonly hostIds: ReadonlySet<string> | undefined;
  readonly only: readonly AffinityRule[];
  readonly never: readonly AffinityRule[];
}

function toWants(
  { vm, takesFiles, hostIds }: MoveNeeds,
  index: EstateIndex,
  own: ReadonlyMap<string, HostOwn>,
  rulesOf: RuleReader,
): Wants {
  const { connectionId, body } = vm;
  const host = body.hostHandle ? index.byHandle(connectionId, 'host', body.hostHandle) : undefined;
  const isRunning = body.power === 'on' || body.power === 'paused';
  const nameOf = (kind: 'datastore' | 'network', handle: string) =>
    index.byHandle(connectionId, kind, handle)?.body.name ?? handle;
  const datastores = takesFiles ? [] : listDatastores(vm);
  const networks = body.nics.flatMap(({ networkHandle, connected }) =>
    networkHandle && connected !== false ? [networkHandle] : [],
  );
  const rules = rulesOf(vm.handle);
  const wants = {
    hostHandle: body.hostHandle,
    clusterHandle: host?.body.clusterHandle,
    // A role of a cluster that leaves it is a role no more.
    staysInCluster: body.isHighlyAvailable === true,
    cpuVendor: isRunning ? host?.body.cpuVendor : undefined,
    datastores: toNamed(datastores, (handle) => nameOf('datastore', handle)),
    networks: toNamed(networks, (handle) => nameOf('network', handle)),
    hostIds,
    only: rules.filter(({ kind }) => kind === 'on'),
    never: rules.filter(({ kind }) => kind === 'not_on'),
  };
  const key = JSON.stringify([
    ...[wants.clusterHandle, wants.staysInCluster, wants.cpuVendor],
    ...[wants.datastores, wants.networks].map((list) => list.map(({ handle }) => handle)),
    [...wants.only, ...wants.never].map(({ name }) => name),
    own.size,
  ]);
  return { ...wants, key };
}

/** Home and disks; a VM whose files are not all shown has its home at least. */
export function listDatastores({ body }: EstateObject<'vm'>): string[] {
  const handles = [body.datastoreHandle, ...body.disks.map((disk) => disk.datastoreHandle)];
  return [...new Set(handles.flatMap((handle) => handle ?? []))];
}

function toNamed(handles: readonly string[], nameOf: (handle: string) => string) {
  return [...new Set(handles)].toSorted().map((handle) => ({ handle, name: nameOf(handle) }));
}

type RuleReader = (vmHandle: string) => readonly AffinityRule[];

/** Mandatory rules between VMs and hosts, by VM. */
function createRuleReader(index: EstateIndex, connectionId: string): RuleReader {
  const byVm = new Map<string, AffinityRule[]>();
  for (const cluster of index.all('cluster')) {
    if (cluster.connectionId !== connectionId) continue;
    for (const rule of cluster.body.rules ?? []) {
      if (!rule.isMandatory || !rule.hostHandles) continue;
      for (const vm of rule.vmHandles) byVm.set(vm, [...(byVm.get(vm) ?? []), rule]);
    }
  }
  return (handle) => byVm.get(handle) ?? [];
}

function listAgainst(
  { id, handle, body }: EstateObject<'host'>,
  wants: Wants,
  own: HostOwn | undefined,
  mark: { readonly isClosed: boolean; readonly isOpened: boolean },
): PlanNote[] {
  const against: PlanNote[] = [];
  const say = (code: PlanNote['code'], facts: PlanNote['facts'] = {}) =>
    void against.push({ code, facts });
  if (wants.hostIds && !wants.hostIds.has(id)) say('outside_approved_hosts');
  if (handle === wants.hostHandle) say('host_is_its_own');
  if (body.state !== 'connected') say('host_not_connected', { state: body.platformState });
  if (body.inMaintenance && !mark.isOpened) say('host_in_maintenance');
  else if (mark.isClosed) say('host_enters_maintenance');
  if (body.unreadable) say('host_unreadable', { words: body.unreadable });
  if (wants.staysInCluster && body.clusterHandle !== wants.clusterHandle)
    say('host_in_another_cluster');
  const { cpuVendor } = wants;
  if (cpuVendor && body.cpuVendor && cpuVendor !== body.cpuVendor)
    say('host_cpu_differs', { cpu: body.cpuVendor, was: cpuVendor });
  for (const { handle: wanted, name } of wants.datastores)
    if (!own?.datastores.has(wanted)) say('host_misses_datastore', { datastore: name });
  for (const { handle: wanted, name } of wants.networks)
    if (!own?.networks.has(wanted)) say('host_network_missing', { network: name });
  for (const { name, hostHandles = [] } of wants.only)
    if (!hostHandles.includes(handle)) say('host_rule_forbids', { rule: name });
  for (const { name, hostHandles = [] } of wants.never)
    if (hostHandles.includes(handle)) say('host_rule_forbids', { rule: name });
  if (body.memoryBytes === undefined || body.memoryUsedBytes === undefined)
    say('host_memory_unknown');
  return against;
}
