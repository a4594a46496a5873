/** What every change has in common: the look at the object right before, and what an error then means. */
import type { z } from 'zod';
import { type ErrorCode, type Facts, OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { TaskRef } from '#core/ports/connection.ts';
import { toChangeError, toReadError } from './faults.ts';
import { readObjects, toProperties } from './properties.ts';
import { MoRef, type ObjectContent, VmIdentity } from './schema.ts';
import { isSessionGone, type Login, type Session } from './session.ts';
import { toShape } from './soap/shape.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';

export interface Change {
  readonly operation: string;
  /** Without `_this`, which is the VM. */
  readonly args?: object;
}

export interface Changer {
  /**
   * Reads the VM, has the change made of what it shows, and sends it. Nothing is sent when `prepare` gives none.
   *
   * @throws OperationError `not_the_vm_approved` (not started) when handle and identity disagree (H02)
   */
  change(
    vm: ObjectRef,
    prepare: (login: Login) => Promise<Change | undefined>,
    signal: AbortSignal,
  ): Promise<TaskRef | undefined>;
}

export function createChanger(soap: SoapClient, session: Session): Changer {
  return {
    change: async (vm, prepare, signal) => {
      try {
        return await session.run(async (login) => {
          const change = await beforeSending(async () => {
            await checkIdentity(soap, login, { vm, signal });
            return await prepare(login);
          });
          return change && (await send(soap, vm, change, signal));
        }, signal);
      } catch (error) {
        // The way to the platform, the login: nothing was sent.
        throw toReadError(error, { vm: vm.handle });
      }
    },
  };
}

/** What fails before the change is sent did not start it. A session that is gone is mended by its owner. */
async function beforeSending<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSessionGone(error)) throw error;
    throw toReadError(error);
  }
}

async function send(
  soap: SoapClient,
  vm: ObjectRef,
  { operation, args }: Change,
  signal: AbortSignal,
): Promise<TaskRef | undefined> {
  const _this = toWireRef({ type: 'VirtualMachine', value: vm.handle });
  try {
    const answer = await soap.call({
      operation,
      args: { _this, ...args },
      returns: toShape(MoRef),
      signal,
    });
    return MoRef.safeParse(answer).data?.value;
  } catch (error) {
    // "Not authenticated" is the platform's word that it did nothing: the session logs in and sends it once more.
    if (isSessionGone(error)) throw error;
    throw toChangeError(error, { vm: vm.handle, operation });
  }
}

const WANTED = { VirtualMachine: VmIdentity };
type Properties = Partial<z.infer<typeof VmIdentity>>;

async function checkIdentity(
  soap: SoapClient,
  login: Login,
  { vm, signal }: { readonly vm: ObjectRef; readonly signal: AbortSignal },
): Promise<void> {
  const object = { type: 'VirtualMachine', value: vm.handle };
  const read = { wanted: WANTED, starts: [{ object }], signal };
  const [content] = await readObjects(soap, login, read).catch((error) => throwGone(error, vm));
  assertVmIdentity(content, vm);
}

/** @throws OperationError `not_the_vm_approved`, `object_unreadable`, `host_unavailable` (not started) */
export function assertVmIdentity(content: ObjectContent | undefined, vm: ObjectRef): void {
  const properties: Properties = content ? toProperties(VmIdentity, content).properties : {};
  const notStarted = (code: ErrorCode, facts: Facts = {}) =>
    new OperationError(code, 'not_started', { vm: vm.handle, ...facts });
  const shown = properties['summary.config.instanceUuid'];
  if (!shown) throw notStarted('object_unreadable');
  if (shown.toLowerCase() !== vm.identity.toLowerCase()) {
    throw notStarted('not_the_vm_approved', { shown });
  }
  // Orphaned, inaccessible, disconnected: whoever would have to act on it cannot be asked (H11).
  const words = properties['runtime.connectionState'];
  if (words !== 'connected') throw notStarted('host_unavailable', { words });
}

function throwGone(error: unknown, vm: ObjectRef): never {
  if (error instanceof VimFault && error.type === 'ManagedObjectNotFound') {
    throw new OperationError('not_found', 'not_started', { vm: vm.handle }, { cause: error });
  }
  throw error;
}
