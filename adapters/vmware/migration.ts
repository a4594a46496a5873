/** @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.VirtualMachine.html#relocate */
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { TaskFacet } from '#core/ports/connection.ts';
import type { MigrationFacet, MoveLimits, MoveLook, MoveWish } from '#core/ports/moving.ts';
import type { Changer } from './changer.ts';
import { VmTasks } from './deed-schema.ts';
import type { Known } from './estate/surroundings.ts';
import { toReadError } from './faults.ts';
import { findCopies } from './find-copies.ts';
import { assertSame, throwMissing } from './identity.ts';
import { checkMove } from './move-check.ts';
import { readMoveParts } from './move-parts.ts';
import { assertWish, toMove } from './move-spec.ts';
import { readObjects, toProperties } from './properties.ts';
import { listRunning, TASK_WANTED, toRecentTasks } from './recent-tasks.ts';
import type { Login, Session } from './session.ts';
import type { SoapClient } from './soap/soap-client.ts';

interface MigrationParts {
  readonly soap: SoapClient;
  readonly session: Session;
  readonly changer: Changer;
  readonly tasks: TaskFacet;
  readonly known: Known;
}

/**
 * What a vCenter carries out at once by itself and queues beyond: 8 moves a host with 10 GbE for them (4 with 1 GbE), 2
 * moves of files a host, 8 a datastore. The general figures of "Limits on Simultaneous Migrations" in "vCenter Server
 * and Host Management"; what a vCenter was set to otherwise, it does not show.
 */
const LIMITS: MoveLimits = {
  movesPerHost: 8,
  storageMovesPerHost: 2,
  storageMovesPerDatastore: 8,
};

export function createMigration(parts: MigrationParts): MigrationFacet {
  const { soap, session, changer, tasks, known } = parts;
  const reading = async <T>(work: (login: Login) => Promise<T>, signal: AbortSignal) => {
    try {
      return await session.run(work, signal);
    } catch (error) {
      throw toReadError(error);
    }
  };
  return {
    can: ['storage', 'host_and_storage', 'shared_nothing'],
    limits: LIMITS,

    check: (vm, wish, signal) => checkMove({ soap, session, tasks }, { vm, wish, signal }),

    move: async (vm, wish, { signal }) => {
      assertWish(vm, wish);
      return await changer.change(
        vm,
        (login) => toOrder(soap, login, { vm, wish, signal }),
        signal,
      );
    },

    findMove: (vm, signal) => reading((login) => findMove(soap, login, vm, signal), signal),

    findCopies: (vm, signal) =>
      reading(
        (login) => findCopies(soap, login, { vm, surroundings: known.surroundings, signal }),
        signal,
      ),
  };
}

interface Order {
  readonly vm: ObjectRef;
  readonly wish: MoveWish;
  readonly signal: AbortSignal;
}

async function toOrder(soap: SoapClient, login: Login, order: Order) {
  return toMove(order.vm, order.wish, await readMoveParts(soap, login, order));
}

const WANTED = { VirtualMachine: VmTasks, ...TASK_WANTED };

/** By method and by description: what DRS moves has a description alone. Asking whether it could be is no move. */
function isMove(name: string): boolean {
  return /migrat|relocat|vmotion/i.test(name) && !/check|query/i.test(name);
}

async function findMove(
  soap: SoapClient,
  login: Login,
  vm: ObjectRef,
  signal: AbortSignal,
): Promise<MoveLook> {
  const object = { type: 'VirtualMachine', value: vm.handle };
  const starts = [{ object, reach: [toRecentTasks('VirtualMachine')] }];
  const contents = await readObjects(soap, login, { wanted: WANTED, starts, signal }).catch(
    (error) => throwMissing(error, { vm: vm.handle }),
  );
  const content = contents.find(({ obj }) => obj.value === vm.handle);
  const properties = content && toProperties(VmTasks, content).properties;
  const identity = properties?.['summary.config.instanceUuid'];
  if (!identity) return { found: 'cannot_tell' };
  assertSame(identity, vm);
  const { tasks, isWhole } = listRunning(properties?.recentTask, contents);
  const move = tasks.find(({ name }) => isMove(name));
  if (move) return { found: 'running', task: move.task };
  return { found: isWhole ? 'nothing' : 'cannot_tell' };
}
