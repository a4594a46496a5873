/** Moves of VMs and of their files: each is a job of its host that takes a while, and may come to another end than was wished. */
import type { VmState, WorldDisk, WorldVm } from './parts.ts';
import { isOn } from './parts.ts';
import type { World } from './world.ts';

/** JobState of Msvm_ConcreteJob. */
export const JOB_STATES = { running: 4, completed: 7, killed: 9, failed: 10 } as const;

export interface WorldMove {
  readonly id: string;
  readonly vm: WorldVm;
  readonly from: string;
  /** Absent: only files move. */
  readonly to: string | undefined;
  readonly startedAt: number;
  readonly takesMs: number;
  state: number;
  endedAt?: number;
  error?: string;
  readonly wish: MoveOrder;
}

export interface MoveOrder {
  readonly to?: string | undefined;
  /** Files go there. */
  readonly folder?: string | undefined;
  /** Its memory is saved and loaded. */
  readonly isQuick?: boolean;
  readonly onEnd?: (move: WorldMove) => void;
}

const LIVE_MS = 10_000;
const QUICK_MS = 6000;
const MOVED_BYTES_PER_MS = 200_000;
const AFTERLIFE_MS = 300_000;

export function beginMove(world: World, vm: WorldVm, wish: MoveOrder): WorldMove {
  const { to, folder, isQuick = false } = wish;
  const bytes = folder === undefined ? 0 : sumBytes(world, vm);
  const takesMs = (isQuick ? QUICK_MS : LIVE_MS) + Math.round(bytes / MOVED_BYTES_PER_MS);
  const move: WorldMove = {
    ...{ id: world.newId(), vm, from: vm.host, to, wish },
    ...{ startedAt: world.clock.now(), takesMs, state: JOB_STATES.running },
  };
  world.moves.push(move);
  vm.job = { id: move.id, status: 'MigratingVirtualMachine', startedAt: move.startedAt, takesMs };
  if (isQuick && isOn(vm)) vm.state = 'Saving';
  else vm.secondary = 'MigratingVirtualMachine';
  if (to !== undefined) world.requireHost(to).planned.push({ id: vm.id, name: vm.name });
  const offAt = vm.nextMove?.offAtPercent;
  if (offAt !== undefined)
    world.clock.after((takesMs * offAt) / 100, () => {
      vm.state = 'Off';
    });
  const wasOn = isOn(vm);
  if (!vm.nextMove?.isHeld) world.clock.after(takesMs, () => finish(world, move, wasOn));
  return move;
}

/** Its time has come. */
export function endHeldMove(world: World, vm: WorldVm): void {
  const move = listRunning(world).find((one) => one.vm === vm);
  if (!move) throw new Error(`${vm.name} does not move`);
  finish(world, move, isOn(vm));
}

function finish(world: World, move: WorldMove, wasOn: boolean): void {
  const { vm, to, wish } = move;
  if (move.state !== JOB_STATES.running) return;
  const words = findFailure(world, move, wasOn);
  if (words !== undefined) {
    end(world, move, { state: JOB_STATES.failed, words });
    return;
  }
  if (wish.folder !== undefined) moveFiles(world, vm, to ?? vm.host, wish.folder);
  if (to !== undefined) handOver(world, vm, to);
  end(world, move, { state: JOB_STATES.completed });
}

function findFailure(world: World, { vm, to, wish }: WorldMove, wasOn: boolean) {
  if (vm.nextMove?.failsWith !== undefined) return vm.nextMove.failsWith;
  if (to === undefined) return undefined;
  if (isDown(world, to)) return `The host '${to}' is not reachable.`;
  if (wasOn && !wish.isQuick && !isOn(vm)) return `'${vm.name}' went off during its migration.`;
  return undefined;
}

function end(
  world: World,
  move: WorldMove,
  { state, words }: { readonly state: number; readonly words?: string },
): void {
  const { vm, to } = move;
  const leavesCopy = vm.nextMove?.leavesCopy === true && state !== JOB_STATES.completed;
  Object.assign(move, { state, endedAt: world.clock.now(), ...(words && { error: words }) });
  vm.nextMove = undefined;
  vm.secondary = undefined;
  vm.job = undefined;
  if (vm.state === 'Saving') vm.state = 'Running';
  const planned = to === undefined ? undefined : world.requireHost(to).planned;
  const at = planned?.findIndex(({ id }) => id === vm.id) ?? -1;
  if (planned && at >= 0 && !leavesCopy) planned.splice(at, 1);
  move.wish.onEnd?.(move);
}

export function cancelMove(world: World, move: WorldMove): void {
  if (move.state === JOB_STATES.running) end(world, move, { state: JOB_STATES.killed });
}

/** A host that goes down ends what it takes part in. */
export function loseMoves(world: World, host: string): void {
  const words = `The host '${host}' is not reachable.`;
  for (const move of listRunning(world))
    if (move.from === host || move.to === host)
      end(world, move, { state: JOB_STATES.failed, words });
}

export const listRunning = ({ moves }: World) =>
  moves.filter(({ state }) => state === JOB_STATES.running);

/** Those that a host shows: of its VMs, until five minutes after their end. */
export function listShown({ moves, clock }: World, host: string): readonly WorldMove[] {
  return moves.filter(
    ({ from, endedAt }) =>
      from === host && (endedAt === undefined || clock.now() - endedAt < AFTERLIFE_MS),
  );
}

/** Of a host: moves in and out, or of files alone. */
export function countMoves(world: World, host: string, kind: 'host' | 'files'): number {
  const isSo = ({ from, to }: WorldMove) =>
    kind === 'files' ? to === undefined && from === host : to === host || (to && from === host);
  return listRunning(world).filter(isSo).length;
}

export function isDown(world: World, host: string): boolean {
  return world.clusterOf(host)?.nodes.find(({ name }) => name === host)?.state === 'Down';
}

/** Its adapters are on switches of the same names there. */
export function handOver(world: World, vm: WorldVm, to: string): void {
  const names = new Map(world.requireHost(vm.host).switches.map(({ id, name }) => [id, name]));
  const { switches } = world.requireHost(to);
  for (const nic of vm.nics) {
    const wanted = names.get(nic.switchId ?? '');
    nic.switchId = switches.find(({ name }) => name === wanted)?.id;
  }
  vm.host = to;
}

function moveFiles(world: World, vm: WorldVm, to: string, folder: string): void {
  const { files } = world;
  for (const disk of vm.disks) {
    const file = files.read(vm.host, disk.path);
    if (!file) continue;
    const target = toTarget(disk, folder);
    files.write(to, target, file);
    files.remove(vm.host, disk.path);
    disk.path = target;
  }
  vm.path = folder;
}

const toTarget = ({ path }: WorldDisk, folder: string) =>
  `${folder}\\Virtual Hard Disks\\${path.split('\\').at(-1)}`;

const sumBytes = ({ files }: World, { disks, host }: WorldVm) =>
  disks.reduce((sum, { path }) => sum + (files.read(host, path)?.fileBytes ?? 0), 0);

export const MOVABLE: readonly VmState[] = ['Running', 'Paused', 'Off', 'Saved'];
