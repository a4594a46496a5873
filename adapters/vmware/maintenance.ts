/**
 * Maintenance mode.
 *
 * Where DRS is fully automated, vCenter moves the running VMs of a host that enters it by itself, whether that was
 * wished or not; `drain` adds those that are off. It moves nothing back: DRS may, in its own time.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.HostSystem.html#enterMaintenanceMode
 */
import { type ErrorCode, OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { TaskFacet, TaskRef } from '#core/ports/connection.ts';
import type { HostStanding, MaintenanceFacet } from '#core/ports/moving.ts';
import type { Changer } from './changer.ts';
import { toReadError } from './faults.ts';
import { readStanding } from './host-standing.ts';
import type { Session } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';

interface MaintenanceParts {
  readonly soap: SoapClient;
  readonly session: Session;
  readonly changer: Changer;
  readonly tasks: TaskFacet;
}

/** Seconds; none: it is the job that gives up, by a cancel. */
const NO_TIMEOUT = 0;

export function createMaintenance(parts: MaintenanceParts): MaintenanceFacet {
  const { soap, session, changer, tasks } = parts;
  const read = async (host: ObjectRef, signal: AbortSignal): Promise<HostStanding> => {
    try {
      return await session.run((login) => readStanding(soap, login, { host, signal }), signal);
    } catch (error) {
      throw toReadError(error, { host: host.handle });
    }
  };
  const leave = (host: ObjectRef, signal: AbortSignal): Promise<TaskRef | undefined> =>
    changer.change(
      host,
      async (login) => {
        const { mark } = await readStanding(soap, login, { host, signal });
        if (mark !== 'in') return undefined;
        return { operation: 'ExitMaintenanceMode_Task', args: { timeout: NO_TIMEOUT } };
      },
      signal,
    );
  return {
    drains: { where: 'where_automated', savesLow: false, failsBack: false },
    read,

    mark: async (host, { drain }, { signal }) => {
      let waiting: TaskRef | undefined;
      const task = await changer.change(
        host,
        async (login) => {
          const standing = await readStanding(soap, login, { host, signal });
          waiting = standing.task;
          if (standing.mark !== 'none') return undefined;
          const args = { timeout: NO_TIMEOUT, evacuatePoweredOffVms: drain };
          return { operation: 'EnterMaintenanceMode_Task', args };
        },
        signal,
      );
      return task ?? waiting;
    },

    unmark: async (host, _wish, { signal }) => {
      const { task } = await read(host, signal);
      if (task === undefined) return await leave(host, signal);
      await cancelWaiting(tasks, task, signal);
      try {
        await endWaiting(tasks, task, signal);
        // It may have entered in the very moment.
        return await leave(host, signal);
      } catch (error) {
        throw toAfterCancel(error, host);
      }
    },
  };
}

/** What a task is answered that is over, or forgotten: no failure, what stands is read next. */
const OVER: ReadonlySet<ErrorCode> = new Set(['platform_refused', 'not_found']);

async function cancelWaiting(tasks: TaskFacet, task: TaskRef, signal: AbortSignal): Promise<void> {
  try {
    await tasks.cancel(task, signal);
  } catch (error) {
    const isOver =
      error instanceof OperationError && error.end === 'refused' && OVER.has(error.code);
    if (!isOver) throw error;
  }
}

/** Until its end the host may still enter; that it was cancelled is no failure here. */
async function endWaiting(tasks: TaskFacet, task: TaskRef, signal: AbortSignal): Promise<void> {
  try {
    await tasks.follow(task, { stepToken: '', signal, onProgress() {} });
  } catch (error) {
    if (!(error instanceof OperationError) || error.end !== 'refused') throw error;
  }
}

/** The platform took the cancel: what fails after it did not fail to start. */
function toAfterCancel(error: unknown, host: ObjectRef): OperationError {
  const { code, end, facts } = toReadError(error, { host: host.handle });
  return new OperationError(code, end === 'refused' ? end : 'unknown', facts, { cause: error });
}
