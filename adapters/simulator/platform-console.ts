/**
 * Somebody at the vendor's own console, who asks nobody: what they do is in effect at once.
 *
 * Objects are named by handle or by name; a name that several bear is an error of the caller.
 */
import type { ObjectKind, PowerState, VmBody } from '#core/inventory/estate-object.ts';
import { toUuid } from './deeds/clone-vm.ts';
import { moveToHost, setPower } from './deeds/power.ts';
import type { Draft } from './draft.ts';
import { createHostConsole, findOne, type HostConsole } from './host-console.ts';
import { type LabVm, toPlatformState } from './world-object.ts';

export interface PlatformConsole extends HostConsole {
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
  answerQuestion(vm: string): void;
  /** By itself, as for a full disk: no task has asked it. */
  raiseQuestion(vm: string, question: string): void;
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
    ...createHostConsole(draft, now),
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
    raiseQuestion: (which, question) => edit(which, { question }),
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

function copyOfFile(file: string): string {
  const dot = file.lastIndexOf('.');
  return `${file.slice(0, dot)}_copy${file.slice(dot)}`;
}

function findFolder(draft: Draft, path: string): string {
  for (const folder of draft.list('folder')) if (folder.body.path === path) return folder.handle;
  throw new Error(`There is no folder ${path}.`);
}
