/**
 * Somebody at the vendor's own console, who asks nobody: what they do is in effect at once.
 *
 * Objects are named by handle or by name; a name that several bear is an error of the caller.
 */
import type { HostBody, ObjectKind, PowerState, VmBody } from '#core/inventory/estate-object.ts';
import { toUuid } from './deeds/clone-vm.ts';
import { addUsedMemory, setPower, usesMemory } from './deeds/power.ts';
import type { Draft } from './draft.ts';
import { type LabObjectOf, type LabVm, toPlatformState } from './world-object.ts';

export interface PlatformConsole {
  setPower(vm: string, power: PowerState): void;
  /** Any field of what the platform shows. */
  editVm(vm: string, changed: Partial<VmBody>): void;
  renameVm(vm: string, name: string): void;
  moveVm(vm: string, to: { readonly folder?: string; readonly host?: string }): void;
  deleteVm(vm: string): void;
  /** Takes it out of the list and in again: a new handle, the same identity. Answers the handle. */
  registerAgain(vm: string): string;
  /** A second one with the same identity. Answers its handle. */
  copyVm(vm: string): string;
  /** Another template under the same name. Answers its handle. */
  replaceTemplate(template: string): string;
  fillDatastore(datastore: string, freeBytes?: number): void;
  /** A host that is not connected takes its VMs out of reach. */
  setHost(host: string, changed: Partial<Pick<HostBody, 'state' | 'inMaintenance'>>): void;
  answerQuestion(vm: string): void;
  /** The installation is another one now, though at the same address. Answers its identity. */
  changeIdentity(): string;
  /** So many VMs, as 0 to 1 of all, are in the list no more. Answers how many. */
  loseVms(share: number): number;
}

export function createPlatformConsole(draft: Draft, now: number): PlatformConsole {
  const one = <K extends ObjectKind>(kind: K, which: string) => findOne(draft, kind, which);
  const edit = (which: string, changed: Partial<VmBody>) => {
    const vm = one('vm', which);
    draft.put({ ...vm, body: { ...vm.body, ...changed } });
  };
  const putCopy = (vm: LabVm, body: VmBody): string => {
    const handle = draft.newHandle('vm');
    draft.put({ ...vm, handle, body });
    return handle;
  };

  return {
    setPower: (vm, power) => setPower(draft, one('vm', vm).handle, power),
    editVm: edit,
    renameVm: (vm, name) => edit(vm, { name }),
    moveVm(which, to) {
      if (to.folder !== undefined) edit(which, { folderHandle: findFolder(draft, to.folder) });
      if (to.host !== undefined) moveToHost(draft, one('vm', which), one('host', to.host).handle);
    },
    deleteVm(which) {
      const { handle } = one('vm', which);
      setPower(draft, handle, 'off');
      draft.remove('vm', handle);
    },
    registerAgain(which) {
      const vm = one('vm', which);
      draft.remove('vm', vm.handle);
      return putCopy(vm, vm.body);
    },
    copyVm(which) {
      const vm = one('vm', which);
      const disks = vm.body.disks.map((it) => ({ ...it, file: it.file && copyOfFile(it.file) }));
      const isOff = { power: 'off', guestTools: 'not_running', ipAddresses: [] } as const;
      const platformState = toPlatformState(draft.platform.kind, 'off');
      return putCopy(vm, { ...vm.body, ...isOff, platformState, disks });
    },
    replaceTemplate(which) {
      const template = one('template', which);
      draft.remove('template', template.handle);
      const handle = draft.newHandle('template');
      draft.put({ ...template, handle, identity: toUuid(`${template.identity} replaced`) });
      return handle;
    },
    fillDatastore(which, freeBytes = 0) {
      const datastore = one('datastore', which);
      draft.put({ ...datastore, body: { ...datastore.body, freeBytes } });
    },
    setHost(which, changed) {
      const host = one('host', which);
      const platformState = changed.state ?? host.body.platformState;
      draft.put({ ...host, body: { ...host.body, ...changed, platformState } });
      if (changed.state !== undefined) setReach(draft, host.handle, changed.state);
    },
    answerQuestion(which) {
      const { handle } = one('vm', which);
      edit(which, { question: undefined });
      for (const task of draft.tasks())
        if (task.state === 'asking' && task.holds.includes(handle))
          draft.putTask({ ...task, state: 'running', dueAt: now, twist: undefined });
    },
    changeIdentity() {
      const identity = toUuid(`${draft.platform.identity} changed`);
      draft.putPlatform({ ...draft.platform, identity, epoch: draft.platform.epoch + 1 });
      return identity;
    },
    loseVms(share) {
      const vms = [...draft.list('vm')];
      const lost = vms.slice(0, Math.ceil(vms.length * share));
      for (const { handle } of lost) draft.remove('vm', handle);
      return lost.length;
    },
  };
}

function findOne<K extends ObjectKind>(draft: Draft, kind: K, which: string): LabObjectOf<K> {
  const byHandle = draft.get(kind, which);
  if (byHandle) return byHandle;
  const named = [...draft.named(kind, which)];
  const [found] = named;
  if (!found || named.length > 1)
    throw new Error(`${named.length} objects of kind ${kind} are called ${which}.`);
  return found;
}

function copyOfFile(file: string): string {
  const dot = file.lastIndexOf('.');
  return `${file.slice(0, dot)}_copy${file.slice(dot)}`;
}

function findFolder(draft: Draft, path: string): string {
  for (const folder of draft.list('folder')) if (folder.body.path === path) return folder.handle;
  throw new Error(`There is no folder ${path}.`);
}

function moveToHost(draft: Draft, vm: LabVm, hostHandle: string): void {
  const uses = usesMemory(vm.body.power);
  if (uses) addUsedMemory(draft, vm, -1);
  const moved = { ...vm, body: { ...vm.body, hostHandle } };
  draft.put(moved);
  if (uses) addUsedMemory(draft, moved, 1);
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
