/**
 * The step kinds `move-vm` and `move-vm-away`: one VM to another host, another datastore or both.
 *
 * Where it stands shows whether it happened. `move-vm-away` only has to leave its host: it is done wherever the VM stands
 * by then, and it can be given another host when its turn comes.
 */
import { z } from 'zod';
import { OperationError } from '../errors.ts';
import type { ObjectRef, Observed } from '../inventory/estate-object.ts';
import { toPlatformIdentity } from '../inventory/identity.ts';
import type { Look, StepKind, Verdict } from '../jobs/step-kind.ts';
import type { Call, Connection } from '../ports/connection.ts';
import { MOVE_WAYS, type MoveWay } from '../ports/moving.ts';
import { releasePlace } from './held-places.ts';
import { judgeCopies } from './judge-copies.ts';
import { learnPace } from './learn-pace.ts';
import { isLeftByDrain } from './left-by-drain.ts';
import { followTask, recordVerdict, stopTask } from './power-steps.ts';
import { type ObservedVm, Ref, readVm, requireMigration, type StepWorld } from './step-world.ts';

export const MoveVmInput = z.strictObject({
  vm: Ref,
  name: z.string(),
  way: z.enum(MOVE_WAYS),
  /** Where it stood when the plan was made. */
  from: Ref,
  fromName: z.string(),
  /** Absent: it stays on its host, or its host is chosen when its turn comes. */
  host: Ref.optional(),
  hostName: z.string().optional(),
  /** Its files go there; absent: they stay. */
  datastore: Ref.optional(),
  datastoreName: z.string().optional(),
  /** What goes along, to learn how long that takes. */
  carries: z.strictObject({ memoryBytes: z.number(), fileBytes: z.number() }).optional(),
  /** Drover ids of hosts that were agreed to, for a choice at its turn. */
  among: z.array(z.string()).optional(),
});
export type MoveVmInput = z.infer<typeof MoveVmInput>;

export function createMoveVm(world: StepWorld): StepKind<MoveVmInput> {
  return { ...createMoveKind(world, 'move-vm', isThere), staysDone: true };
}

export function createMoveVmAway(world: StepWorld): StepKind<MoveVmInput> {
  return createMoveKind(world, 'move-vm-away', isAway);
}

/** The same once more, to another host: chosen when the first try has failed. */
export function createMoveVmAgain(world: StepWorld): StepKind<MoveVmInput> {
  return {
    ...createMoveKind(world, 'move-vm-again', isAway),
    place: (tx, step, input) => world.chooseOtherHost(tx, step, input),
  };
}

/** Of a host that its platform drains: whoever it left there is moved to a host that has room then. */
export function createMoveVmLeft(world: StepWorld): StepKind<MoveVmInput> {
  return {
    ...createMoveKind(world, 'move-vm-left', isAway),
    place: async (tx, step, input) =>
      (await isLeftByDrain(tx, step, input.vm)) ? world.chooseOtherHost(tx, step, input) : input,
  };
}

type IsDone = (vm: ObservedVm, input: MoveVmInput) => boolean;

const isThere: IsDone = ({ body }, { host, datastore }) =>
  (host === undefined || body.hostHandle === host.handle) &&
  (datastore === undefined || listHomes(body).every((handle) => handle === datastore.handle));

const isAway: IsDone = ({ body }, { from }) =>
  body.hostHandle !== undefined && body.hostHandle !== from.handle;

function listHomes({ datastoreHandle, disks }: ObservedVm['body']): (string | undefined)[] {
  return [datastoreHandle, ...disks.map((disk) => disk.datastoreHandle)];
}

