/** The step kinds that change a VM's power: the power state itself shows whether they happened. */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { PowerState } from '../inventory/estate-object.ts';
import type { Look, StepKind, Verdict } from '../jobs/step-kind.ts';
import type { Clock } from '../ports/clock.ts';
import type { Call, Connection, TaskRef } from '../ports/connection.ts';
import {
  type ObservedVm,
  Ref,
  readVm,
  requireHalt,
  requirePower,
  requireTasks,
  type StepWorld,
} from './step-world.ts';

export const VmStepInput = z.strictObject({ vm: Ref, name: z.string() });
export type VmStepInput = z.infer<typeof VmStepInput>;

const ASK_GUEST_EVERY_MS = 2000;
/** Stands for the guest that was asked: the platform has no task for it. */
const GUEST_WAS_ASKED = 'guest-was-asked';

export function createStartVm(world: StepWorld): StepKind<VmStepInput> {
  return {
    ...createPowerKind(world, {
      name: 'start-vm',
      wish: 'on',
      usualMs: 10_000,
      timeLimitMs: 300_000,
    }),
    act: async ({ vm }, call) => ({
      task: await requirePower(await world.changeable(vm.connectionId)).start(vm, call),
    }),
    undo: 'vm shutdown',
  };
}

export function createStopVm(world: StepWorld): StepKind<VmStepInput> {
  return {
    ...createPowerKind(world, {
      name: 'stop-vm',
      wish: 'off',
      usualMs: 5000,
      timeLimitMs: 300_000,
    }),
    act: async ({ vm }, call) => ({
      task: await requirePower(await world.changeable(vm.connectionId)).stop(vm, call),
    }),
    undo: 'vm start',
  };
}

/** Asks the guest once, then waits for it to go off; a guest that stays up is not asked again. */
export function createShutdownVm(world: StepWorld, clock: Clock): StepKind<VmStepInput> {
  const kind = createPowerKind(world, {
    name: 'shutdown-vm',
    wish: 'off',
    usualMs: 45_000,
    timeLimitMs: 600_000,
  });
  return {
    ...kind,
    async act({ vm }, call) {
      await requirePower(await world.changeable(vm.connectionId)).shutdownGuest(vm, call);
      return { task: GUEST_WAS_ASKED };
    },
    isTaskOwn: true,
    async follow(_task, { vm, name }, call) {
      const connection = await world.changeable(vm.connectionId);
      while ((await readVm(connection, vm, call.signal))?.body.power === 'on') {
        await clock.pause(ASK_GUEST_EVERY_MS, call.signal).catch((cause: unknown) => {
          throw new OperationError('guest_did_not_shut_down', 'refused', { vm: name }, { cause });
        });
      }
    },
    undo: 'vm start',
  };
}

/** Large memory is written for as long as its datastore takes. */
export function createSaveVm(world: StepWorld): StepKind<VmStepInput> {
  return {
    ...createPowerKind(world, {
      name: 'save-vm',
      wish: 'suspended',
      usualMs: 30_000,
      timeLimitMs: 3_600_000,
    }),
    act: async ({ vm }, call) => ({
      task: await requireHalt(await world.changeable(vm.connectionId), 'save')(vm, call),
    }),
    undo: 'vm resume',
  };
}

export function createPauseVm(world: StepWorld): StepKind<VmStepInput> {
  return {
    ...createPowerKind(world, {
      name: 'pause-vm',
      wish: 'paused',
      usualMs: 3000,
      timeLimitMs: 300_000,
    }),
    act: async ({ vm }, call) => ({
      task: await requireHalt(await world.changeable(vm.connectionId), 'pause')(vm, call),
    }),
    undo: 'vm resume',
  };
}

/** Of a paused VM; a saved one is started. */
export function createResumeVm(world: StepWorld): StepKind<VmStepInput> {
  return {
    ...createPowerKind(world, {
      name: 'resume-vm',
      wish: 'on',
      usualMs: 3000,
      timeLimitMs: 300_000,
    }),
    act: async ({ vm }, call) => ({
      task: await requireHalt(await world.changeable(vm.connectionId), 'resume')(vm, call),
    }),
    undo: 'vm pause',
  };
}

type PowerKind = Omit<StepKind<VmStepInput>, 'act'>;

function createPowerKind(
  world: StepWorld,
  kind: { name: string; wish: PowerState; usualMs: number; timeLimitMs: number },
): PowerKind {
  const read = async ({ vm }: VmStepInput, { signal }: Call) =>
    readVm(await world.changeable(vm.connectionId), vm, signal);
  return {
    ...{ name: kind.name, version: 1, input: VmStepInput, evidence: 'state', settleMs: 10_000 },
    ...{ usualMs: kind.usualMs, timeLimitMs: kind.timeLimitMs },
    permits: ({ vm }) => [`connection:${vm.connectionId}`],
    async look(input, call, task) {
      const seen = await read(input, call);
      if (!seen) return { found: 'gone', facts: { vm: input.name } };
      return seen.body.power === kind.wish ? { found: 'done' } : toUnchanged(task);
    },
    follow: (task, { vm }, call) => followTask(world, vm.connectionId, task, call),
    stop: (task, { vm }, call) => stopTask(world, vm.connectionId, task, call),
    verify: async (input, call) => toVerdict(await read(input, call), kind.wish, input.name),
    record: (tx, _step, { vm }, verdict) => recordVerdict(world, tx, vm.connectionId, verdict),
  };
}

/** The order may still be under way: its task tells, and the state alone proves nothing. */
export function toUnchanged(task: TaskRef | null): Look {
  return task === null ? { found: 'nothing' } : { found: 'running', task };
}

export function toVerdict(seen: ObservedVm | undefined, wish: PowerState, name: string): Verdict {
  if (!seen) return { verdict: 'not_as_wished', facts: { vm: name, found: 'gone' } };
  const { power, platformState } = seen.body;
  const facts = { vm: name, state: platformState };
  if (power === wish) return { verdict: 'as_wished', observed: seen };
  return { verdict: power === 'unknown' ? 'cannot_tell' : 'not_as_wished', facts };
}

export async function recordVerdict(
  world: StepWorld,
  tx: Parameters<StepWorld['record']>[0],
  connectionId: string,
  { observed }: Verdict,
): Promise<void> {
  if (observed) await world.record(tx, connectionId, observed);
}

export async function followTask(
  world: StepWorld,
  connectionId: string,
  task: string,
  call: Call,
): Promise<void> {
  return requireTasks(await toFollowable(world, connectionId)).follow(task, call);
}

export async function stopTask(
  world: StepWorld,
  connectionId: string,
  task: string,
  call: Call,
): Promise<void> {
  return requireTasks(await toFollowable(world, connectionId)).cancel(task, call.signal);
}

/** What was sent is followed as `unknown` where its connection cannot be asked, never as not started. */
async function toFollowable(world: StepWorld, connectionId: string): Promise<Connection> {
  try {
    return await world.changeable(connectionId);
  } catch (cause) {
    throw new OperationError('no_answer', 'unknown', { connection: connectionId }, { cause });
  }
}
