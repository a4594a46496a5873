/** Moves of VMs and marks of hosts, as a client of the platform asks for them. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef, Observed } from '#core/inventory/estate-object.ts';
import type {
  HostStanding,
  MaintenanceFacet,
  MigrationFacet,
  OwnDrain,
} from '#core/ports/moving.ts';
import { type FacetParts, send } from './change-facets.ts';
import { CAN_MOVE } from './deeds/check-move.ts';
import { findNamed, findVm } from './deeds/checks.ts';
import { findMarkOf } from './deeds/mark-host.ts';
import { findMoveOf } from './deeds/move-vm.ts';
import type { PlatformView } from './draft.ts';
import { lostAnswer } from './gateway.ts';
import { findMoveFindings } from './move-findings.ts';
import { MOVE_LIMITS } from './places.ts';
import type { LabMethod } from './planned-faults.ts';
import { type LabHost, toObserved } from './world-object.ts';

export function createMigrationFacet(parts: FacetParts): MigrationFacet {
  const { world, connectionId } = parts;
  const { kind } = world.view(connectionId).platform;
  return {
    can: CAN_MOVE[kind],
    limits: MOVE_LIMITS[kind],
    async check(ref, wish, signal) {
      const view = await look(parts, 'checkMove', ref, signal);
      const vm = findVm(view, ref);
      return findMoveFindings({ view, vm, input: { ...wish, vm: ref } });
    },
    move: (vm, wish, call) => send(parts, 'move', { ...wish, vm }, call),
    async findMove(ref, signal) {
      const { view, cannot_tell } = await enter(parts, 'findMove', ref, signal);
      if (cannot_tell) return { found: 'cannot_tell' };
      const task = findMoveOf(view, ref.handle);
      return task ? { found: 'running', task: task.id } : { found: 'nothing' };
    },
    async findCopies({ identity, ...ref }, signal) {
      const view = await look(parts, 'findCopies', { identity, ...ref }, signal);
      const copies = [...view.list('vm')].filter(
        (it) => it.identity === identity && it.body.isReachable,
      );
      const silent = [...view.list('host')].filter(({ body }) => body.state !== 'connected');
      return {
        copies: copies.map((it) => toObserved(it) as Observed & { kind: 'vm' }),
        silent: silent.map(({ body }) => body.name),
      };
    },
  };
}

const OWN_DRAINS: Readonly<Record<'vcenter' | 'hyperv', OwnDrain>> = {
  vcenter: { where: 'where_automated', savesLow: false, failsBack: false },
  hyperv: { where: 'in_clusters', savesLow: true, failsBack: true },
};

export function createMaintenanceFacet(parts: FacetParts): MaintenanceFacet {
  const { kind } = parts.world.view(parts.connectionId).platform;
  return {
    drains: OWN_DRAINS[kind],
    async read(ref, signal) {
      const view = await look(parts, 'readHost', ref, signal);
      return toStanding(view, findNamed(view, ref) as LabHost);
    },
    mark: (host, { drain }, call) => send(parts, 'markHost', { host, drain }, call),
    unmark: (host, { failback }, call) => send(parts, 'unmarkHost', { host, failback }, call),
  };
}

function toStanding(view: PlatformView, host: LabHost): HostStanding {
  const vms = [...view.list('vm')].filter(
    ({ body }) => body.hostHandle === host.handle && body.role !== 'replica',
  );
  const task = findMarkOf(view, host.handle);
  return {
    mark: markOf(host),
    ...(task && { task: task.id }),
    vms: vms.map(({ handle, identity, body: { name, power } }) => ({
      ...{ handle, identity, name, power },
    })),
  };
}

function markOf({ body, inside }: LabHost): HostStanding['mark'] {
  if (body.clusterHandle === undefined) return 'unsupported';
  if (body.inMaintenance === true) return 'in';
  return inside?.isEntering === true ? 'entering' : 'none';
}

async function look(parts: FacetParts, method: LabMethod, ref: ObjectRef, signal: AbortSignal) {
  return (await enter(parts, method, ref, signal)).view;
}

async function enter(
  { world, gateway, connectionId }: FacetParts,
  method: LabMethod,
  { connectionId: asked, kind, handle }: ObjectRef,
  signal: AbortSignal,
) {
  const name = world.view(connectionId).get(kind, handle)?.body.name;
  const { drop, cannot_tell } = await gateway.enter(method, signal, name ?? handle);
  if (asked !== connectionId)
    throw new OperationError('connection_unknown', 'not_started', { connection: asked });
  if (drop) throw lostAnswer(connectionId);
  return { view: world.view(connectionId), cannot_tell };
}
