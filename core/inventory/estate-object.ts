/**
 * What platforms own, as Drover knows it.
 *
 * An adapter answers `Observed` objects. References between objects are handles of the same connection; the estate
 * index resolves them. An absent value is *unknown* (H09), never zero, off or empty.
 */
import type { MoveLimits } from '../ports/moving.ts';
import { toPlatformIdentity } from './identity.ts';
import type { DiskBody, ImageBody, NicBody, Tie, VmPriority } from './vm-parts.ts';

export const OBJECT_KINDS = [
  'cluster',
  'host',
  'datastore',
  'network',
  'folder',
  'template',
  'vm',
] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/**
 * Names one object on its platform: by `handle` for now (a managed object reference; a host) and by `identity` for
 * life (vSphere: instance UUID; Hyper-V: VM id). Every change names both, and both are checked (H02).
 */
export interface ObjectRef {
  readonly connectionId: string;
  readonly kind: ObjectKind;
  readonly handle: string;
  readonly identity: string;
}

/** Set when the platform could not show the object whole; the rest of the body is what could be read (H11). */
interface Readable {
  readonly name: string;
  /** The platform's own words on why the object cannot be read whole. */
  readonly unreadable?: string | undefined;
}

export interface ClusterBody extends Readable {
  /** Who chooses hosts: the platform by itself (`full`), the platform asked (`partial`), or nobody. */
  readonly automation?: 'full' | 'partial' | 'off' | undefined;
  /** What must or should run together, apart, on some hosts or not on them. */
  readonly rules?: readonly AffinityRule[] | undefined;
}

export interface AffinityRule {
  readonly name: string;
  /** `together` and `apart`: VMs among themselves. `on`, `not_on`: VMs and `hostHandles`. */
  readonly kind: 'together' | 'apart' | 'on' | 'not_on';
  /** The platform refuses what breaks it; otherwise it is a wish. */
  readonly isMandatory: boolean;
  readonly vmHandles: readonly string[];
  readonly hostHandles?: readonly string[] | undefined;
}

export interface HostBody extends Readable {
  readonly clusterHandle?: string | undefined;
  readonly state: 'connected' | 'disconnected' | 'not_responding' | 'unknown';
  /** The state in the platform's own word. */
  readonly platformState: string;
  readonly inMaintenance?: boolean | undefined;
  readonly cpuCores?: number | undefined;
  /** 0 to 1 of all cores. */
  readonly cpuUsedShare?: number | undefined;
  readonly memoryBytes?: number | undefined;
  /** Memory that VMs and the hypervisor use now. */
  readonly memoryUsedBytes?: number | undefined;
  /** `intel`, `amd` or the platform's own word, in small letters: no running VM moves between two. */
  readonly cpuVendor?: string | undefined;
  /** Of the machine itself (its SMBIOS UUID, in small letters): one host seen by two connections has one (H07). */
  readonly machineId?: string | undefined;
  /** As set on this host; absent: as the platform does by itself. */
  readonly moveLimits?: MoveLimits | undefined;
  readonly datastoreHandles: readonly string[];
  readonly networkHandles: readonly string[];
}

export interface DatastoreBody extends Readable {
  /** The platform's word: `VMFS`, `NFS`, `vsan`, `CSV`. */
  readonly type?: string | undefined;
  readonly capacityBytes?: number | undefined;
  readonly freeBytes?: number | undefined;
  readonly accessible?: boolean | undefined;
  readonly inMaintenance?: boolean | undefined;
  /** Only one host sees it. */
  readonly isLocal?: boolean | undefined;
  /** Hosts whose I/O to it goes over the network to another host. Absent: not known, or no such thing there. */
  readonly redirected?: readonly RedirectedHost[] | undefined;
}

export interface RedirectedHost {
  readonly hostName: string;
  /** In the platform's own words; empty where it says none. */
  readonly reasons: readonly string[];
}

export interface NetworkBody extends Readable {
  readonly type: 'standard' | 'distributed' | 'opaque' | 'switch' | 'other';
  /** The switch it belongs to, which tells two networks of one name apart. */
  readonly switchName?: string | undefined;
  readonly vlan?: string | undefined;
  /** An uplink port group or the like, on which no VM belongs. */
  readonly isUplink?: boolean | undefined;
}

