/** Makes a VM from a template: a full copy of its disks, powered off. */
import { createHash } from 'node:crypto';
import type { VmBody } from '#core/inventory/estate-object.ts';
import type { DiskBody, NicBody } from '#core/inventory/vm-parts.ts';
import type { CloneRequest } from '#core/ports/connection.ts';
import type { PlatformView } from '../draft.ts';
import { type LabTemplate, toPlatformState } from '../world-object.ts';
import { toNumber } from '../world-store.ts';
import { checkClone, cloneBytes, findTemplate } from './check-clone.ts';
import { addFreeBytes, diskBytes } from './checks.ts';
import type { Deed, Flaw } from './deed.ts';

const GIB = 2 ** 30;
/** Platforms give memory in steps of 4 MiB. */
const MEMORY_STEP_BYTES = 4 * 2 ** 20;

export const cloneVm: Deed<'clone'> = {
  check: checkClone,
  /** 80 GiB take 70 seconds. */
  realDurationMs: (view, request) =>
    Math.round(6000 + (800 * cloneBytes(findTemplate(view, request), request)) / GIB),
  holds: () => [],
  uses: ({ host, datastore }) => [`host ${host.handle}`, `datastore ${datastore.handle}`],
  canBeCancelled: true,
  apply(draft, request, stepToken, flaw) {
    const template = findTemplate(draft, request);
    const handle = draft.newHandle('vm');
    const body = toVmBody(draft, template, withFlaw(draft, template, request, flaw), handle);
    draft.put({
      kind: 'vm',
      handle,
      identity: toUuid(`${draft.platform.identity} ${handle}`),
      body: flaw.leaveOut === 'token' ? body : { ...body, stepToken },
      inside: { hasTools: template.inside?.hasTools ?? true },
    });
    addFreeBytes(draft, body.datastoreHandle, -diskBytes(body));
    return handle;
  },
};

/** The wish as a platform carries it out that drops a part of it in silence. */
function withFlaw(
  view: PlatformView,
  { body }: LabTemplate,
  wish: CloneRequest,
  { leaveOut, half }: Flaw,
): CloneRequest {
  const asTemplate = { cpus: body.cpus ?? 1, memoryBytes: body.memoryBytes ?? GIB };
  if (half) return { ...wish, ...asTemplate, diskBytes: undefined, network: undefined };
  switch (leaveOut) {
    case 'cpus':
      return { ...wish, cpus: asTemplate.cpus };
    case 'memory':
      return { ...wish, memoryBytes: asTemplate.memoryBytes };
    case 'disk':
      return { ...wish, diskBytes: undefined };
    case 'network':
      return { ...wish, network: undefined };
    case 'folder':
      return { ...wish, folder: { ...wish.folder, handle: otherFolder(view, wish) } };
    case 'datastore':
      return { ...wish, datastore: { ...wish.datastore, handle: otherDatastore(view, wish) } };
    case 'host':
      return { ...wish, host: { ...wish.host, handle: otherHost(view, wish) } };
    default:
      return wish;
  }
}

function otherFolder(view: PlatformView, { folder }: CloneRequest): string {
  for (const { handle } of view.list('folder')) if (handle !== folder.handle) return handle;
  return folder.handle;
}

function otherDatastore(view: PlatformView, { host, datastore }: CloneRequest): string {
  const seen = view.get('host', host.handle)?.body.datastoreHandles ?? [];
  return seen.find((it) => it !== datastore.handle) ?? datastore.handle;
}

function otherHost(view: PlatformView, { host, datastore }: CloneRequest): string {
  for (const { handle, body } of view.list('host'))
    if (handle !== host.handle && body.datastoreHandles.includes(datastore.handle)) return handle;
  return host.handle;
}

function toVmBody(
  view: PlatformView,
  template: LabTemplate,
  request: CloneRequest,
  handle: string,
): VmBody {
  return {
    name: request.name,
    folderHandle: request.folder.handle,
    hostHandle: request.host.handle,
    datastoreHandle: request.datastore.handle,
    cpus: request.cpus,
    memoryBytes: Math.ceil(request.memoryBytes / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES,
    guestOs: template.body.guestOs,
    disks: toDisks(view, template, request, handle),
    nics: toNics(view, template, request, handle),
    snapshotCount: 0,
    power: 'off',
    platformState: toPlatformState(view.platform.kind, 'off'),
    isReachable: true,
    role: 'vm',
    guestTools: 'not_running',
    ipAddresses: [],
  };
}

function toDisks(
  view: PlatformView,
  template: LabTemplate,
  request: CloneRequest,
  handle: string,
): readonly DiskBody[] {
  const directory = freeDirectory(view, request.name, handle);
  const datastore = view.get('datastore', request.datastore.handle)?.body.name ?? '';
  return template.body.disks.map((disk, at) => ({
    key: disk.key,
    label: disk.label,
    sizeBytes: at === 0 ? (request.diskBytes ?? disk.sizeBytes) : disk.sizeBytes,
    file: toDiskFile(view, datastore, directory, at === 0 ? request.name : `${request.name}_${at}`),
    datastoreHandle: request.datastore.handle,
    inOwnFolder: true,
    shared: false,
    isRaw: false,
  }));
}

/** A VM of the same name in another folder has the directory of that name already. */
function freeDirectory(view: PlatformView, name: string, handle: string): string {
  const isTaken = [...view.named('vm', name)].length > 0;
  return isTaken ? `${name}_${toNumber(handle)}` : name;
}

export function toDiskFile(
  view: PlatformView,
  datastore: string,
  directory: string,
  name: string,
): string {
  if (view.platform.kind === 'vcenter') return `[${datastore}] ${directory}/${name}.vmdk`;
  return `C:\\ClusterStorage\\${datastore}\\${directory}\\${name}.vhdx`;
}

function toNics(
  view: PlatformView,
  template: LabTemplate,
  request: CloneRequest,
  handle: string,
): readonly NicBody[] {
  return template.body.nics.map((nic, at) => {
    const networkHandle = at === 0 && request.network ? request.network.handle : nic.networkHandle;
    const network =
      networkHandle === undefined ? undefined : view.get('network', networkHandle)?.body;
    return {
      ...{ key: nic.key, label: nic.label, vlan: nic.vlan, vmqWeight: nic.vmqWeight },
      networkHandle,
      networkName: network?.name ?? nic.networkName,
      macAddress: toMac(toNumber(handle), at),
      connected: true,
    };
  });
}

function toMac(number: number, at: number): string {
  const hex = ((number * 8 + at) % 0x400000).toString(16).padStart(6, '0');
  return `00:50:56:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`;
}

/** A UUID that is the same for the same text. */
export function toUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
