/**
 * Puts a host into maintenance and takes it out again.
 *
 * A vCenter's host is entering until nothing runs on it; a node of a failover cluster is paused at once, with whatever is on it.
 */
import type { Draft, PlatformView } from '../draft.ts';
import type { DeedInputs, LabTask } from '../task.ts';
import type { LabHost } from '../world-object.ts';
import { findConnectedHost, findNamed, refuse } from './checks.ts';
import type { Deed } from './deed.ts';
import { bringBack, drainHost } from './drain.ts';
import { usesMemory } from './power.ts';

const SECOND_MS = 1000;

export const markHost: Deed<'markHost'> = {
  check: checkMarkable,
  recheck: checkMarkable,
  findSame: (view, { host }) =>
    isMarked(view, host.handle) ? findMarkOf(view, host.handle) : undefined,
  begin(draft, { host: ref, drain }) {
    const host = findHost(draft, ref.handle);
    if (isMarked(draft, host.handle)) return;
    const { platform } = draft;
    const drained = drain && movesByItself(draft, host) ? drainHost(draft, host) : [];
    const inside = { ...host.inside, drained };
    if (platform.kind === 'hyperv') putMark(draft, { ...host, inside }, true);
    else draft.put({ ...host, inside: { ...inside, isEntering: true } });
  },
  undo(draft, { host: ref }) {
    const host = findHost(draft, ref.handle);
    if (host.inside?.isEntering === true) putMark(draft, host, false);
  },
  isReady: (view, { host, drain }) =>
    view.platform.kind === 'hyperv'
      ? !drain || !isLeaving(view, host.handle)
      : findHost(view, host.handle).inside?.isEntering !== true || isEmpty(view, host.handle),
  realDurationMs: () => 2 * SECOND_MS,
  holds: () => [],
  uses: () => [],
  canBeCancelled: true,
  apply(draft, { host: ref, drain }) {
    const host = findHost(draft, ref.handle);
    if (host.inside?.isEntering === true) putMark(draft, host, true);
    if (draft.platform.kind === 'hyperv' && drain) refuseLeft(draft, host);
    return undefined;
  },
};

export const unmarkHost: Deed<'unmarkHost'> = {
  check: checkMarkable,
  findEnded: (view, { host }) => findMarkOf(view, host.handle),
  realDurationMs: () => 3 * SECOND_MS,
  holds: () => [],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { host: ref, failback }) {
    const host = findHost(draft, ref.handle);
    if (failback && draft.platform.kind === 'hyperv') bringBack(draft, host);
    putMark(draft, host, false);
    return undefined;
  },
};

/** A host of no cluster has no such state. */
function checkMarkable(view: PlatformView, { host: ref }: Pick<DeedInputs['markHost'], 'host'>) {
  findNamed(view, { ...ref, kind: 'host' });
  const host = findConnectedHost(view, ref.handle);
  if (host.body.clusterHandle === undefined) refuse('not_supported', { host: host.body.name });
}

function findHost(view: PlatformView, handle: string): LabHost {
  return view.get('host', handle) ?? refuse('not_found', { handle });
}

export function isMarked(view: PlatformView, handle: string): boolean {
  const { body, inside } = findHost(view, handle);
  return body.inMaintenance === true || inside?.isEntering === true;
}

/** The task that waits for the host to be empty. */
export function findMarkOf(view: PlatformView, handle: string): LabTask | undefined {
  return view.tasks().find((it) => it.deed === 'markHost' && it.input.host.handle === handle);
}

function putMark(draft: Draft, host: LabHost, inMaintenance: boolean): void {
  const drained = inMaintenance ? host.inside?.drained : undefined;
  const inside = { ...host.inside, drained, isEntering: undefined };
  const word = draft.platform.kind === 'hyperv' && {
    platformState: inMaintenance ? 'Paused' : 'Up',
  };
  draft.put({ ...host, body: { ...host.body, inMaintenance, ...word }, inside });
}

/** DRS moves what it can where it is fully automated; a failover cluster always does. */
function movesByItself(view: PlatformView, { body }: LabHost): boolean {
  if (view.platform.kind === 'hyperv') return true;
  const cluster = body.clusterHandle && view.get('cluster', body.clusterHandle);
  return cluster ? cluster.body.automation === 'full' : false;
}

/** What comes onto it or starts there now is waited for. */
function isEmpty(view: PlatformView, handle: string): boolean {
  for (const { body } of view.list('vm'))
    if (body.hostHandle === handle && usesMemory(body.power)) return false;
  return !view.tasks().some((it) => {
    if (it.deed === 'move') return it.input.host?.handle === handle;
    return it.deed === 'start' && hostOf(view, it.input.vm.handle) === handle;
  });
}

function isLeaving(view: PlatformView, handle: string): boolean {
  return view
    .tasks()
    .some((it) => it.deed === 'move' && hostOf(view, it.input.vm.handle) === handle);
}

function hostOf(view: PlatformView, vmHandle: string): string | undefined {
  return view.get('vm', vmHandle)?.body.hostHandle;
}

/** The node stays paused, and the drain says who did not leave. */
function refuseLeft(view: PlatformView, host: LabHost): void {
  const left = [...view.list('vm')].filter(
    ({ body }) => body.hostHandle === host.handle && usesMemory(body.power),
  );
  if (left.length === 0) return;
  const names = left.map(({ body }) => body.name).join(', ');
  refuse('platform_refused', { host: host.body.name, reason: `not drained: ${names}` });
}
