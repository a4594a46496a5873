/**
 * Keeps what operators are told of the platforms: begun, changed and ended in the transaction that learns the change.
 *
 * One event an object and kind. A state that comes back within half an hour of its card is the same event: its card says
 * so, and no new one is made. What is judged is the changes alone, never the whole estate.
 */
import { isOnHold } from '../inventory/connection-hold.ts';
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import { clusterNameOfHost } from '../inventory/scope-of.ts';
import type { NoticedAnnouncer } from '../ports/announcer.ts';
import { NOTICED_CODES, type Noticed } from '../ports/noticed.ts';
import type { EstateWrite, Tx } from '../ports/store.ts';
import { followVms, type VmChange } from './follow-vms.ts';
import { type BodyChange, type Finding, judgeChange, type NoticedLimits } from './judge-change.ts';
import { judgeVm } from './judge-vm.ts';

/** By the database's clock (H29). */
export const TOLD_ONCE_MS = 30 * 60_000;

export interface NoticeOptions {
  /** As it was before the writes. */
  readonly index: EstateIndex;
  readonly limits: NoticedLimits;
  readonly announcer: NoticedAnnouncer;
  readonly newId: () => string;
}

export interface Notice {
  /** What a reading found, before it can be seen in the index. */
  learned(tx: Tx, writes: readonly EstateWrite[]): Promise<void>;
  /** What a step of Drover's own read: where its VM is now is its own doing. */
  recorded(tx: Tx, writes: readonly EstateWrite[]): Promise<void>;
  /** What the platform does not have any more. */
  gone(tx: Tx, objects: readonly EstateObject[]): Promise<void>;
}

export function createNotice(options: NoticeOptions): Notice {
  return {
    async learned(tx, writes) {
      const changes = listChanges(options, writes);
      await notice(options, tx, { found: judgeAll(options, changes), vms: judgeVms(changes) });
    },
    recorded: (tx, writes) =>
      notice(options, tx, { found: judgeAll(options, listChanges(options, writes)), vms: [] }),
    async gone(tx, objects) {
      for (const { id, kind } of objects) {
        if (kind !== 'host' && kind !== 'datastore') continue;
        for (const code of NOTICED_CODES)
          await end(options, tx, await tx.noticed.findNewest(id, code), { endCode: 'gone' });
      }
    },
  };
}

interface Change {
  readonly object: EstateObject;
  readonly after: EstateWrite;
}

/** An object that is new has no past. */
function listChanges({ index }: NoticeOptions, writes: readonly EstateWrite[]): Change[] {
  return writes.flatMap((after) => {
    const object = index.get(after.kind, after.id);
    return object && !after.gone ? [{ object, after }] : [];
  });
}

type Found = Finding & { readonly object: EstateObject };

/** A host that two connections show is spoken of once (H07). */
function judgeAll({ index, limits }: NoticeOptions, changes: readonly Change[]): Found[] {
  return changes.flatMap(({ object, after }) => {
    if (object.kind === 'host' && index.firstViewOf(object)) return [];
    const change = { kind: object.kind, before: object.body, after: after.body } as BodyChange;
    return judgeChange(change, limits).map((finding) => ({ ...finding, object }));
  });
}

/** Of two that show one identity, nobody can say which moved (H04); a replica is none that runs. */
function judgeVms(changes: readonly Change[]): VmChange[] {
  return changes.flatMap(({ object, after }) => {
    if (object.kind !== 'vm' || object.isTwin || after.isTwin) return [];
    const body = after.body as typeof object.body;
    if (body.role === 'replica') return [];
    const finding = judgeVm(object.body, body);
    return finding ? [{ ...finding, vm: object, name: body.name }] : [];
  });
}

interface AllFound {
  readonly found: readonly Found[];
  readonly vms: readonly VmChange[];
}

