/** What every platform asks before it acts: is it this object, can it be reached, is it free. */
import { type ErrorCode, type Facts, OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { PlatformView } from '../draft.ts';
import type { LabHost, LabObject, LabTemplate, LabVm } from '../world-object.ts';

export function refuse(code: ErrorCode, facts: Facts = {}): never {
  throw new OperationError(code, 'refused', facts);
}

/** The platform has no such object any more. */
export function missing(handle: string): never {
  return refuse('not_found', { handle });
}

/** Compares what was approved with what stands there (H02). */
export function findNamed(view: PlatformView, ref: ObjectRef): LabObject {
  const object = view.get(ref.kind, ref.handle) ?? missing(ref.handle);
  const facts = { name: object.body.name, handle: ref.handle };
  if (object.identity === undefined) refuse('object_unreadable', facts);
  if (object.identity !== ref.identity)
    throw new OperationError('not_the_vm_approved', 'not_started', facts);
  return object;
}

/** Finds the VM, whatever its state. */
export function findVm(view: PlatformView, ref: ObjectRef): LabVm {
  return findNamed(view, { ...ref, kind: 'vm' }) as LabVm;
}

/** Finds the VM and makes sure that the platform can do something with it now. */
export function findUsableVm(view: PlatformView, ref: ObjectRef): LabVm {
  const vm = findVm(view, ref);
  const { name, hostHandle, isReachable, platformState, role } = vm.body;
  if (hostHandle !== undefined) findConnectedHost(view, hostHandle);
  if (!isReachable) refuse('state_unknown', { name, platformState });
  if (role === 'replica') refuse('is_replica', { name });
  checkFree(view, vm);
  return vm;
}

/** One task a VM. */
function checkFree(view: PlatformView, vm: LabVm): void {
  const other = view.tasks().find((it) => it.holds.includes(vm.handle));
  if (other) refuse('another_task_runs', { name: vm.body.name, task: other.id });
}

export function findConnectedHost(view: PlatformView, handle: string): LabHost {
  const host = view.get('host', handle) ?? missing(handle);
  const { name, state, platformState } = host.body;
  if (state !== 'connected') refuse('host_unavailable', { host: name, platformState });
  return host;
}

/** Finds a host on which VMs may be made or started. */
export function findUsableHost(view: PlatformView, handle: string): LabHost {
  const host = findConnectedHost(view, handle);
  if (host.body.inMaintenance === true)
    refuse('host_unavailable', { host: host.body.name, platformState: 'in maintenance mode' });
  if (host.inside?.isEntering === true)
    refuse('host_unavailable', { host: host.body.name, platformState: 'entering maintenance' });
  return host;
}

/** Makes sure that files can be read and written there. */
export function checkDatastore(view: PlatformView, handle: string): void {
  const datastore = view.get('datastore', handle) ?? missing(handle);
  const { name, accessible, inMaintenance } = datastore.body;
  if (accessible === false || inMaintenance === true)
    refuse('datastore_unavailable', { datastore: name });
}

export function diskBytes(body: LabVm['body'] | LabTemplate['body']): number {
  return body.disks.reduce((sum, disk) => sum + (disk.sizeBytes ?? 0), 0);
}

/** Of its disks that are not there yet. */
export function bytesToMove({ body }: LabVm, datastoreHandle: string): number {
  let bytes = 0;
  for (const disk of body.disks)
    if (disk.isRaw !== true && disk.datastoreHandle !== datastoreHandle)
      bytes += disk.sizeBytes ?? 0;
  return bytes;
}

/** Changes the free room of a datastore, if that is known. */
export function addFreeBytes(
  draft: { get: PlatformView['get']; put(object: LabObject): void },
  handle: string | undefined,
  bytes: number,
): void {
  const datastore = handle === undefined ? undefined : draft.get('datastore', handle);
  if (datastore?.body.freeBytes === undefined || bytes === 0) return;
  const { capacityBytes = Number.MAX_SAFE_INTEGER, freeBytes } = datastore.body;
  const changed = Math.min(capacityBytes, Math.max(0, freeBytes + bytes));
  draft.put({ ...datastore, body: { ...datastore.body, freeBytes: changed } });
}
