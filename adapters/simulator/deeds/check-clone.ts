/** What platforms refuse before they make a VM from a template. */
import type { CloneRequest } from '#core/ports/connection.ts';
import type { PlatformView } from '../draft.ts';
import type { LabHost, LabTemplate } from '../world-object.ts';
import {
  bytesToMove,
  checkDatastore,
  diskBytes,
  findNamed,
  findUsableHost,
  missing,
  refuse,
} from './checks.ts';

const MAX_NAME_LENGTH = 80;

export function checkClone(view: PlatformView, request: CloneRequest): void {
  const template = findTemplate(view, request);
  checkWish(request);
  findNamed(view, request.folder);
  findNamed(view, request.host);
  findNamed(view, request.datastore);
  if (request.network) findNamed(view, request.network);
  checkName(view, request);
  const host = findUsableHost(view, request.host.handle);
  checkPlace(view, request, host);
  checkTemplateInReach(view, template, host);
  checkDisk(view, template, request);
}

export function findTemplate(view: PlatformView, request: CloneRequest): LabTemplate {
  const template = findNamed(view, request.template) as LabTemplate;
  const { name, unreadable } = template.body;
  if (unreadable !== undefined) refuse('template_unusable', { template: name, unreadable });
  return template;
}

function checkWish({ name, cpus, memoryBytes }: CloneRequest): void {
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH) refuse('request_invalid', { name });
  if (!Number.isInteger(cpus) || cpus < 1) refuse('request_invalid', { cpus });
  if (!Number.isInteger(memoryBytes) || memoryBytes < 1) refuse('request_invalid', { memoryBytes });
}

/** A name is taken in a folder from the moment the first clone is accepted. */
function checkName(view: PlatformView, { name, folder }: CloneRequest): void {
  for (const kind of ['vm', 'template'] as const)
    for (const { body } of view.named(kind, name))
      if (body.folderHandle === folder.handle) refuse('name_taken', { name });
  for (const task of view.tasks())
    if (task.deed === 'clone' && isSame(task.input, name, folder.handle))
      refuse('name_taken', { name });
}

function isSame(request: CloneRequest, name: string, folderHandle: string): boolean {
  return request.name === name && request.folder.handle === folderHandle;
}

function checkPlace(view: PlatformView, request: CloneRequest, host: LabHost): void {
  const { datastore, network } = request;
  checkDatastore(view, datastore.handle);
  if (!host.body.datastoreHandles.includes(datastore.handle))
    refuse('datastore_unavailable', { datastore: datastore.handle, host: host.body.name });
  if (!network) return;
  const body = view.get('network', network.handle)?.body ?? missing(network.handle);
  if (body.isUplink === true || !host.body.networkHandles.includes(network.handle))
    refuse('network_unavailable', { network: body.name, host: host.body.name });
}

/** The host reads the template's disks itself, or the template's own host sends them. */
function checkTemplateInReach(view: PlatformView, template: LabTemplate, host: LabHost): void {
  const { name, disks, hostHandle } = template.body;
  const isSeen = disks.every(
    ({ datastoreHandle: it }) => it === undefined || host.body.datastoreHandles.includes(it),
  );
  const sender = hostHandle === undefined ? undefined : view.get('host', hostHandle)?.body;
  const canSend = sender?.state === 'connected' && sender.inMaintenance !== true;
  if (!isSeen && !canSend) refuse('template_unusable', { template: name, host: host.body.name });
  for (const { datastoreHandle } of disks)
    if (datastoreHandle !== undefined) checkDatastore(view, datastoreHandle);
}

function checkDisk(view: PlatformView, template: LabTemplate, request: CloneRequest): void {
  const first = template.body.disks[0]?.sizeBytes ?? 0;
  const wished = request.diskBytes ?? first;
  if (wished < first) refuse('request_invalid', { diskBytes: wished, templateBytes: first });
  if (wished > first && (template.body.snapshotCount ?? 0) > 0)
    refuse('template_unusable', { template: template.body.name, snapshots: true });
  const neededBytes = cloneBytes(template, request);
  const datastore = view.get('datastore', request.datastore.handle)?.body;
  if (datastore?.freeBytes === undefined) return;
  const freeBytes = datastore.freeBytes - claimedBytes(view, request.datastore.handle);
  if (neededBytes > freeBytes)
    refuse('not_enough_space', { datastore: datastore.name, neededBytes, freeBytes });
}

/** Of all disks of the new VM. */
export function cloneBytes(template: LabTemplate, request: CloneRequest): number {
  const first = template.body.disks[0]?.sizeBytes ?? 0;
  return diskBytes(template.body) - first + (request.diskBytes ?? first);
}

/** What clones, new disks and moves under way are going to take. */
export function claimedBytes(view: PlatformView, datastoreHandle: string): number {
  let bytes = 0;
  for (const task of view.tasks()) {
    if (task.deed === 'addDisk') {
      const home = view.get('vm', task.input.vm.handle)?.body.datastoreHandle;
      if (home === datastoreHandle) bytes += task.input.sizeBytes;
    }
    if (task.deed === 'move' && task.input.datastore?.handle === datastoreHandle) {
      const vm = view.get('vm', task.input.vm.handle);
      if (vm) bytes += bytesToMove(vm, datastoreHandle);
    }
    if (task.deed !== 'clone' || task.input.datastore.handle !== datastoreHandle) continue;
    const template = view.get('template', task.input.template.handle);
    if (template) bytes += cloneBytes(template, task.input);
  }
  return bytes;
}
