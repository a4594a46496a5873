/** What platforms refuse before they move a VM, each reason on its own: asked one by one, or all at once. */
import type { AffinityRule, PowerState } from '#core/inventory/estate-object.ts';
import type { MoveWay } from '#core/ports/moving.ts';
import type { PlatformView } from '../draft.ts';
import type { DeedInputs } from '../task.ts';
import type { ConnectionKind, LabHost, LabVm } from '../world-object.ts';
import { claimedBytes } from './check-clone.ts';
import { bytesToMove, checkDatastore, findUsableHost, missing, refuse } from './checks.ts';
import { checkMemory, refuseState, usesMemory } from './power.ts';

export type MoveInput = DeedInputs['move'];

/** What each kind of platform has beyond moves of hosts that share their datastores. */
export const CAN_MOVE = {
  vcenter: ['storage', 'host_and_storage', 'shared_nothing'],
  /** A role of a failover cluster: its host or its files, not both at once. */
  hyperv: ['quick', 'storage'],
} as const satisfies Readonly<
  Record<ConnectionKind, readonly ('quick' | 'storage' | 'host_and_storage' | 'shared_nothing')[]>
>;

const FITTING: Readonly<Record<MoveWay, readonly PowerState[]>> = {
  live: ['on'],
  quick: ['on'],
  off: ['off', 'suspended'],
};

export interface Judged {
  readonly view: PlatformView;
  readonly vm: LabVm;
  readonly input: MoveInput;
}

/** In the order in which a platform would stop at them. */
export const MOVE_CHECKS: readonly ((judged: Judged) => void)[] = [
  checkWish,
  checkWay,
  checkHost,
  checkTies,
  checkCpu,
  checkNetworks,
  checkFiles,
  checkSpace,
  checkRoom,
  checkRules,
];

export function checkFit(judged: Pick<Judged, 'vm' | 'input'>): void {
  const { vm, input } = judged;
  if (!FITTING[input.way].includes(vm.body.power)) refuseState(vm);
}

/** Where it goes, when that is another host. */
export function otherHostOf({ view, vm, input }: Judged): LabHost | undefined {
  if (input.host === undefined || input.host.handle === vm.body.hostHandle) return undefined;
  return view.get('host', input.host.handle) ?? missing(input.host.handle);
}

function checkWish(judged: Judged): void {
  const { view, vm, input } = judged;
  const can: readonly string[] = CAN_MOVE[view.platform.kind];
  const goes = otherHostOf(judged) !== undefined;
  if (!goes && input.datastore === undefined)
    refuse('request_invalid', { name: vm.body.name, reason: 'it is there already' });
  const needed = [
    ...(input.way === 'quick' ? ['quick'] : []),
    ...(goes && input.datastore ? ['host_and_storage'] : []),
  ];
  const lacking = needed.find((it) => !can.includes(it));
  if (lacking !== undefined) refuse('not_supported', { name: vm.body.name, lacking });
}

function checkWay(judged: Judged): void {
  checkFit(judged);
}

function checkHost(judged: Judged): void {
  const host = otherHostOf(judged);
  if (host) findUsableHost(judged.view, host.handle);
}

function checkTies(judged: Judged): void {
  const [tie] = judged.vm.body.ties ?? [];
  if (tie && otherHostOf(judged))
    platformRefuses(judged.vm, `${tie.label} ties it to its host (${tie.what})`);
}

function checkCpu(judged: Judged): void {
  const { view, vm, input } = judged;
  const to = otherHostOf(judged)?.body;
  const from = vm.body.hostHandle ? view.get('host', vm.body.hostHandle)?.body : undefined;
  if (input.way !== 'live' || to?.cpuVendor === undefined || from?.cpuVendor === undefined) return;
  if (to.cpuVendor !== from.cpuVendor)
    platformRefuses(vm, `${to.name} has a processor of another make (${to.cpuVendor})`);
}

function checkNetworks(judged: Judged): void {
  const host = otherHostOf(judged);
  for (const { networkHandle } of host ? judged.vm.body.nics : []) {
    if (networkHandle === undefined || host?.body.networkHandles.includes(networkHandle)) continue;
    const network = judged.view.get('network', networkHandle)?.body.name ?? networkHandle;
    refuse('network_unavailable', { network, host: host?.body.name });
  }
}

/** Where its files are then, its host sees them; where they come from, they can be read. */
function checkFiles(judged: Judged): void {
  const { view, vm, input } = judged;
  const host = otherHostOf(judged) ?? view.get('host', vm.body.hostHandle ?? '');
  const files = filesOf(vm);
  const after = input.datastore ? [input.datastore.handle] : files;
  for (const handle of new Set([...files, ...after])) checkDatastore(view, handle);
  for (const handle of after) {
    if (host?.body.datastoreHandles.includes(handle)) continue;
    const datastore = view.get('datastore', handle)?.body.name;
    refuse('datastore_unavailable', { datastore, host: host?.body.name });
  }
}

function filesOf({ body }: LabVm): readonly string[] {
  const disks = body.disks.flatMap(({ isRaw, datastoreHandle }) =>
    isRaw === true ? [] : (datastoreHandle ?? []),
  );
  return [...disks, ...(body.datastoreHandle ? [body.datastoreHandle] : [])];
}

function checkSpace({ view, vm, input }: Judged): void {
  if (input.datastore === undefined) return;
  const { name, freeBytes: shown } = view.get('datastore', input.datastore.handle)?.body ?? {};
  if (shown === undefined) return;
  const neededBytes = bytesToMove(vm, input.datastore.handle);
  const freeBytes = shown - claimedBytes(view, input.datastore.handle);
  if (neededBytes > freeBytes)
    refuse('not_enough_space', { datastore: name, neededBytes, freeBytes });
}

function checkRoom(judged: Judged): void {
  const host = otherHostOf(judged);
  if (host && usesMemory(judged.vm.body.power)) checkMemory(judged.view, judged.vm, host.handle);
}

function checkRules(judged: Judged): void {
  for (const rule of brokenRules(judged))
    if (rule.isMandatory) platformRefuses(judged.vm, `rule ${rule.name} forbids it`);
}

/** Rules that are kept now or not, and would not be then. Two that belong together go one after the other. */
export function brokenRules(judged: Judged): readonly AffinityRule[] {
  const { view, vm } = judged;
  const host = otherHostOf(judged);
  const cluster = host?.body.clusterHandle && view.get('cluster', host.body.clusterHandle);
  if (!host || !cluster) return [];
  return (cluster.body.rules ?? []).filter((rule) => {
    if (!rule.vmHandles.includes(vm.handle)) return false;
    const isNamed = rule.hostHandles?.includes(host.handle) ?? false;
    if (rule.kind === 'on') return !isNamed;
    if (rule.kind === 'not_on') return isNamed;
    return rule.kind === 'apart' && rule.vmHandles.some((it) => willBeOn(view, it, host, vm));
  });
}

function willBeOn(view: PlatformView, handle: string, host: LabHost, vm: LabVm): boolean {
  if (handle === vm.handle) return false;
  if (view.get('vm', handle)?.body.hostHandle === host.handle) return true;
  return view
    .tasks()
    .some(
      (it) =>
        it.deed === 'move' &&
        it.input.vm.handle === handle &&
        it.input.host?.handle === host.handle,
    );
}

function platformRefuses(vm: LabVm, reason: string): never {
  return refuse('platform_refused', { name: vm.body.name, reason });
}