/** What ends comes last: a VM may leave a host in the very reading that shows it back. */
async function notice(options: NoticeOptions, tx: Tx, { found, vms }: AllFound): Promise<void> {
  const [first] = [...found.map(({ object }) => object), ...vms.map(({ vm }) => vm)];
  if (!first || (await isOnHold(tx, first.connectionId))) return;
  for (const one of found) if (one.turn !== 'ends') await begin(options, tx, one);
  const { connectionId } = first;
  const endedAfter = new Date(tx.now.getTime() - TOLD_ONCE_MS);
  const following = { connectionId, changes: vms, endedAfter };
  const touched = await followVms(options.index, tx, following);
  for (const id of touched) await options.announcer.noticedChanged(tx, id);
  for (const one of found) {
    if (one.turn !== 'ends') continue;
    const { code, object, facts } = one;
    const known = await tx.noticed.findNewest(object.id, code);
    await end(options, tx, known, { endCode: 'over', facts: { ...toFacts(known), ...facts } });
  }
}

async function begin(options: NoticeOptions, tx: Tx, found: Found): Promise<void> {
  const { code, turn, object } = found;
  const known = await tx.noticed.findNewest(object.id, code);
  const isOpen = known !== undefined && known.endedAt === null;
  if (turn === 'goes_on' && !isOpen) return;
  if (isOpen) return change(options, tx, known, { facts: { ...toFacts(known), ...found.facts } });
  if (code === 'host_down' && (await isInMaintenance(tx, object.id))) return;
  const facts = { ...found.facts, ...describe(options, object) };
  if (known && tx.now.getTime() - known.toldAt.getTime() < TOLD_ONCE_MS) {
    // Its card speaks of this time.
    await tx.noticed.forgetVms(known.id);
    const times = known.times + 1;
    const anew = { facts, times, since: tx.now, endedAt: null, endCode: null };
    await audit(tx, 'noticed_again', known);
    return change(options, tx, known, anew);
  }
  const { id: objectId, connectionId } = object;
  const fresh = { id: options.newId(), code, objectId, connectionId, facts };
  await tx.noticed.insert(fresh);
  await audit(tx, 'noticed', fresh);
  await options.announcer.noticedChanged(tx, fresh.id);
}

/** What is true of a host when it goes, and cannot be told afterwards. */
function describe({ index }: NoticeOptions, object: EstateObject) {
  if (object.kind !== 'host') return {};
  const cluster = clusterNameOfHost(index, object);
  const on = index.vmsOnHost(object.connectionId, object.handle);
  const ran = on.filter(({ body }) => body.power === 'on' && body.role !== 'replica').length;
  return { ran, ...(cluster ? { cluster } : {}) };
}

/** Marked by a job of Drover's: whoever works on the machine may switch it off. */
async function isInMaintenance({ hostMaintenance }: Tx, objectId: string): Promise<boolean> {
  return (await hostMaintenance.list()).some(({ hostId }) => hostId === objectId);
}

async function end(
  options: NoticeOptions,
  tx: Tx,
  known: Noticed | undefined,
  how: Partial<Pick<Noticed, 'endCode' | 'facts'>>,
): Promise<void> {
  if (!known || known.endedAt !== null) return;
  await audit(tx, 'noticed_over', known);
  await change(options, tx, known, { ...how, endedAt: tx.now });
}

async function change(
  { announcer }: NoticeOptions,
  tx: Tx,
  { id }: Noticed,
  changes: Parameters<Tx['noticed']['change']>[1],
): Promise<void> {
  await tx.noticed.change(id, changes);
  await announcer.noticedChanged(tx, id);
}

function toFacts(known: Noticed | undefined): object {
  return (known?.facts ?? {}) as object;
}

function audit(
  tx: Tx,
  event: string,
  { id, code, objectId, facts }: Pick<Noticed, 'id' | 'code' | 'objectId' | 'facts'>,
): Promise<void> {
  return tx.audit.insert({ event, facts: { id, code, objectId, facts } });
}
