/** What step kinds need of the house: connections that may be changed, and the estate's record of what was made. */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { ObjectRef, Observed } from '../inventory/estate-object.ts';
import { toPlatformIdentity } from '../inventory/identity.ts';
import type { Step } from '../jobs/job.ts';
import type {
  Connection,
  HardwareFacet,
  PowerFacet,
  ProvisioningFacet,
  TaskFacet,
} from '../ports/connection.ts';
import type { MigrationFacet } from '../ports/moving.ts';
import type { Tx } from '../ports/store.ts';
import type { MoveVmInput } from './move-vm.ts';

export interface StepWorld {
  /** @throws OperationError `connection_on_hold` or `not_reachable`, not started. */
  changeable(connectionId: string): Promise<Connection>;
  /** Writes what was observed of one object and, for a VM that Drover made, whose it is. */
  record(tx: Tx, connectionId: string, observed: Observed, ownerId?: string): Promise<void>;
  /** Another host, inside what was agreed, for a VM whose first move failed; undefined when none can take it. */
  chooseOtherHost(
    tx: Tx,
    step: Step,
    input: MoveVmInput,
  ): Promise<MoveVmInput | 'left_out' | undefined>;
  /** A deletion that Drover did itself counts at once (H09). */
  recordGone(tx: Tx, object: ObjectRef): Promise<void>;
}

export const Ref = z.strictObject({
  connectionId: z.string(),
  kind: z.enum(['cluster', 'host', 'datastore', 'network', 'folder', 'template', 'vm']),
  handle: z.string(),
  identity: z.string(),
});

export type ObservedVm = Extract<Observed, { kind: 'vm' }>;

/**
 * Reads a VM now. `undefined`: the platform says it is no more.
 *
 * @throws OperationError `not_the_vm_approved` (not started) when another VM stands under that handle (H02).
 */
export async function readVm(
  connection: Connection,
  vm: ObjectRef,
  signal: AbortSignal,
): Promise<ObservedVm | undefined> {
  const read = await connection.estate.read({ kind: 'vm', handle: vm.handle }, signal);
  if (!read) return undefined;
  const isSame = read.identity === undefined || read.identity === toPlatformIdentity(vm.identity);
  if (read.kind !== 'vm' || !isSame) {
    throw new OperationError('not_the_vm_approved', 'not_started', { handle: vm.handle });
  }
  return read;
}

export function requirePower({ power, id }: Connection): PowerFacet {
  if (!power) throw new OperationError('not_supported', 'not_started', { connection: id });
  return power;
}

/** What not every platform that powers VMs can do. */
export function requireHalt(
  connection: Connection,
  deed: 'save' | 'pause' | 'resume',
): NonNullable<PowerFacet['save']> {
  const power = requirePower(connection);
  const act = power[deed];
  if (!act) throw new OperationError('not_supported', 'not_started', { connection: connection.id });
  return (vm, call) => act.call(power, vm, call);
}

export function requireProvisioning({ provisioning, id }: Connection): ProvisioningFacet {
  if (!provisioning) throw new OperationError('not_supported', 'not_started', { connection: id });
  return provisioning;
}

export function requireMigration({ migration, id }: Connection): MigrationFacet {
  if (!migration) throw new OperationError('not_supported', 'not_started', { connection: id });
  return migration;
}

export function requireHardware({ hardware, id }: Connection): HardwareFacet {
  if (!hardware) throw new OperationError('not_supported', 'not_started', { connection: id });
  return hardware;
}

export function requireTasks({ tasks, id }: Connection): TaskFacet {
  if (!tasks) throw new OperationError('not_supported', 'unknown', { connection: id });
  return tasks;
}
