/** Moves that end in the middle, and what they leave. */
import type { Draft } from '../draft.ts';
import { failHost, loseHost } from '../host-fate.ts';
import type { LabTask, MidMove } from '../task.ts';
import { type LabVm, toPlatformState } from '../world-object.ts';
import { findVm } from './checks.ts';
import { setPower } from './power.ts';

type Fault = LabTask['fault'] & {};
type MoveTask = Extract<LabTask, { deed: 'move' }>;

/** A second one with the same identity, stopped, on the host that it was to go to. Answers its handle. */
export function applyCopy(draft: Draft, vm: LabVm, hostHandle: string): string {
  const handle = draft.newHandle('vm');
  // Both lead to the same files.
  const disks = vm.body.disks.map((it) => ({ ...it, shared: true }));
  const power = 'off';
  const platformState = toPlatformState(draft.platform.kind, power);
  const body = { ...vm.body, hostHandle, disks, power, platformState } as const;
  draft.put({ ...vm, handle, body: { ...body, guestTools: 'not_running', ipAddresses: [] } });
  return handle;
}

/** Its source may be lost in the same moment: then nobody can say which of the two is the VM. */
export function leaveCopy(draft: Draft, task: LabTask, sourceLost: boolean, at: number) {
  if (task.deed !== 'move') return undefined;
  const vm = findVm(draft, task.input.vm);
  const { host } = task.input;
  const made = host && applyCopy(draft, vm, host.handle);
  if (sourceLost && vm.body.hostHandle !== undefined) loseHost(draft, vm.body.hostHandle, at);
  return made;
}

/** What ends the move, and how the platform says so. */
export function applyMidMove(draft: Draft, task: LabTask, what: MidMove, at: number): Fault {
  const { input } = task as MoveTask;
  const vm = findVm(draft, input.vm);
  const { name, hostHandle } = vm.body;
  if (what === 'guest_off') {
    setPower(draft, vm.handle, 'off');
    return { code: 'wrong_power_state', facts: { vm: name, state: 'off' } };
  }
  const handle = what === 'target_dies' ? input.host?.handle : hostHandle;
  if (handle !== undefined) failHost(draft, handle, at);
  const host = handle === undefined ? undefined : draft.get('host', handle)?.body.name;
  return { code: 'host_unavailable', facts: { host, reason: 'it failed during the move' } };
}
