/**
 * The scripts, each loaded once, with what it answers.
 *
 * A script's file is a function's body; `scripts/frame.ps1` goes around it. Nothing but these files ever becomes code.
 */

import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { InventoryClusterAnswer } from './estate/cluster-answer.ts';
import { DoctorClusterAnswer, DoctorHostAnswer } from './examine/doctor-answers.ts';
import {
  CancelMoveAnswer,
  CheckMoveAnswer,
  FindCopiesAnswer,
  FindMoveAnswer,
  MoveVmAnswer,
  NodeAnswer,
  ReadHostVmsAnswer,
  WatchMoveAnswer,
} from './moving/moving-answers.ts';
import type { RemoteScript } from './remote-scripts.ts';
import {
  AddDiskAnswer,
  CreateVmAnswer,
  DeleteVmAnswer,
  DiscardVmAnswer,
  FindByTokenAnswer,
  IdentifyAnswer,
  InventoryFastAnswer,
  InventorySlowAnswer,
  ReadTemplatesAnswer,
  ReadVmAnswer,
  RemoveDiskAnswer,
  SetNicAnswer,
  VmStateAnswer,
} from './script-answers.ts';

export interface HypervScript<Answer> extends RemoteScript {
  readonly answer: z.ZodType<Answer>;
  /** Its file, without the frame. */
  readonly body: string;
  /** Functions that it has in common with others, of `scripts/shared`. */
  readonly shared: string;
  /** How far one refusal of a cmdlet speaks for the whole: with `several` acts an earlier one may have been done. */
  readonly acts: 'none' | 'one' | 'several';
}

export const FRAME: string = readScript('frame');

function readScript(name: string): string {
  return readFileSync(new URL(`scripts/${name}.ps1`, import.meta.url), 'utf8');
}

function load<Answer>(
  name: string,
  acts: HypervScript<Answer>['acts'],
  answer: z.ZodType<Answer>,
  shared = '',
): HypervScript<Answer> {
  const body = readScript(name);
  // The body begins on the function's own line, so that the host's line numbers are the file's.
  const text = `function Invoke-Script { ${body}}\n${shared}${FRAME}`;
  return { name, acts, answer, body, shared, text };
}

const MOVING = readScript('shared/moving');
const NODE = readScript('shared/node');

export const SCRIPTS = {
  identify: load('identify', 'none', IdentifyAnswer),
  inventoryFast: load('inventory-fast', 'none', InventoryFastAnswer),
  inventoryCluster: load('inventory-cluster', 'none', InventoryClusterAnswer),
  inventorySlow: load('inventory-slow', 'none', InventorySlowAnswer),
  readVm: load('read-vm', 'none', ReadVmAnswer),
  startVm: load('start-vm', 'one', VmStateAnswer),
  shutdownVm: load('shutdown-vm', 'one', VmStateAnswer),
  stopVm: load('stop-vm', 'one', VmStateAnswer),
  saveVm: load('save-vm', 'one', VmStateAnswer),
  pauseVm: load('pause-vm', 'one', VmStateAnswer),
  resumeVm: load('resume-vm', 'one', VmStateAnswer),
  createVm: load('create-vm', 'several', CreateVmAnswer),
  findByToken: load('find-by-token', 'none', FindByTokenAnswer),
  discardVm: load('discard-vm', 'several', DiscardVmAnswer),
  readTemplates: load('read-templates', 'none', ReadTemplatesAnswer),
  deleteVm: load('delete-vm', 'several', DeleteVmAnswer),
  setNic: load('set-nic', 'several', SetNicAnswer),
  addDisk: load('add-disk', 'several', AddDiskAnswer),
  removeDisk: load('remove-disk', 'one', RemoveDiskAnswer),
  moveVm: load('move-vm', 'one', MoveVmAnswer, MOVING),
  checkMove: load('check-move', 'none', CheckMoveAnswer, MOVING),
  findMove: load('find-move', 'none', FindMoveAnswer, MOVING),
  watchMove: load('watch-move', 'none', WatchMoveAnswer, MOVING),
  cancelMove: load('cancel-move', 'one', CancelMoveAnswer, MOVING),
  findCopies: load('find-copies', 'none', FindCopiesAnswer),
  readHostVms: load('read-host-vms', 'none', ReadHostVmsAnswer, NODE),
  suspendNode: load('suspend-node', 'one', NodeAnswer, NODE),
  resumeNode: load('resume-node', 'one', NodeAnswer, NODE),
  doctorHost: load('doctor-host', 'none', DoctorHostAnswer),
  doctorCluster: load('doctor-cluster', 'none', DoctorClusterAnswer),
} as const;
