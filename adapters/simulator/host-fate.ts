/** Hosts that go away, come back or fail, and what becomes of the VMs on them. */
import type { HostBody, PowerState } from '#core/inventory/estate-object.ts';
import { chooseHost } from './deeds/drain.ts';
import { addUsedMemory, moveToHost, setPower, usesMemory } from './deeds/power.ts';
import type { Draft } from './draft.ts';
import { withdrawQuestion } from './questions.ts';
import { toPlatformState } from './world-object.ts';

/** The host does not answer; what runs on it may go on. */
export function loseHost(draft: Draft, handle: string, at: number): void {
  setHostState(draft, handle, 'not_responding', at);
}

export function setHostState(
  draft: Draft,
  handle: string,
  state: HostBody['state'],
  at: number,
): void {
  const host = draft.get('host', handle);
  if (!host) return;
  const platformState = state === 'connected' ? upWord(draft) : state;
  draft.put({ ...host, body: { ...host.body, state, platformState } });
  if (state !== 'connected') endMoves(draft, handle, at);
  setReach(draft, handle, state);
}

function upWord({ platform }: Draft): string {
  return platform.kind === 'hyperv' ? 'Up' : 'connected';
}

/** The machine is dead: the platform starts elsewhere what it is to, and the rest is off when it comes back. */
export function failHost(draft: Draft, handle: string, at: number): void {
  const vms = [...draft.list('vm')].filter((it) => it.body.hostHandle === handle);
  const ran = vms.filter(({ body }) => usesMemory(body.power));
  loseHost(draft, handle, at);
  for (const { handle: vmHandle } of ran) {
    const vm = draft.get('vm', vmHandle);
    if (!vm) continue;
    addUsedMemory(draft, vm, -1);
    draft.put({ ...vm, inside: { ...vm.inside, truePower: 'off' } });
    if (vm.body.isHighlyAvailable === true && vm.body.priority !== 'none')
      draft.order((it) => restartElsewhere(it, vmHandle));
  }
}

function restartElsewhere(draft: Draft, handle: string) {
  const vm = draft.get('vm', handle);
  if (!vm) return undefined;
  const { truePower: _, ...inside } = vm.inside ?? {};
  const platformState = toPlatformState(draft.platform.kind, 'off');
  const body = { ...vm.body, power: 'off', platformState, isReachable: true } as const;
  const host = chooseHost(draft, { ...vm, body }, 'off');
  if (!host) return undefined;
  moveToHost(draft, { ...vm, inside, body }, host.handle);
  const { identity = '' } = vm;
  const ref = { connectionId: draft.platform.id, kind: 'vm', handle, identity } as const;
  return { deed: 'start', input: { vm: ref } } as const;
}

/** Moves into it and out of it are over. */
function endMoves(draft: Draft, handle: string, at: number): void {
  const host = draft.get('host', handle)?.body.name;
  for (const task of draft.tasks()) {
    if (task.deed !== 'move') continue;
    const from = draft.get('vm', task.input.vm.handle)?.body.hostHandle;
    if (from !== handle && task.input.host?.handle !== handle) continue;
    const facts = { host, reason: 'it does not answer any more' };
    const fault = { code: 'host_unavailable', facts } as const;
    withdrawQuestion(draft, task);
    draft.putTask({ ...task, state: 'failed', endedAt: at, fault });
  }
}

/** What a platform cannot see it does not call off. */
function setReach(draft: Draft, hostHandle: string, state: HostBody['state']): void {
  const isReachable = state === 'connected';
  for (const vm of draft.list('vm')) {
    if (vm.body.hostHandle !== hostHandle || vm.body.isReachable === isReachable) continue;
    const { truePower = 'off', ...inside } = vm.inside ?? {};
    if (isReachable) {
      draft.put({ ...vm, inside, body: { ...vm.body, isReachable } });
      setPowerSilently(draft, vm.handle, truePower);
    } else {
      const body = { ...vm.body, isReachable, power: 'unknown', platformState: state } as const;
      draft.put({ ...vm, body, inside: { ...inside, truePower: vm.body.power } });
    }
  }
}

/** The host's memory was in use all the while. */
function setPowerSilently(draft: Draft, handle: string, power: PowerState): void {
  const used = usedOf(draft, handle);
  setPower(draft, handle, power);
  const host = used && draft.get('host', used.hostHandle);
  if (host) draft.put({ ...host, body: { ...host.body, memoryUsedBytes: used.bytes } });
}

function usedOf(draft: Draft, handle: string) {
  const hostHandle = draft.get('vm', handle)?.body.hostHandle;
  const bytes = hostHandle && draft.get('host', hostHandle)?.body.memoryUsedBytes;
  return hostHandle && bytes ? { hostHandle, bytes } : undefined;
}
