/** Whether a handle still names what was approved, asked right before each act (H02). */
import type { z } from 'zod';
import { type ErrorCode, type Facts, OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import { HostIdentity, VmIdentity } from './deed-schema.ts';
import { findHostUuid } from './estate/to-parts.ts';
import { readObjects, toProperties } from './properties.ts';
import type { MoRef, ObjectContent } from './schema.ts';
import type { Login } from './session.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';

const WANTED = { VirtualMachine: VmIdentity, HostSystem: HostIdentity };

/** Of what is changed by itself: VMs, templates and hosts. */
export function toChangedRef({ kind, handle }: ObjectRef): MoRef {
  return { type: kind === 'host' ? 'HostSystem' : 'VirtualMachine', value: handle };
}

export function toNameFacts({ kind, handle }: ObjectRef): Facts {
  return kind === 'host' ? { host: handle } : { vm: handle };
}

/**
 * Reads a VM or a host, and lets only the one pass that was approved and can be asked now.
 *
 * @throws OperationError `not_the_vm_approved`, `not_found`, `object_unreadable`, `host_unavailable` (not started)
 */
export async function checkIdentity(
  soap: SoapClient,
  login: Login,
  { object, signal }: { readonly object: ObjectRef; readonly signal: AbortSignal },
): Promise<void> {
  const read = { wanted: WANTED, starts: [{ object: toChangedRef(object) }], signal };
  const contents = await readObjects(soap, login, read).catch((error) =>
    throwMissing(error, toNameFacts(object)),
  );
  if (object.kind === 'host') assertHostIdentity(contents[0], object);
  else assertVmIdentity(contents[0], object);
}

/** @throws OperationError `not_the_vm_approved`, `object_unreadable`, `host_unavailable` (not started) */
export function assertVmIdentity(content: ObjectContent | undefined, vm: ObjectRef): void {
  const properties = content ? toProperties(VmIdentity, content).properties : {};
  assertSame(properties['summary.config.instanceUuid'], vm);
  assertConnected(properties, vm);
}

/** @throws OperationError `not_the_vm_approved`, `object_unreadable`, `host_unavailable` (not started) */
export function assertHostIdentity(content: ObjectContent | undefined, host: ObjectRef): void {
  const properties = content ? toProperties(HostIdentity, content).properties : {};
  assertSame(findHostUuid(properties), host);
  assertConnected(properties, host);
}

/** @throws OperationError `not_the_vm_approved`, `object_unreadable` (not started) */
export function assertSame(shown: string | undefined, object: ObjectRef): void {
  if (!shown) throw toNotStarted('object_unreadable', object);
  if (shown.toLowerCase() !== object.identity.toLowerCase()) {
    throw toNotStarted('not_the_vm_approved', object, { shown });
  }
}

type State = Partial<Pick<z.infer<typeof VmIdentity>, 'runtime.connectionState'>>;

/** Orphaned, inaccessible, disconnected: whoever would have to act on it cannot be asked (H11). */
function assertConnected({ 'runtime.connectionState': words }: State, object: ObjectRef): void {
  if (words !== 'connected') throw toNotStarted('host_unavailable', object, { words });
}

function toNotStarted(code: ErrorCode, object: ObjectRef, facts: Facts = {}): OperationError {
  return new OperationError(code, 'not_started', { ...toNameFacts(object), ...facts });
}

/** An object that is read right before a change, and is no more. */
export function throwMissing(error: unknown, known?: Facts): never {
  if (error instanceof VimFault && error.type === 'ManagedObjectNotFound') {
    const facts = known ?? { object: error.object?.value };
    throw new OperationError('not_found', 'not_started', facts, { cause: error });
  }
  throw error;
}
