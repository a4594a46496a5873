/** Moving VMs that are no roles, and their files; and asking whether they could be moved. */
import type { CmdletAnswer } from '../powershell/cmdlet-call.ts';
import { hypervObject, int64 } from '../powershell/values.ts';
import { type Refusal, refusals } from '../world/errors.ts';
import { beginMove, countMoves, MOVABLE, type WorldMove } from '../world/moves.ts';
import { isOn, type WorldHost, type WorldVm } from '../world/parts.ts';
import { toVmObject } from '../world/views.ts';
import type { World } from '../world/world.ts';
import { type Handler, type HandlerCall, readOptional, requireVms } from './handler.ts';

/** What a move asks for: where to, and whether its files go along. */
interface Wish {
  readonly to: WorldHost;
  readonly folder: string | undefined;
}

function readWish({ bound, world, host }: HandlerCall, vm: WorldVm): Wish | Refusal {
  const name = readOptional(bound, 'DestinationHost') ?? '';
  const folder = readOptional(bound, 'DestinationStoragePath');
  if (Boolean(bound.IncludeStorage) !== (folder !== undefined))
    throw new Error('the model moves files to one folder that is named');
  const to = findHost(world, name);
  if (!to) return refusals.noWayThere(vm, name);
  return host.migration.isDelegated ? { to, folder } : refusals.noCredentials(vm, name);
}

/** By its own name or its full one. */
function findHost(world: World, name: string): WorldHost | undefined {
  const [first = ''] = name.toLowerCase().split('.');
  return world.hosts.get(first);
}

/** 33012 is a published id of Compare-VM; the others are a CLAIM. */
function listIncompatibilities(world: World, vm: WorldVm, { to, folder }: Wish) {
  const switchOf = new Map(world.requireHost(vm.host).switches.map(({ id, name }) => [id, name]));
  const there = new Set(to.switches.map(({ name }) => name));
  const missing = vm.nics.flatMap(({ switchId }) => switchOf.get(switchId ?? '') ?? []);
  const isShared = (path: string) =>
    to.cluster !== undefined &&
    to.cluster === world.requireHost(vm.host).cluster &&
    path.startsWith('C:\\ClusterStorage\\');
  return [
    ...missing
      .filter((name) => !there.has(name))
      .map((name) => ({ id: 33012, words: `Could not find Ethernet switch '${name}'.` })),
    ...(isOn(vm) && world.freeMemoryBytes(to.name) < vm.memoryBytes
      ? [{ id: 21120, words: `Not enough memory on '${to.name}'.` }]
      : []),
    ...(isOn(vm) && vm.hasOddProcessor
      ? [{ id: 24004, words: 'The processor of the destination lacks features that are in use.' }]
      : []),
    ...(vm.isPinned ? [{ id: 24010, words: `'${vm.name}' uses a device of its host.` }] : []),
    ...(folder === undefined
      ? vm.disks
          .filter(({ path }) => !isShared(path))
          .map(({ path }) => ({ id: 40010, words: `The destination cannot reach '${path}'.` }))
      : []),
  ];
}

const compare: Handler = (call) => {
  const { world } = call;
  const [vm] = requireVms(call);
  if (!vm) throw new Error('Compare-VM: no VM');
  const wish = readWish(call, vm);
  if (!('to' in wish)) throw wish;
  const found = listIncompatibilities(world, vm, wish).map(({ id, words }) =>
    hypervObject('VMIncompatibility', words, { MessageId: int64(id), Message: words }),
  );
  const report = { VM: toVmObject(vm, world.clock.now()), Incompatibilities: found };
  return { objects: [hypervObject('VMCompatibilityReport', vm.name, report)] };
};

const move: Handler = (call) => {
  const { world, host } = call;
  const [vm] = requireVms(call);
  if (!vm) throw new Error('Move-VM: no VM');
  const wish = readWish(call, vm);
  if (!('to' in wish)) return toFailedJob(call, wish);
  if (vm.isClustered) return toFailedJob(call, refusals.moveRefused(vm, 'it is a role.'));
  if (vm.secondary || !MOVABLE.includes(vm.state))
    return toFailedJob(call, refusals.invalidState(vm));
  const [first] = listIncompatibilities(world, vm, wish);
  if (first) return toFailedJob(call, refusals.moveRefused(vm, first.words));
  const isFull = [host, wish.to].some(
    ({ name, migration }) => countMoves(world, name, 'host') >= migration.atOnce,
  );
  if (isFull) return toFailedJob(call, refusals.moveRefused(vm, 'the limit was reached.'));
  const { to, folder } = wish;
  return follow(call, (onEnd) => beginMove(world, vm, { to: to.name, folder, onEnd }));
};

const moveStorage: Handler = (call) => {
  const { bound, world, host } = call;
  const [vm] = requireVms(call);
  if (!vm) throw new Error('Move-VMStorage: no VM');
  const folder = readOptional(bound, 'DestinationStoragePath') ?? '';
  if (vm.secondary || !MOVABLE.includes(vm.state))
    return toFailedJob(call, refusals.invalidState(vm));
  if (!world.files.reaches(host.name, folder))
    return toFailedJob(call, refusals.moveRefused(vm, `'${folder}' (0x80070003).`));
  if (countMoves(world, host.name, 'files') >= host.migration.storageAtOnce)
    return toFailedJob(call, refusals.moveRefused(vm, 'the limit was reached.'));
  return follow(call, (onEnd) => beginMove(world, vm, { folder, onEnd }));
};

/** -AsJob alone: a script that waits in the cmdlet could tell nothing meanwhile. */
function requireJob({ bound, cmdlet }: HandlerCall): void {
  if (!bound.AsJob) throw new Error(`${cmdlet}: the model moves as a job`);
}

function toFailedJob(call: HandlerCall, { answer }: Refusal): CmdletAnswer {
  requireJob(call);
  const errors = (answer.errors ?? []).map((error) => ({ ...error }));
  return { job: { id: call.world.newId(), name: call.cmdlet, state: 'Failed', errors } };
}

function follow(
  call: HandlerCall,
  begin: (onEnd: (move: WorldMove) => void) => WorldMove,
): CmdletAnswer {
  requireJob(call);
  const begun = begin((ended) => {
    const { error, state, vm } = ended;
    const errors = error === undefined ? [] : (refusals.moveRefused(vm, error).answer.errors ?? []);
    call.pushJob?.(ended.id, { state: state === 7 ? 'Completed' : 'Failed', errors });
  });
  return { job: { id: begun.id, name: call.cmdlet } };
}

export const moveCmdlets: Readonly<Record<string, Handler>> = {
  'Compare-VM': compare,
  'Move-VM': move,
  'Move-VMStorage': moveStorage,
};
