/** What a world is made of. */
import type { VM_STATES } from '../stubs/types.ts';
import type { WorldJob } from './jobs.ts';

export type VmState = keyof typeof VM_STATES;

export interface WorldDisk {
  readonly id: string;
  path: string;
  readonly controllerType: 'SCSI' | 'IDE';
  readonly controllerNumber: number;
  readonly controllerLocation: number;
}

export interface WorldNic {
  readonly id: string;
  readonly name: string;
  readonly mac: string;
  switchId: string | undefined;
  vlanId: number;
  vmqWeight: number;
  addresses: readonly string[];
}

export interface WorldCheckpoint {
  readonly id: string;
  readonly name: string;
  readonly parent?: string | undefined;
  readonly createdAt: number;
}

export interface WorldVm {
  readonly id: string;
  name: string;
  host: string;
  state: VmState;
  /** A word that this world's Windows says and nobody knows, in place of `state`. */
  oddState?: string | undefined;
  /** What the host does on it, with its progress. */
  job?: WorldJob | undefined;
  secondary?: 'MergingDisks' | 'MigratingVirtualMachine' | 'CreatingSnapshot' | undefined;
  notes: string;
  path: string;
  readonly generation: 1 | 2;
  processors: number;
  memoryBytes: number;
  dynamicMemory: boolean;
  isClustered: boolean;
  replication: 'None' | 'Primary' | 'Replica' | 'ExtendedReplica';
  /** Its guest does not answer. */
  noGuest: boolean;
  /** Its guest answers and then does not shut down. */
  stuck: boolean;
  firmware: { bootDiskId?: string | undefined; secureBootTemplate?: string | undefined };
  readonly guest: string;
  startedAt: number;
  readonly createdAt: number;
  readonly disks: WorldDisk[];
  readonly nics: WorldNic[];
  readonly images: string[];
  readonly checkpoints: WorldCheckpoint[];
  /** Devices of its host that it has for itself. */
  readonly devices: ('pci' | 'gpu')[];
  /** No host takes it. */
  isPinned: boolean;
  /** Its processor's features are on no other host. */
  hasOddProcessor: boolean;
  /** What becomes of its next move. */
  nextMove?: NextMove | undefined;
}

/** Ordered by a test; counts once. */
export interface NextMove {
  /** At its end it fails with these words. */
  readonly failsWith?: string;
  /** The half on the target stays there. */
  readonly leavesCopy?: boolean;
  /** The guest goes off by itself at this percent. */
  readonly offAtPercent?: number;
  /** It goes on until `endHeldMove`. */
  readonly isHeld?: boolean;
}

export interface WorldSwitch {
  readonly id: string;
  readonly name: string;
  readonly kind: 'External' | 'Internal' | 'Private';
}

export interface WorldHost {
  readonly name: string;
  readonly uuid: string;
  readonly memoryBytes: number;
  readonly processors: number;
  readonly driveBytes: number;
  switches: readonly WorldSwitch[];
  readonly planned: { readonly id: string; readonly name: string }[];
  readonly cpuVendor: string;
  cluster: string | undefined;
  bootedAt: number;
  /** Built-in groups of whoever runs scripts there: Hyper-V Administrators, Remote Management Users. */
  accountGroups: readonly string[];
  /** What it is set to for live migration. */
  migration: WorldMigration;
  /** Its Virtual Machine Management service runs. */
  hasService: boolean;
}

export interface WorldMigration {
  readonly enabled: boolean;
  readonly authentication: 'CredSSP' | 'Kerberos';
  readonly subnets: readonly string[];
  readonly atOnce: number;
  readonly storageAtOnce: number;
  /** Another host knows who asks, as with constrained delegation. */
  isDelegated: boolean;
}

export interface WorldVolume {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly sizeBytes: number;
  owner: string;
  isOnline: boolean;
  /** Nodes whose I/O goes over the network. */
  redirected: string[];
}

export interface WorldGroup {
  readonly name: string;
  readonly vmId: string | undefined;
  owner: string;
  isQueued: boolean;
  isFailed: boolean;
  priority: 0 | 1000 | 2000 | 3000;
  antiAffinity: readonly string[];
  /** Nodes that may have it; absent: all. */
  possibleOwners?: readonly string[] | undefined;
}

export interface WorldNode {
  readonly name: string;
  state: 'Up' | 'Down' | 'Paused';
  drain: string;
  /** Names of groups that its drain moved away. */
  drained: string[];
}

/** A move of a role, waiting or under way. */
export interface WorldOrder {
  readonly group: WorldGroup;
  readonly to: string;
  readonly isLive: boolean;
  readonly ended: (isDone: boolean) => void;
}

export interface WorldCluster {
  readonly name: string;
  /** Accounts with full access, beside the administrators. */
  readonly trusted: string[];
  /** A script on one node gets to another one, as with delegated credentials. */
  hasSecondHop: boolean;
  readonly id: string;
  readonly nodes: WorldNode[];
  /** Live migrations at once on a node. */
  atOnce: number;
  enforcesAntiAffinity: boolean;
  readonly rules: { readonly name: string; readonly kind: string; readonly groups: string[] }[];
  /** Moves that wait for their turn. */
  readonly queue: WorldOrder[];
  readonly volumes: WorldVolume[];
  readonly groups: WorldGroup[];
}

export const GIB = 2 ** 30;
export const MIB = 2 ** 20;

export function isOn({ state }: WorldVm): boolean {
  return /^(Running|Paused|Stopping|Saving|Pausing|Resuming|Starting)/.test(state);
}

export function isCritical({ state }: WorldVm): boolean {
  return state.endsWith('Critical');
}
