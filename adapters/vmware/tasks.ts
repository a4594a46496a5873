/** @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.Task.html */
import { OperationError } from '#core/errors.ts';
import type { TaskFacet } from '#core/ports/connection.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { VcenterConfig } from './config.ts';
import { toChangeError } from './faults.ts';
import type { Session } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';
import { toWireRef } from './soap/to-wire.ts';
import { createTaskWait } from './task-wait.ts';

export function createTasks(
  soap: SoapClient,
  session: Session,
  { id, waitSeconds }: VcenterConfig,
): TaskFacet {
  const wait = createTaskWait(soap, session, waitSeconds);
  return {
    follow: async (task, { signal, onProgress }) => {
      const cancelled = () => new OperationError('cancelled', 'unknown', { task });
      refuseInsideTransaction(id);
      if (signal.aborted) throw cancelled();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const follower = { task, onProgress, resolve, reject };
      const stop = () => {
        wait.remove(follower);
        reject(cancelled());
      };
      signal.addEventListener('abort', stop);
      wait.add(follower);
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },

    cancel: async (task, signal) => {
      const args = { _this: toWireRef({ type: 'Task', value: task }) };
      try {
        await session.run(() => soap.call({ operation: 'CancelTask', args, signal }), signal);
      } catch (error) {
        throw toChangeError(error, { task });
      }
    },
  };
}
