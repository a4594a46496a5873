import type { Observed, PowerState, VmBody } from '#core/inventory/estate-object.ts';
import { decodeName } from '../names.ts';
import { toProperties } from '../properties.ts';
import { type ObjectContent, type SnapshotTree, VmProperties } from '../schema.ts';
import type { Surroundings } from './surroundings.ts';
import { findDiskFiles, toDisks } from './to-disks.ts';
import { toNics } from './to-nics.ts';
import { toStanding } from './to-standing.ts';
import { toUnreadable } from './to-unreadable.ts';

/** Where the token of the step that made a VM stands: it is copied with the clone and shown by every client. */
export const TOKEN_KEY = 'drover.step';

type Properties = Partial<VmProperties>;

/** A VM's properties, checked once and used twice. */
export interface ReadVm {
  readonly content: ObjectContent;
  readonly properties: Properties;
  readonly oddPaths: readonly string[];
}

export function readVm(content: ObjectContent): ReadVm {
  return { content, ...toProperties(VmProperties, content) };
}

/** The files that its disks stand on, or `undefined` when its disks are not shown. */
export function findVmFiles({ properties }: ReadVm): readonly string[] | undefined {
  const hardware = properties['config.hardware'];
  return hardware && findDiskFiles(hardware.device ?? []);
}

export function toVm(vm: ReadVm, surroundings: Surroundings): Observed {
  const { content, properties } = vm;
  const handle = content.obj.value;
  const { template: isTemplate, instanceUuid } = properties['summary.config'] ?? {};
  const unreadable = findUnreadable(vm);
  const hardware = toHardware(handle, properties, surroundings);
  const body = { ...hardware, ...(unreadable !== undefined && { unreadable }) };
  const identity = instanceUuid || undefined;
  if (isTemplate) return { kind: 'template', handle, identity, body };
  const standing = toStanding(handle, properties, surroundings);
  return { kind: 'vm', handle, identity, body: { ...body, ...toRuntime(properties), ...standing } };
}

function toHardware(handle: string, properties: Properties, surroundings: Surroundings) {
  const hardware = properties['config.hardware'];
  const devices = hardware?.device ?? [];
  const host = properties['runtime.host']?.value;
  const { vmPathName: vmPath, guestFullName: guestOs } = properties['summary.config'] ?? {};
  return {
    name: decodeName(properties.name ?? handle),
    folderHandle: toFolder(properties),
    hostHandle: host,
    cpus: hardware?.numCPU,
    memoryBytes: hardware?.memoryMB === undefined ? undefined : hardware.memoryMB * 2 ** 20,
    guestOs: hardware && guestOs,
    disks: toDisks(devices, { vm: handle, vmPath, surroundings }),
    nics: toNics(devices, {
      isOff: properties['runtime.powerState'] === 'poweredOff',
      host,
      surroundings,
    }),
    snapshotCount: hardware && countSnapshots(properties['snapshot.rootSnapshotList'] ?? []),
    datastoreHandle: findHome(vmPath, properties, surroundings),
  };
}

/** A VM within a vApp has no folder above it. */
function toFolder({ parent }: Properties): string | undefined {
  return parent?.type === 'Folder' ? parent.value : undefined;
}

function countSnapshots(trees: readonly SnapshotTree[]): number {
  return trees.reduce((sum, tree) => sum + 1 + countSnapshots(tree.childSnapshotList ?? []), 0);
}

/** The datastore of the configuration file: by name, among those that the VM lies on. */
function findHome(
  vmPath: string | undefined,
  { datastore = [] }: Properties,
  { datastores }: Surroundings,
): string | undefined {
  if (datastore.length === 1) return datastore[0]?.value;
  const name = /^\[([^\]]*)\]/.exec(vmPath ?? '')?.[1];
  return datastore.find(({ value }) => datastores.get(value) === name)?.value;
}

const POWER: Readonly<Record<string, PowerState>> = {
  poweredOn: 'on',
  poweredOff: 'off',
  suspended: 'suspended',
};

type PowerProperties = Pick<Properties, 'runtime.connectionState' | 'runtime.powerState'>;

/** What the platform last knew of a VM that is out of its reach is not what it is now (H09). */
export function toPower(properties: PowerProperties): PowerState {
  if (properties['runtime.connectionState'] !== 'connected') return 'unknown';
  return POWER[properties['runtime.powerState'] ?? ''] ?? 'unknown';
}

type Runtime = Pick<
  VmBody,
  | 'power'
  | 'platformState'
  | 'isReachable'
  | 'guestTools'
  | 'ipAddresses'
  | 'question'
  | 'stepToken'
>;

function toRuntime(properties: Properties): Runtime {
  const connection = properties['runtime.connectionState'];
  const power = properties['runtime.powerState'];
  const isReachable = connection === 'connected';
  const extra = properties['config.extraConfig'] ?? [];
  return {
    power: toPower(properties),
    platformState: (isReachable ? power : connection) ?? 'unknown',
    isReachable,
    guestTools: isReachable ? toGuestTools(properties['guest.toolsRunningStatus']) : undefined,
    ipAddresses: isReachable ? findAddresses(properties) : undefined,
    question: properties['runtime.question']?.text,
    stepToken: extra.find(({ key }) => key === TOKEN_KEY)?.value,
  };
}

function toGuestTools(status: string | undefined): VmBody['guestTools'] {
  if (status === undefined) return undefined;
  return status === 'guestToolsRunning' ? 'running' : 'not_running';
}

function findAddresses(properties: Properties): readonly string[] | undefined {
  const first = properties['guest.ipAddress'];
  const all = (properties['guest.net'] ?? []).flatMap(({ ipAddress }) => ipAddress ?? []);
  const addresses = [...new Set([...(first ? [first] : []), ...all])];
  return addresses.length > 0 ? addresses : undefined;
}

/** Why it is out of reach, else what the platform did not show; a VM without configuration may come with no word at all. */
function findUnreadable({ content, properties, oddPaths }: ReadVm): string | undefined {
  const connection = properties['runtime.connectionState'];
  if (connection !== undefined && connection !== 'connected') return connection;
  return toUnreadable(content, oddPaths) ?? (properties['config.hardware'] ? undefined : 'config');
}
