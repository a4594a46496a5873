/** What somebody at the vendor's own console does with hosts, and the tasks that they begin there. */
import type { ClusterBody, HostBody, ObjectKind } from '#core/inventory/estate-object.ts';
import { toLabRef } from './deeds/drain.ts';
import { markHost } from './deeds/mark-host.ts';
import { moveVm } from './deeds/move-vm.ts';
import type { Draft } from './draft.ts';
import { failHost, setHostState } from './host-fate.ts';
import type { LabObjectOf } from './world-object.ts';

export interface HostConsole {
  /** Any field of what the platform shows. */
  setCluster(cluster: string, changed: Partial<ClusterBody>): void;
  /** Any field of what the platform shows. A host that is not connected takes its VMs out of reach, and ends moves. */
  setHost(host: string, changed: Partial<HostBody>): void;
  /** The machine is dead: VMs that are highly available start elsewhere, moves into it and out of it fail. */
  failHost(host: string): void;
  /**
   * Begins a live move as a task of the platform; with a question the VM asks in the middle, until it is answered.
   *
   * @throws OperationError as the platform refuses it
   */
  orderMove(vm: string, host: string, question?: string): void;
  /** Marks a host as a task of the platform. @throws OperationError as the platform refuses it */
  orderMark(host: string, how?: { readonly drain: boolean }): void;
}

export function createHostConsole(draft: Draft, now: number): HostConsole {
  const refTo = (kind: 'vm' | 'host', which: string) =>
    toLabRef(draft, kind === 'vm' ? findOne(draft, kind, which) : findOne(draft, kind, which));

  return {
    setCluster(which, changed) {
      const cluster = findOne(draft, 'cluster', which);
      draft.put({ ...cluster, body: { ...cluster.body, ...changed } });
    },
    setHost(which, changed) {
      const host = findOne(draft, 'host', which);
      const isEntering = changed.inMaintenance === false ? undefined : host.inside?.isEntering;
      const inside = { ...host.inside, isEntering };
      draft.put({ ...host, body: { ...host.body, ...changed }, inside });
      if (changed.state !== undefined) setHostState(draft, host.handle, changed.state, now);
    },
    failHost: (which) => failHost(draft, findOne(draft, 'host', which).handle, now),
    orderMove(which, to, question) {
      const input = { vm: refTo('vm', which), host: refTo('host', to), way: 'live' } as const;
      const twist = question === undefined ? undefined : ({ twist: 'ask', question } as const);
      moveVm.check(draft, input);
      draft.order(() => ({ deed: 'move', input, twist }));
    },
    orderMark(which, { drain } = { drain: false }) {
      const input = { host: refTo('host', which), drain };
      markHost.check(draft, input);
      draft.order(() => ({ deed: 'markHost', input }));
    },
  };
}

/** By handle, or by a name that one object bears. */
export function findOne<K extends ObjectKind>(
  draft: Draft,
  kind: K,
  which: string,
): LabObjectOf<K> {
  const byHandle = draft.get(kind, which);
  if (byHandle) return byHandle;
  const named = [...draft.named(kind, which)];
  const [found] = named;
  if (!found || named.length > 1)
    throw new Error(`${named.length} objects of kind ${kind} are called ${which}.`);
  return found;
}
