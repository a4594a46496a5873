/** What a VM was when its maintenance began: that, and nothing else, is brought back at its end. */
import type { PowerState } from '../inventory/estate-object.ts';

/** One network adapter, as the platform showed it. */
export interface RememberedNic {
  /** The platform's key of it, and how people know it. */
  readonly key: string;
  readonly label: string;
  readonly isOff: boolean;
  /** Absent, each: the platform did not show it. */
  readonly networkIdentity?: string | undefined;
  readonly networkName?: string | undefined;
  readonly vlan?: number | undefined;
}

export interface VmMaintenance {
  readonly vmId: string;
  readonly connectionId: string;
  /** The job that began it. */
  readonly jobId: string;
  /** What was wished: its adapters off their networks, its memory on disk; both may be. */
  readonly isOffNetwork: boolean;
  readonly isSaved: boolean;
  readonly was: { readonly power: PowerState; readonly nics: readonly RememberedNic[] };
  readonly beganAt: Date;
}

export interface VmMaintenanceReads {
  /** Of these VMs those that are in maintenance. */
  list(vmIds: readonly string[]): Promise<VmMaintenance[]>;
}

export interface VmMaintenanceTable extends VmMaintenanceReads {
  /** Begun now. One a VM, and the first stands: what comes later would remember what maintenance made of it. */
  remember(maintenance: Omit<VmMaintenance, 'beganAt'>): Promise<void>;
  delete(vmId: string): Promise<void>;
}
