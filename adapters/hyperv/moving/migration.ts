/**
 * Moving VMs: the role where a cluster has it, the VM itself between hosts that are in none, files on one host.
 *
 * A move belongs to the hosts once it has begun: whoever ordered it may end, and it is found and followed by its VM.
 */
import { OperationError, toOperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { Call } from '#core/ports/connection.ts';
import type { MigrationFacet, MoveFinding, MoveLook, MoveWish } from '#core/ports/moving.ts';
import { callScript } from '../call-script.ts';
import type { HypervConfig } from '../config.ts';
import { isNoSuchVm } from '../faults.ts';
import { requireVmHandle, toHostToken } from '../handles.ts';
import { type Hosts, type KnownHost, requireHost } from '../hosts.ts';
import type { Places } from '../places.ts';
import type { IdentifyAnswer } from '../script-answers.ts';
import type { FacetParts } from '../scripting/scripting.ts';
import { SCRIPTS } from '../scripts.ts';
import { findCopies } from './find-copies.ts';
import { toMoveTask } from './foreign-moves.ts';

const MINUTE_MS = 60_000;
/** Terabytes over one network, after a wait in the cluster's queue. */
const MOVE_LIMIT_MS = 24 * 60 * MINUTE_MS;
const CANCEL_LIMIT_MS = 3 * MINUTE_MS;
const LOOK_LIMIT_MS = 2 * MINUTE_MS;

/** As Windows is set when it is new. */
const LIMITS = { movesPerHost: 2, storageMovesPerHost: 2 } as const;

export interface MigrationParts extends FacetParts {
  readonly places: Places;
  readonly config: Pick<HypervConfig, 'hosts' | 'standAlone' | 'id'>;
}

export function createMigration(parts: MigrationParts): MigrationFacet {
  const { hosts, config } = parts;
  const isCluster = config.hosts.length > 1 && !config.standAlone;
  return {
    can: isCluster ? ['quick', 'storage'] : ['storage', 'host_and_storage', 'shared_nothing'],
    limits: LIMITS,
    check: (vm, wish, signal) => check(parts, vm, { wish, signal }),
    move: (vm, wish, call) => move(parts, vm, wish, call),
    findMove: async (vm, signal) => {
      const { hostId, vmId } = requireVmHandle(vm);
      try {
        return await lookForMove(await hosts.find(hostId, signal), { vmId, hostId }, signal);
      } catch (error) {
        // Where it is no more no move of it is under way.
        if (error instanceof OperationError && isNoSuchVm(error)) return { found: 'nothing' };
        if (signal.aborted) throw error;
        return { found: 'cannot_tell' };
      }
    },
    findCopies: (vm, signal) => findCopies(parts, vm, signal),
  };
}

interface Course {
  readonly own: { readonly VmId: string; readonly HostId: string };
  readonly host: KnownHost;
  readonly to: { readonly Node: string; readonly Destination: string } | undefined;
  readonly root: string | undefined;
}

async function findCourse(
  { hosts, places }: MigrationParts,
  vm: ObjectRef,
  { wish, signal }: { readonly wish: MoveWish; readonly signal: AbortSignal },
): Promise<Course> {
  const { hostId, vmId } = requireVmHandle(vm);
  if (!wish.host && !wish.datastore)
    throw new OperationError('request_invalid', 'not_started', { vm: vm.handle });
  const host = await hosts.find(hostId, signal);
  const target = wish.host && (await findTarget(hosts, wish.host, signal));
  const isHere = target?.identity.hostId === hostId;
  return {
    ...{ host, own: { VmId: vmId, HostId: hostId } },
    to: target && !isHere ? toDestination(target.identity) : undefined,
    root: wish.datastore && (await places.findVmRoot(target ?? host, wish.datastore, signal)),
  };
}

/** The target is the machine that was approved, and answers right now. */
async function findTarget(hosts: Hosts, ref: ObjectRef, signal: AbortSignal): Promise<KnownHost> {
  try {
    const { identity } = ref;
    const found = await hosts.identify(await requireHost(hosts, ref, signal), signal);
    if (found.identity.hostId === identity) return found;
  } catch (error) {
    const cause = toOperationError(error);
    if (signal.aborted || cause.code === 'not_the_vm_approved') throw cause;
    const facts = { ...cause.facts, host: ref.handle };
    throw new OperationError('host_unavailable', 'not_started', facts, { cause });
  }
  throw new OperationError('not_the_vm_approved', 'not_started', { host: ref.handle });
}

/** A cluster calls its nodes by their short names, a network by whole ones: delegation is registered for both. */
function toDestination({ name, domain }: IdentifyAnswer) {
  return { Node: name, Destination: domain.includes('.') ? `${name}.${domain}` : name };
}

const WAYS = { live: 'Live', quick: 'Quick', off: 'Off' } as const;

async function move(parts: MigrationParts, vm: ObjectRef, wish: MoveWish, call: Call) {
  const { signal } = call;
  const { host, own, to, root } = await findCourse(parts, vm, { wish, signal });
  const parameters = {
    ...{ ...own, Token: toHostToken(call.stepToken), Way: WAYS[wish.way] },
    ...{ ...to, ...(root !== undefined && { Root: root }) },
  };
  const takeBack = async (until: AbortSignal) => {
    const parametersBack = { ...own, ...(root !== undefined && { Root: root }) };
    const back = { signal: until, timeLimitMs: CANCEL_LIMIT_MS, parameters: parametersBack };
    const { isHere, isMoved } = await callScript(host, SCRIPTS.cancelMove, back);
    return isHere && !isMoved;
  };
  const deed = { host, script: SCRIPTS.moveVm, parameters, timeLimitMs: MOVE_LIMIT_MS, takeBack };
  return parts.runs.begin(deed, call);
}

async function check(
  parts: MigrationParts,
  vm: ObjectRef,
  asked: { readonly wish: MoveWish; readonly signal: AbortSignal },
): Promise<readonly MoveFinding[]> {
  const { host, own, to, root } = await findCourse(parts, vm, asked);
  // Compare-VM compares two hosts.
  if (!to) throw new OperationError('not_supported', 'refused', { vm: vm.handle });
  const parameters = { ...own, ...to, ...(root !== undefined && { Root: root }) };
  const call = { signal: asked.signal, timeLimitMs: LOOK_LIMIT_MS, parameters };
  return (await callScript(host, SCRIPTS.checkMove, call)).findings;
}

async function lookForMove(
  host: KnownHost,
  { vmId, hostId }: { readonly vmId: string; readonly hostId: string },
  signal: AbortSignal,
): Promise<MoveLook> {
  const parameters = { VmId: vmId, HostId: hostId };
  const call = { signal, timeLimitMs: LOOK_LIMIT_MS, parameters };
  const { isMoving, isPending } = await callScript(host, SCRIPTS.findMove, call);
  if (isMoving) return { found: 'running', task: toMoveTask({ hostId, vmId }) };
  return { found: isPending ? 'cannot_tell' : 'nothing' };
}
