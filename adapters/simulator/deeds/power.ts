/** Start, power off and the guest's own shutdown. */
import type { PowerState } from '#core/inventory/estate-object.ts';
import type { Draft, PlatformView } from '../draft.ts';
import { type LabVm, toPlatformState } from '../world-object.ts';
import { toNumber } from '../world-store.ts';
import { checkDatastore, findUsableHost, findUsableVm, refuse } from './checks.ts';
import type { Deed } from './deed.ts';

const SECOND_MS = 1000;

export const startVm: Deed<'start'> = {
  check(view, { vm: ref }) {
    const vm = findUsableVm(view, ref);
    if (vm.body.power !== 'off' && vm.body.power !== 'suspended') refuseState(vm);
    for (const disk of vm.body.disks)
      if (disk.datastoreHandle !== undefined) checkDatastore(view, disk.datastoreHandle);
    if (vm.body.hostHandle === undefined) return;
    findUsableHost(view, vm.body.hostHandle);
    checkMemory(view, vm, vm.body.hostHandle);
  },
  /** One that is under way comes to its end on a host that was marked meanwhile. */
  recheck(view, { vm: ref }) {
    const vm = findUsableVm(view, ref);
    if (vm.body.power !== 'off' && vm.body.power !== 'suspended') refuseState(vm);
    if (vm.body.hostHandle !== undefined) checkMemory(view, vm, vm.body.hostHandle);
  },
  realDurationMs: () => 8 * SECOND_MS,
  holds: ({ vm }) => [vm.handle],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm }) {
    setPower(draft, vm.handle, 'on');
    return undefined;
  },
};

export const stopVm: Deed<'stop'> = {
  check(view, { vm: ref }) {
    const vm = findUsableVm(view, ref);
    if (!['on', 'suspended', 'paused'].includes(vm.body.power)) refuseState(vm);
  },
  realDurationMs: () => 2 * SECOND_MS,
  holds: ({ vm }) => [vm.handle],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm }) {
    setPower(draft, vm.handle, 'off');
    return undefined;
  },
};

/** Not a task in the platform's eyes: it holds nothing, and a power-off overtakes it. */
export const shutdownGuest: Deed<'shutdownGuest'> = {
  check(view, { vm: ref }) {
    const vm = findUsableVm(view, ref);
    if (vm.body.power !== 'on') refuseState(vm);
    if (vm.body.guestTools !== 'running') refuse('guest_tools_missing', { name: vm.body.name });
  },
  realDurationMs: () => 25 * SECOND_MS,
  holds: () => [],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm }) {
    const guest = draft.get('vm', vm.handle);
    if (guest && !guest.inside?.ignoresShutdown) setPower(draft, vm.handle, 'off');
    return undefined;
  },
};

export function refuseState(vm: LabVm): never {
  const { name, power, platformState } = vm.body;
  return refuse('wrong_power_state', { name, power, platformState });
}

/** Memory of starts and moves under way counts as used. */
export function checkMemory(view: PlatformView, vm: LabVm, hostHandle: string): void {
  const host = view.get('host', hostHandle);
  const { memoryBytes, memoryUsedBytes, name } = host?.body ?? {};
  if (memoryBytes === undefined || memoryUsedBytes === undefined) return;
  const neededBytes = vm.body.memoryBytes ?? 0;
  const freeBytes = memoryBytes - memoryUsedBytes - comingBytes(view, hostHandle);
  if (neededBytes > freeBytes) refuse('not_enough_memory', { host: name, neededBytes, freeBytes });
}

function comingBytes(view: PlatformView, hostHandle: string): number {
  let bytes = 0;
  for (const task of view.tasks()) {
    if (task.deed !== 'start' && task.deed !== 'move') continue;
    const vm = view.get('vm', task.input.vm.handle);
    const isHere = vm?.body.hostHandle === hostHandle;
    const comes =
      task.deed === 'start'
        ? isHere
        : !isHere && task.input.way !== 'off' && task.input.host?.handle === hostHandle;
    if (comes) bytes += vm?.body.memoryBytes ?? 0;
  }
  return bytes;
}

/** Brings a VM into a power state, with what shows of it: tools, addresses, memory of the host. */
export function setPower(draft: Draft, handle: string, power: PowerState): void {
  const vm = draft.get('vm', handle);
  if (!vm || vm.body.power === power) return;
  const isOn = power === 'on';
  const runsTools = isOn && vm.inside?.hasTools === true;
  draft.put({
    ...vm,
    body: {
      ...vm.body,
      power,
      platformState: toPlatformState(draft.platform.kind, power),
      guestTools: runsTools ? 'running' : 'not_running',
      ipAddresses: runsTools ? [addressOf(handle)] : [],
      ...toDemand(vm, power),
    },
  });
  const uses = usesMemory(power);
  if (uses !== usesMemory(vm.body.power)) addUsedMemory(draft, vm, uses ? 1 : -1);
}

/** What a guest keeps busy that nobody measured before. */
const CPU_SHARE = 0.2;

/** Of one that is measured: it takes all its memory while it runs. */
function toDemand({ body }: LabVm, power: PowerState) {
  if (body.memoryDemandBytes === undefined || power === 'unknown') return {};
  const memoryDemandBytes = usesMemory(power) ? body.memoryBytes : 0;
  const cpuDemandCores = power === 'on' ? CPU_SHARE * (body.cpus ?? 1) : 0;
  return { memoryDemandBytes, cpuDemandCores };
}

/** A paused VM keeps its memory in the host. */
export function usesMemory(power: PowerState): boolean {
  return power === 'on' || power === 'paused';
}

/** Moves what it uses of its host with it. */
export function moveToHost(draft: Draft, vm: LabVm, hostHandle: string): LabVm {
  const uses = usesMemory(vm.body.power);
  const moved: LabVm = { ...vm, body: { ...vm.body, hostHandle } };
  for (const [it, sign] of uses
    ? ([
        [vm, -1],
        [moved, 1],
      ] as const)
    : []) {
    addUsedMemory(draft, it, sign);
    addUsedCpu(draft, it, sign);
  }
  draft.put(moved);
  return moved;
}

function addUsedCpu(draft: Draft, { body }: LabVm, sign: 1 | -1): void {
  const host = body.hostHandle === undefined ? undefined : draft.get('host', body.hostHandle);
  const { cpuCores, cpuUsedShare: before } = host?.body ?? {};
  if (!host || !cpuCores || before === undefined || body.cpuDemandCores === undefined) return;
  const share = before + (sign * body.cpuDemandCores) / cpuCores;
  draft.put({ ...host, body: { ...host.body, cpuUsedShare: Math.min(1, Math.max(0, share)) } });
}

export function addUsedMemory(draft: Draft, vm: LabVm, sign: 1 | -1): void {
  const { hostHandle, memoryBytes } = vm.body;
  const host = hostHandle === undefined ? undefined : draft.get('host', hostHandle);
  if (host?.body.memoryUsedBytes === undefined || memoryBytes === undefined) return;
  const memoryUsedBytes = Math.max(0, host.body.memoryUsedBytes + sign * memoryBytes);
  draft.put({ ...host, body: { ...host.body, memoryUsedBytes } });
}

/** An address of 10.77.0.0/16 that goes with the handle. */
export function addressOf(handle: string): string {
  const number = toNumber(handle) || 0;
  return `10.77.${Math.floor(number / 250) % 256}.${(number % 250) + 2}`;
}