export interface FolderBody extends Readable {
  /** From the root of VM folders, `/prod/web`; each name decoded once. The root itself is `/`. */
  readonly path: string;
}

/** `suspended` keeps its memory on disk (a saved state), `paused` in the host's memory. */
export const POWER_STATES = ['on', 'off', 'suspended', 'paused', 'unknown'] as const;
export type PowerState = (typeof POWER_STATES)[number];

/** What a VM and a template share. */
interface Hardware extends Readable {
  readonly folderHandle?: string | undefined;
  readonly hostHandle?: string | undefined;
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly guestOs?: string | undefined;
  readonly disks: readonly DiskBody[];
  readonly nics: readonly NicBody[];
  readonly snapshotCount?: number | undefined;
  /** Home of the configuration files. */
  readonly datastoreHandle?: string | undefined;
}

export interface TemplateBody extends Hardware {
  /** The guest of a VM made from it is set up by Drover, and bears the VM's name. */
  readonly setUp?:
    | {
        /** Changes with its texts. */
        readonly digest: string;
        readonly hostNameLetters: number;
      }
    | undefined;
}

export interface VmBody extends Hardware {
  readonly power: PowerState;
  /** The state in the platform's own words, `poweredOn` or `Running (merging disks)`. */
  readonly platformState: string;
  /** False: the platform says that nothing can be asked of it now (orphaned, inaccessible, host away). */
  readonly isReachable: boolean;
  readonly role?: 'vm' | 'replica' | undefined;
  /** Files in its DVD drives. */
  readonly images?: readonly ImageBody[] | undefined;
  readonly guestTools?: 'running' | 'not_running' | undefined;
  readonly ipAddresses?: readonly string[] | undefined;
  /** A question the platform asks about it (H16). */
  readonly question?: string | undefined;
  readonly ties?: readonly Tie[] | undefined;
  readonly priority?: VmPriority | undefined;
  /** The platform starts it elsewhere when its host fails. */
  readonly isHighlyAvailable?: boolean | undefined;
  /** Memory that it takes of its host now, with what the hypervisor needs for it. Absent: not measured. */
  readonly memoryDemandBytes?: number | undefined;
  /** Cores that it keeps busy now, 1.5 is one and a half. Absent: not measured. */
  readonly cpuDemandCores?: number | undefined;
  /** The token of the Drover step that made it. */
  readonly stepToken?: string | undefined;
}

export interface Bodies {
  readonly cluster: ClusterBody;
  readonly host: HostBody;
  readonly datastore: DatastoreBody;
  readonly network: NetworkBody;
  readonly folder: FolderBody;
  readonly template: TemplateBody;
  readonly vm: VmBody;
}

/** One object as an adapter read it. */
export type Observed = {
  readonly [K in ObjectKind]: {
    readonly kind: K;
    readonly handle: string;
    /** Absent when the platform does not show it now; the object is then known by its handle alone. */
    readonly identity?: string | undefined;
    readonly body: Bodies[K];
  };
}[ObjectKind];

/** One object as Drover keeps it: `id` is its own and for life (H01). */
export type EstateObject<K extends ObjectKind = ObjectKind> = {
  readonly [Kind in K]: {
    readonly id: string;
    readonly connectionId: string;
    readonly kind: Kind;
    readonly handle: string;
    readonly identity: string;
    readonly body: Bodies[Kind];
    /** Directory id of the person it belongs to; Drover's own word, never a platform's. */
    readonly ownerId?: string | undefined;
    /** Another object of its connection shows the same identity; nobody has said yet which is which (H04). */
    readonly isTwin: boolean;
    readonly gone: boolean;
    readonly changeSeq: number;
    /** When the platform last showed it. */
    readonly seenAt: Date;
  };
}[K];

/** Names it as its platform does. */
export function toRef({ connectionId, kind, handle, identity }: EstateObject): ObjectRef {
  return { connectionId, kind, handle, identity: toPlatformIdentity(identity) };
}
