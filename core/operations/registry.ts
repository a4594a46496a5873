/** Every operation of this release, by name. */
import { clusterBalance } from './cluster-balance.ts';
import { hostMaintenanceEnter } from './host-maintenance-enter.ts';
import { hostMaintenanceExit } from './host-maintenance-exit.ts';
import type { AnyOperation } from './operation.ts';
import { vmCreate } from './vm-create.ts';
import { vmDelete } from './vm-delete.ts';
import { vmDiskAdd } from './vm-disk-add.ts';
import { vmDiskRemove } from './vm-disk-remove.ts';
import { vmMaintenanceEnter } from './vm-maintenance-enter.ts';
import { vmMaintenanceExit } from './vm-maintenance-exit.ts';
import { vmMigrate } from './vm-migrate.ts';
import { vmNetworkConnect, vmNetworkDisconnect } from './vm-network.ts';
import { vmShutdown, vmStart, vmStop } from './vm-power.ts';
import { vmPause, vmResume, vmSave } from './vm-save.ts';

export const OPERATIONS: readonly AnyOperation[] = [
  vmCreate,
  vmStart,
  vmShutdown,
  vmStop,
  vmSave,
  vmPause,
  vmResume,
  vmDelete,
  vmDiskAdd,
  vmDiskRemove,
  vmNetworkConnect,
  vmNetworkDisconnect,
  vmMigrate,
  vmMaintenanceEnter,
  vmMaintenanceExit,
  hostMaintenanceEnter,
  hostMaintenanceExit,
  clusterBalance,
];

export function findOperation(name: string): AnyOperation | undefined {
  return OPERATIONS.find((operation) => operation.name === name);
}
