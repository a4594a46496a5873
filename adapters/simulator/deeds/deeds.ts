/** Every change that the lab's platforms can do, by name. */
import type { DeedName } from '../task.ts';
import { cloneVm } from './clone-vm.ts';
import type { Deed } from './deed.ts';

export type { Deed } from './deed.ts';

import { deleteVm, detachDisks } from './delete-vm.ts';
import { markHost, unmarkHost } from './mark-host.ts';
import { moveVm } from './move-vm.ts';
import { addDisk, setNic } from './parts.ts';
import { shutdownGuest, startVm, stopVm } from './power.ts';
import { pauseVm, resumeVm, saveVm } from './save-vm.ts';

const DEEDS: { readonly [D in DeedName]: Deed<D> } = {
  start: startVm,
  stop: stopVm,
  shutdownGuest,
  save: saveVm,
  pause: pauseVm,
  resume: resumeVm,
  clone: cloneVm,
  detachDisks,
  delete: deleteVm,
  addDisk,
  setNic,
  move: moveVm,
  markHost,
  unmarkHost,
};

export function deedOf<D extends DeedName>(name: D): Deed<D> {
  return DEEDS[name];
}
