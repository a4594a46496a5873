/** Moves that a platform makes by itself: off a host that is being drained, and back. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { VmPriority } from '#core/inventory/vm-parts.ts';
import type { MoveWay } from '#core/ports/moving.ts';
import type { Draft, PlatformView } from '../draft.ts';
import type { LabHost, LabVm } from '../world-object.ts';
import { MOVE_CHECKS } from './check-move.ts';
import { checkMemory } from './power.ts';

/** `none` is not moved by itself. */
const ORDER: readonly VmPriority[] = ['high', 'medium', 'low'];

/** Orders the moves, most important first; the platform's limits let so many run at once. Answers who is to leave. */
export function drainHost(draft: Draft, host: LabHost): readonly string[] {
  const leaving = ORDER.flatMap((priority) =>
    [...draft.list('vm')]
      .filter(({ body }) => body.hostHandle === host.handle && priorityOf(body) === priority)
      .sort((a, b) => (a.body.name < b.body.name ? -1 : 1)),
  );
  for (const { handle } of leaving) draft.order((it) => orderMove(it, handle));
  return leaving.flatMap(({ identity }) => identity ?? []);
}

function priorityOf({ priority = 'medium' }: LabVm['body']): VmPriority {
  return priority;
}

/** Those that it took off the host, wherever they are now. */
export function bringBack(draft: Draft, host: LabHost): void {
  const drained = new Set(host.inside?.drained);
  for (const vm of draft.list('vm'))
    if (vm.identity !== undefined && drained.has(vm.identity))
      draft.order((it) => orderMove(it, vm.handle, host.handle));
}

function orderMove(draft: Draft, handle: string, to?: string) {
  const vm = draft.get('vm', handle);
  const way = vm && wayOf(draft, vm);
  if (!vm || !way || vm.body.hostHandle === to) return undefined;
  const host = to === undefined ? chooseHost(draft, vm, way) : draft.get('host', to);
  if (!host) return undefined;
  const input = { vm: toLabRef(draft, vm), host: toLabRef(draft, host), way };
  return { deed: 'move', input } as const;
}

/** A failover cluster saves those of low priority instead of moving them live. DRS leaves alone what is off. */
function wayOf({ platform }: PlatformView, { body }: LabVm): MoveWay | undefined {
  const isHyperv = platform.kind === 'hyperv';
  if (body.power === 'on') return isHyperv && body.priority === 'low' ? 'quick' : 'live';
  return isHyperv && (body.power === 'off' || body.power === 'suspended') ? 'off' : undefined;
}

export function toLabRef({ platform }: PlatformView, object: LabVm | LabHost): ObjectRef {
  const { kind, handle, identity = '' } = object;
  return { connectionId: platform.id, kind, handle, identity };
}

/** The one of its cluster that takes it and has the most memory free. */
export function chooseHost(view: PlatformView, vm: LabVm, way: MoveWay): LabHost | undefined {
  const from = vm.body.hostHandle ? view.get('host', vm.body.hostHandle) : undefined;
  let best: LabHost | undefined;
  for (const host of view.list('host')) {
    if (host.handle === from?.handle || host.body.clusterHandle !== from?.body.clusterHandle)
      continue;
    if (freeBytes(host) > freeBytes(best) && takes(view, vm, host, way)) best = host;
  }
  return best;
}

function freeBytes(host: LabHost | undefined): number {
  if (!host) return Number.NEGATIVE_INFINITY;
  return (host.body.memoryBytes ?? 0) - (host.body.memoryUsedBytes ?? 0);
}

function takes(view: PlatformView, vm: LabVm, host: LabHost, way: MoveWay): boolean {
  const input = { vm: toLabRef(view, vm), host: toLabRef(view, host), way };
  try {
    for (const check of MOVE_CHECKS) check({ view, vm, input });
    checkMemory(view, vm, host.handle);
    return true;
  } catch (error) {
    if (error instanceof OperationError) return false;
    throw error;
  }
}
