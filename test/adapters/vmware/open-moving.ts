/** A vCenter with hosts to move to, whose DRS moves nothing unless a test wants it to. */
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { VcsimOptions } from '#test/helpers/peers/vcsim.ts';
import { MOVING_ESTATE } from './moving-estate.ts';
import {
  type OpenedVcenter,
  openVcenter,
  patience,
  readVm,
  refPart,
  refVm,
} from './open-vcenter.ts';

export const FROM = 'host-1003';
export const TO = 'host-1005';
export const ORDERS = ['MigrateVM_Task', 'RelocateVM_Task'];

export interface OpenedMoving extends OpenedVcenter {
  /** It runs on `FROM`. */
  readonly vm: ObjectRef;
  /** `TO`: empty, sees what `FROM` sees. */
  readonly host: ObjectRef;
  readonly datastore: ObjectRef;
}

export async function openMoving(
  options: Parameters<typeof openVcenter>[0] & { readonly isDrsOn?: boolean } = {},
): Promise<OpenedMoving> {
  const { isDrsOn = false, ...rest } = options;
  const opened = await openVcenter({ estate: MOVING_ESTATE, ...rest });
  await opened.vcsim.control('drs', { on: isDrsOn });
  return {
    ...opened,
    vm: await refVm(opened, 'vm-1201'),
    host: await refPart(opened, 'host', TO),
    datastore: await refPart(opened, 'datastore', 'datastore-1015'),
  };
}

/** A move takes about a second. */
export const SLOW: Pick<VcsimOptions, 'taskDelayMs'> = {
  taskDelayMs: { MigrateVM_Task: 1000, RelocateVM_Task: 1000 },
};

/** Where the VM is, and whether it runs. */
export async function readPlace(opened: OpenedMoving) {
  const body = (await readVm(opened, opened.vm.handle))?.body;
  return [body?.hostHandle, body?.power];
}

export function countOrders({ proxy }: OpenedVcenter): number {
  return proxy.methods.filter((method) => ORDERS.includes(method)).length;
}

/** What somebody does at the vendor's console, to its end. */
export function doElsewhere({ vcsim }: OpenedVcenter, method: string, handle: string, args = {}) {
  return vcsim.control('as', { user: 'CORP\\anna', method, this: handle, args });
}

export function toHost(handle: string) {
  return { Type: 'HostSystem', Value: handle };
}

export async function refHosts<const H extends readonly string[]>(
  opened: OpenedVcenter,
  ...handles: H
) {
  const refs = await Promise.all(handles.map((handle) => refPart(opened, 'host', handle)));
  return refs as { [K in keyof H]: ObjectRef };
}

export async function readMark({ maintenance }: OpenedMoving, host: ObjectRef) {
  return (await maintenance.read(host, patience())).mark;
}
