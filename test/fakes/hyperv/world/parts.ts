/** What a world is made of. */
import type { VM_STATES } from '../stubs/types.ts';
import type { WorldJob } from './jobs.ts';

export type VmState = keyof typeof VM_STATES;

export interface WorldDisk {
  readonly id: string;
  readonly path: string;
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
  readonly path: string;
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
  readonly switches: readonly WorldSwitch[];
  readonly planned: readonly { readonly id: string; readonly name: string }[];
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
}

export interface WorldCluster {
  readonly name: string;
  /** Accounts with full access, beside the administrators. */
  readonly trusted: string[];
  /** A script on one node gets to another one, as with delegated credentials. */
  hasSecondHop: boolean;
  readonly id: string;
  readonly nodes: { readonly name: string; state: 'Up' | 'Down' | 'Paused'; drain: string }[];
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