function createMoveKind(world: StepWorld, name: string, isDone: IsDone): StepKind<MoveVmInput> {
  const connectionOf = ({ vm }: MoveVmInput) => world.changeable(vm.connectionId);
  return {
    ...{ name, version: 1, input: MoveVmInput, evidence: 'state', settleMs: 10_000 },
    ...{ usualMs: 60_000, timeLimitMs: 8 * 3_600_000 },
    permits: listMovePermits,
    async look(input, call, task): Promise<Look> {
      const connection = await connectionOf(input);
      const seen = await findVm(connection, input.vm, call.signal);
      if (!seen) return { found: 'gone', facts: { vm: input.name } };
      if (isDone(seen, input)) return { found: 'done' };
      if (task !== null) return { found: 'running', task };
      const look = await requireMigration(connection).findMove(toRef(seen, input.vm), call.signal);
      return look.found === 'nothing' ? { found: 'nothing' } : look;
    },
    async act(input, call) {
      const connection = await connectionOf(input);
      const seen = await findVm(connection, input.vm, call.signal);
      if (!seen) throw new OperationError('not_found', 'not_started', { vm: input.name });
      const { host, datastore } = input;
      if (!host && !datastore)
        throw new OperationError('no_other_host', 'refused', { vm: input.name });
      const wish = { way: toWay(seen, input.way), host, datastore };
      return {
        task: await requireMigration(connection).move(toRef(seen, input.vm), wish, call),
      };
    },
    follow: (task, { vm }, call) => followTask(world, vm.connectionId, task, call),
    stop: (task, { vm }, call) => stopTask(world, vm.connectionId, task, call),
    async verify(input, call) {
      const connection = await connectionOf(input);
      const seen = await findVm(connection, input.vm, call.signal);
      if (seen && isDone(seen, input)) {
        const also = await readHosts(connection, input, { seen, call });
        return { ...toArrived(seen, input, also), also };
      }
      return judgeCopies(connection, input, { call, isLeaving: isDone === isAway });
    },
    async record(tx, step, input, verdict) {
      const { vm } = input;
      await recordVerdict(world, tx, vm.connectionId, verdict);
      await learnPace(tx, step, input, verdict);
      const { also = [] } = verdict;
      for (const host of also) await world.record(tx, vm.connectionId, host);
      // Held until its host is seen with it: else the room would be free for a moment in which it is not.
      if (also.length > 0) await releasePlace(tx, step);
    },
    undo: 'vm migrate',
  };
}

export function listMovePermits({ vm, from, host, datastore }: MoveVmInput): string[] {
  const at = (what: string, { handle }: ObjectRef) => `${what}:${vm.connectionId}/${handle}`;
  const hosts = [from, ...(host ? [host] : [])];
  return [
    `connection:${vm.connectionId}`,
    ...hosts.map((one) => at('moves', one)),
    ...(datastore
      ? [...hosts.map((one) => at('file-moves', one)), at('file-moves-of', datastore)]
      : []),
  ];
}

/** A VM that is off needs no live move, and one that was off and runs now is not stopped for it. */
function toWay({ body }: ObservedVm, wished: MoveWay): MoveWay {
  if (body.power === 'on') return wished === 'off' ? 'live' : wished;
  return 'off';
}

/** Under its handle, or where it stands by now on a platform whose handles say the host. */
async function findVm(
  connection: Connection,
  vm: ObjectRef,
  signal: AbortSignal,
): Promise<ObservedVm | undefined> {
  const seen = await readVm(connection, vm, signal);
  if (seen) return seen;
  const moved = await connection.estate.findMoved?.(vm, signal);
  const isSame = moved?.kind === 'vm' && moved.identity === toPlatformIdentity(vm.identity);
  return isSame ? moved : undefined;
}

function toRef({ handle }: ObservedVm, { connectionId, identity }: ObjectRef): ObjectRef {
  return { connectionId, kind: 'vm', handle, identity: toPlatformIdentity(identity) };
}

/** It stands where it was wished, or away from its host; a guest that went off on the way is off, not failed. */
function toArrived(
  seen: ObservedVm,
  { name, way, host, hostName }: MoveVmInput,
  hosts: readonly Observed[],
): Verdict {
  const { power, hostHandle } = seen.body;
  const wentOff = way !== 'off' && power === 'off';
  const isElsewhere = host !== undefined && hostHandle !== host.handle;
  const there = isElsewhere && hosts.find(({ handle }) => handle === hostHandle);
  const shown = isElsewhere ? (there ? there.body.name : hostHandle) : hostName;
  const facts = { vm: name, ...(shown && { host: shown }), ...(isElsewhere && { isElsewhere }) };
  return {
    ...{ verdict: 'as_wished', observed: seen, facts },
    ...(wentOff ? { code: 'guest_went_off' as const } : {}),
  };
}

/** Its hosts as they are now; one that cannot be read is left for the next reading of the estate. */
async function readHosts(
  { estate }: Connection,
  { from, host }: MoveVmInput,
  { seen, call }: { readonly seen: ObservedVm; readonly call: Call },
): Promise<Observed[]> {
  const handles = [from.handle, host?.handle, seen.body.hostHandle];
  const each = [...new Set(handles.filter((handle) => handle !== undefined))];
  const reads = each.map((handle) => estate.read({ kind: 'host', handle }, call.signal));
  const answers = await Promise.allSettled(reads);
  if (answers.some(({ status }) => status === 'rejected')) return [];
  return answers.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
}
