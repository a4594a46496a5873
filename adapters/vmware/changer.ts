/** What every change has in common: the look at the object right before, and what an error then means. */
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { TaskRef } from '#core/ports/connection.ts';
import { toChangeError, toReadError } from './faults.ts';
import { checkIdentity, toChangedRef, toNameFacts } from './identity.ts';
import { MoRef } from './schema.ts';
import { isSessionGone, type Login, type Session } from './session.ts';
import { toShape } from './soap/shape.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';

export interface Change {
  readonly operation: string;
  /** Without `_this`, which is the object that is changed. */
  readonly args?: object;
}

export interface Changer {
  /**
   * Reads the VM or the host, has the change made of what it shows, and sends it. Nothing is sent when `prepare` gives none.
   *
   * @throws OperationError `not_the_vm_approved` (not started) when handle and identity disagree (H02)
   */
  change(
    object: ObjectRef,
    prepare: (login: Login) => Promise<Change | undefined>,
    signal: AbortSignal,
  ): Promise<TaskRef | undefined>;
}

export function createChanger(soap: SoapClient, session: Session): Changer {
  return {
    change: async (object, prepare, signal) => {
      try {
        return await session.run(async (login) => {
          const change = await beforeSending(async () => {
            await checkIdentity(soap, login, { object, signal });
            return await prepare(login);
          });
          return change && (await send(soap, object, change, signal));
        }, signal);
      } catch (error) {
        // The way to the platform, the login: nothing was sent.
        throw toReadError(error, toNameFacts(object));
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
  object: ObjectRef,
  { operation, args }: Change,
  signal: AbortSignal,
): Promise<TaskRef | undefined> {
  const _this = toWireRef(toChangedRef(object));
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
    throw toChangeError(error, { ...toNameFacts(object), operation });
  }
}
