/**
 * The request that moves a VM, and the one that asks beforehand.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.vm.RelocateSpec.html
 */
import { type ErrorCode, type Facts, OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import type { Change } from './changer.ts';
import type { MoveParts } from './move-parts.ts';
import type { MoRef } from './schema.ts';
import { toWire, toWireRef } from './soap/to-wire.ts';

/** @throws OperationError `request_invalid` (refused), `not_supported` (not started) */
export function assertWish(vm: ObjectRef, { way, host, datastore }: MoveWish): void {
  const facts = { vm: vm.handle, way };
  if (!host && !datastore) throw new OperationError('request_invalid', 'refused', facts);
  if (way === 'quick') throw new OperationError('not_supported', 'not_started', facts);
}

/**
 * Gives nothing when the VM is there already.
 *
 * @throws OperationError `wrong_power_state` (refused); `host_unavailable`, `datastore_unavailable`,
 *   `object_unreadable` (not started)
 */
export function toMove(vm: ObjectRef, wish: MoveWish, parts: MoveParts): Change | undefined {
  const power = assertPower(vm, wish, parts);
  if (isThere(wish, parts)) return undefined;
  assertOpen(wish, parts);
  if (wish.datastore) {
    // Without a host it stays on the one that it is on when the move begins. Base files of a chain go along: unset is
    // "moveAllDiskBackingsAndDisallowSharing".
    return { operation: 'RelocateVM_Task', args: { spec: toRelocation(wish, parts), priority } };
  }
  const { host, pool } = toPlace(wish, parts);
  // "The virtual machine migrates only if its state matches": the platform's own look in the call that acts.
  return { operation: 'MigrateVM_Task', args: { pool, host, priority, state: power } };
}

const priority = 'defaultPriority';

/** The same to ask first. A relocation that names no host would be judged for every host of the cluster. */
export function toCheck(vm: ObjectRef, wish: MoveWish, parts: MoveParts): Change {
  const of = toWireRef({ type: 'VirtualMachine', value: vm.handle });
  if (wish.datastore) {
    const host = wish.host ? undefined : parts.vm['runtime.host'];
    const spec = toRelocation(wish, parts, host);
    return { operation: 'CheckRelocate_Task', args: { vm: of, spec } };
  }
  const state = wish.way === 'live' ? 'poweredOn' : undefined;
  const { host, pool } = toPlace(wish, parts);
  return { operation: 'CheckMigrate_Task', args: { vm: of, host, pool, state } };
}

function toPlace({ host }: MoveWish, { pool }: MoveParts) {
  return {
    host: host && toWireRef({ type: 'HostSystem', value: host.handle }),
    pool: pool && toWireRef(pool),
  };
}

function toRelocation(wish: MoveWish, { pool }: MoveParts, stay?: MoRef): object {
  const { host, datastore } = wish;
  return toWire('VirtualMachineRelocateSpec', {
    datastore: datastore && { type: 'Datastore', value: datastore.handle },
    pool,
    host: host ? { type: 'HostSystem', value: host.handle } : stay,
  });
}

function assertPower({ handle }: ObjectRef, { way }: MoveWish, { vm }: MoveParts): string {
  const power = vm['runtime.powerState'];
  if (power === undefined) throw toNotStarted('object_unreadable', { vm: handle });
  if ((power === 'poweredOn') === (way === 'live')) return power;
  throw new OperationError('wrong_power_state', 'refused', { vm: handle, way, words: power });
}

function isThere({ host, datastore }: MoveWish, { vm }: MoveParts): boolean {
  const { datastore: on = [], 'runtime.host': home } = vm;
  if (host && host.handle !== home?.value) return false;
  return !datastore || (on.length === 1 && on[0]?.value === datastore.handle);
}

/** A target that takes nothing now is known before anything is sent. */
function assertOpen(wish: MoveWish, { host, datastore }: MoveParts): void {
  if (host) {
    const words = findClosed(host);
    if (words) throw toNotStarted('host_unavailable', { host: wish.host?.handle, words });
  }
  const { accessible, maintenanceMode = 'normal' } = datastore?.summary ?? {};
  if (datastore && (accessible !== true || maintenanceMode !== 'normal')) {
    const words = accessible === true ? maintenanceMode : 'inaccessible';
    throw toNotStarted('datastore_unavailable', { datastore: wish.datastore?.handle, words });
  }
}

function findClosed(host: NonNullable<MoveParts['host']>): string | undefined {
  const connection = host['runtime.connectionState'] ?? 'unknown';
  if (connection !== 'connected') return connection;
  const power = host['runtime.powerState'] ?? 'poweredOn';
  if (power !== 'poweredOn') return power;
  if (host['runtime.inMaintenanceMode'] === true) return 'inMaintenanceMode';
  return host.isEntering ? 'enteringMaintenanceMode' : undefined;
}

function toNotStarted(code: ErrorCode, facts: Facts): OperationError {
  return new OperationError(code, 'not_started', facts);
}
