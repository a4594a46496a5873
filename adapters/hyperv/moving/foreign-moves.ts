/** Moves as tasks that this process did not begin, or began in an earlier life: each is named by its VM and followed on the host. */
import { OperationError } from '#core/errors.ts';
import type { TaskFacet, TaskRef } from '#core/ports/connection.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import { callScript } from '../call-script.ts';
import { readVmHandle, toVmHandle, type VmHandle } from '../handles.ts';
import type { Hosts } from '../hosts.ts';
import { SCRIPTS } from '../scripts.ts';

const MARK = 'move:';
const WATCH_LIMIT_MS = 24 * 3_600_000;
const CANCEL_LIMIT_MS = 180_000;

export const toMoveTask = ({ hostId, vmId }: VmHandle): TaskRef =>
  `${MARK}${toVmHandle(hostId, vmId)}`;

/** State of Msvm_MigrationJob. */
const COMPLETED = 7;

/** `own`: the tasks of this process. */
export function withForeignMoves(connectionId: string, hosts: Hosts, own: TaskFacet): TaskFacet {
  const find = async (task: TaskRef, signal: AbortSignal) => {
    refuseInsideTransaction(connectionId);
    const { hostId, vmId } = readVmHandle(task.slice(MARK.length));
    return { host: await hosts.find(hostId, signal), own: { VmId: vmId, HostId: hostId } };
  };
  return {
    follow: async (task, call) => {
      if (!task.startsWith(MARK)) return own.follow(task, call);
      const { signal, onProgress } = call;
      try {
        const { host, own: parameters } = await find(task, signal);
        const watch = { signal, timeLimitMs: WATCH_LIMIT_MS, parameters };
        const { isAway, jobState, words } = await callScript(host, SCRIPTS.watchMove, {
          ...{ ...watch, onProgress: ({ percent }) => onProgress(Math.floor(percent)) },
        });
        if (isAway || jobState === COMPLETED) return;
        throw new OperationError('platform_refused', 'refused', { task, words });
      } catch (error) {
        throw toUnknown(error);
      }
    },
    cancel: async (task, signal) => {
      if (!task.startsWith(MARK)) return own.cancel(task, signal);
      const { host, own: parameters } = await find(task, signal);
      await callScript(host, SCRIPTS.cancelMove, {
        ...{ signal, timeLimitMs: CANCEL_LIMIT_MS, parameters },
      });
    },
  };
}

/** The move goes on, or has ended, whatever became of the question. */
function toUnknown(error: unknown): unknown {
  if (!(error instanceof OperationError) || error.end !== 'not_started') return error;
  return new OperationError(error.code, 'unknown', error.facts, { cause: error });
}
