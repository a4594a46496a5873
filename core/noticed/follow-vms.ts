/**
 * Notes which VMs of a lost host run elsewhere, on evidence alone: the host does not respond, the VM was last seen on it and
 * not off, and another host shows it running now. What a step of Drover's own has in hand is passed over.
 */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import { toPlatformIdentity } from '../inventory/identity.ts';
import { STEP_CLAIMED } from '../jobs/job.ts';
import type { Noticed, NoticedVm } from '../ports/noticed.ts';
import type { Tx } from '../ports/store.ts';
import type { VmFinding } from './judge-vm.ts';

export interface VmChange extends VmFinding {
  readonly vm: EstateObject<'vm'>;
  readonly name: string;
}

interface Following {
  readonly connectionId: string;
  readonly changes: readonly VmChange[];
  /** A host that is back for longer has no VMs to follow. */
  readonly endedAfter: Date;
}

/** In which an act may be under way, or its outcome is asked. */
const IN_HAND = [...STEP_CLAIMED, 'asking'] as const;

/** Answers which events have news. */
export async function followVms(
  index: EstateIndex,
  tx: Tx,
  { connectionId, changes, endedAfter }: Following,
): Promise<readonly string[]> {
  if (changes.length === 0) return [];
  const recent = await tx.noticed.listRecent(connectionId, 'host_down', endedAfter);
  if (recent.length === 0) return [];
  const inHand = await listInHand(index, tx, changes);
  const others = changes.filter(({ vm }) => !inHand.has(toPlatformIdentity(vm.identity)));
  const left = listLeft(index, recent, others);
  const cameUp = await listCameUp(index, tx, recent, others);
  const vms = [...left, ...cameUp].map(({ noticedId, change }): NoticedVm => {
    const { vm, name, hostHandle, isRunning } = change;
    const host = index.byHandle(connectionId, 'host', hostHandle);
    const hostName = host?.body.name ?? hostHandle;
    return { noticedId, vmId: vm.id, name, hostName, isRunning };
  });
  if (vms.length > 0) await tx.noticed.putVms(takeEachOnce(vms));
  return [...new Set(vms.map(({ noticedId }) => noticedId))];
}

/** One that left a second time and runs elsewhere is found twice; that it runs is the later word. */
function takeEachOnce(vms: readonly NoticedVm[]): NoticedVm[] {
  const each = new Map<string, NoticedVm>();
  for (const one of vms) {
    const key = `${one.noticedId} ${one.vmId}`;
    if (!each.get(key)?.isRunning) each.set(key, one);
  }
  return [...each.values()];
}

interface Followed {
  readonly noticedId: string;
  readonly change: VmChange;
}

/** From a host that is away now. */
function listLeft(
  index: EstateIndex,
  recent: readonly Noticed[],
  changes: readonly VmChange[],
): Followed[] {
  const openOf = new Map(
    recent.flatMap(({ id, objectId, endedAt }) => (endedAt === null ? [[objectId, id]] : [])),
  );
  return changes.flatMap((change) => {
    const { vm, leftHandle } = change;
    const host = leftHandle && index.byHandle(vm.connectionId, 'host', leftHandle);
    const noticedId = host && openOf.get(host.id);
    return noticedId ? [{ noticedId, change }] : [];
  });
}

/** Those that had left it before and did not run yet; it may be back by now, and is not where they count. */
async function listCameUp(
  index: EstateIndex,
  { noticed }: Tx,
  recent: readonly Noticed[],
  changes: readonly VmChange[],
): Promise<Followed[]> {
  const up = new Map(
    changes.flatMap((change) => (change.isRunning ? [[change.vm.id, change]] : [])),
  );
  const hostOf = new Map(recent.map(({ id, objectId }) => [id, objectId]));
  const waiting = up.size === 0 ? [] : await noticed.listNotRunning([...up.keys()]);
  return waiting.flatMap(({ noticedId, vmId }) => {
    const change = up.get(vmId);
    const lost = hostOf.get(noticedId);
    if (!change || lost === undefined) return [];
    const { vm, hostHandle } = change;
    const isBack = index.byHandle(vm.connectionId, 'host', hostHandle)?.id === lost;
    return isBack ? [] : [{ noticedId, change }];
  });
}

/** Platform identities of VMs; a job that brings VMs back to a host names the host alone. */
async function listInHand(
  index: EstateIndex,
  { jobs }: Tx,
  changes: readonly VmChange[],
): Promise<ReadonlySet<string>> {
  const targets = changes.flatMap(({ vm, hostHandle }) => [
    vm.id,
    index.byHandle(vm.connectionId, 'host', hostHandle)?.id ?? vm.id,
  ]);
  const inHand = new Set<string>();
  for (const { id: jobId } of await jobs.listOpenOn([...new Set(targets)])) {
    for (const { input } of await jobs.listSteps({ jobId, states: IN_HAND })) {
      const { vm } = input as { readonly vm?: { readonly identity: string } };
      if (vm) inHand.add(vm.identity);
    }
  }
  return inHand;
}
