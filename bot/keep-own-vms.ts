/**
 * Which VMs Drover itself rests on, looked at anew each minute: names are resolved, configured names are pinned to the
 * VM that bears them, and what was found is kept over restarts (H21).
 */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import { createOwnVms, NO_MARKS, type OwnVmMarks, type OwnVms } from '#core/inventory/own-vms.ts';
import { hashJson } from '#core/plan/canonical-hash.ts';
import type { Json } from '#core/plan/plan.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Network } from '#core/ports/network.ts';
import type { Reads, Store, Tx } from '#core/ports/store.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import {
  listServers,
  type OwnMachine,
  type Resolved,
  resolveServers,
  toOwnAddresses,
} from './own-addresses.ts';
import { OWN_VM_FAULTS } from './words/en/own-vm-words.ts';

export interface OwnVmsDeps {
  readonly store: Pick<Store, 'read' | 'transact'>;
  readonly index: EstateIndex;
  readonly config: Pick<Config, 'ownVms' | 'database' | 'connections' | 'directory'>;
  readonly network: Network;
  readonly log: Pick<Log, 'warn'>;
}

export interface OwnVmsKeeper {
  readonly ownVms: OwnVms;
  /** Answers whether every configured name is pinned, or was said to be a fault. */
  lookAnew(): Promise<boolean>;
}

export function createOwnVmsKeeper(deps: OwnVmsDeps): OwnVmsKeeper {
  const { store, index, config, network } = deps;
  const ownVms = createOwnVms(index, config.ownVms);
  const servers = listServers(config);
  const told = new Set<string>();
  let resolved: Resolved = new Map();

  /** What was stored comes first, and then what the estate of now makes of it. */
  function follow({ machines, ...stored }: Kept, now: Date): Kept {
    const all = withOwn(machines, network.readOwn(), now);
    ownVms.setAddresses(toOwnAddresses(servers, resolved, all));
    ownVms.setMarks(stored);
    const marks = ownVms.lookAnew();
    ownVms.setMarks(marks);
    return { ...marks, machines: all };
  }

  return {
    ownVms,
    async lookAnew() {
      resolved = await resolveServers(network, servers, resolved);
      const { before, now } = await store.read(async (reads) => ({
        before: await readKept(reads),
        now: reads.now,
      }));
      const glance = follow(before, now);
      const kept = isSame(glance, before) ? glance : await keep(store, follow);
      return tellFaults(deps, kept, told);
    },
  };
}

interface Kept extends OwnVmMarks {
  readonly machines: readonly (OwnMachine & { readonly seenAt: number })[];
}

const MARK = 'own vms';

/** Another process may have pinned a name meanwhile: a pin is never replaced. */
function keep(
  store: OwnVmsDeps['store'],
  follow: (stored: Kept, now: Date) => Kept,
): Promise<Kept> {
  return store.transact(async (tx) => {
    await tx.lock('estate');
    const stored = await readKept(tx);
    const kept = follow(stored, tx.now);
    await write(tx, kept, stored);
    return kept;
  });
}

async function readKept(reads: Pick<Reads, 'findMark'>): Promise<Kept> {
  const text = await reads.findMark(MARK);
  return text === undefined ? { ...NO_MARKS, machines: [] } : (JSON.parse(text) as Kept);
}

async function write(tx: Tx, kept: Kept, before: Kept): Promise<void> {
  await tx.setMark(MARK, JSON.stringify(kept));
  const pinned = kept.pinned.filter((one) => !before.pinned.some((old) => isSame(old, one)));
  for (const one of pinned) await tx.audit.insert({ event: 'own_vm_pinned', facts: { ...one } });
  const found = kept.found.filter((one) => !before.found.some((old) => isSame(old, one)));
  for (const { connection, identity, purposes } of found) {
    const what = purposes.map((one) => `${one.what} ${one.name}`);
    await tx.audit.insert({ event: 'own_vm_found', facts: { connection, identity, what } });
  }
}

const HOUR_MS = 3_600_000;

/** A machine that was not heard of for a day runs no Drover any more. */
function withOwn(known: Kept['machines'], own: OwnMachine, now: Date): Kept['machines'] {
  const mine = known.find(({ name }) => name === own.name);
  const { seenAt = 0, ...before } = mine ?? {};
  const isFresh = isSame(before, own) && now.getTime() - seenAt < HOUR_MS;
  const others = known.filter(
    (one) => one.name !== own.name && now.getTime() - one.seenAt < 24 * HOUR_MS,
  );
  const all = [...others, isFresh && mine ? mine : { ...own, seenAt: now.getTime() }];
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isSame(one: object, other: object): boolean {
  return hashJson(one as Json) === hashJson(other as Json);
}

async function tellFaults(
  { store, index, config, log }: OwnVmsDeps,
  { pinned }: OwnVmMarks,
  told: Set<string>,
): Promise<boolean> {
  const states = await store.read((reads) => reads.connections.list());
  let isSettled = true;
  for (const { connection, vm } of config.ownVms) {
    const isPinned = pinned.some((one) => one.connection === connection && one.vm === vm);
    if (isPinned) continue;
    const count = index.byName('vm', vm, connection).length;
    const isRead = states.some(({ id, syncedAt }) => id === connection && syncedAt);
    const fault = count > 1 ? 'several' : isRead ? 'none' : undefined;
    if (!fault) isSettled = false;
    else if (!told.has(`${connection}\0${vm}\0${fault}`)) {
      told.add(`${connection}\0${vm}\0${fault}`);
      log.warn({ connection, vm, count }, OWN_VM_FAULTS[fault]);
    }
  }
  return isSettled;
}

const EVERY_MS = 60_000;
const SOON_MS = 2000;

/** Until `ending`; soon again while a connection was not read yet that is to show what was configured. */
export async function keepLooking(
  { lookAnew }: Pick<OwnVmsKeeper, 'lookAnew'>,
  clock: Pick<Clock, 'pause'>,
  { ending, onError }: { ending: AbortSignal; onError: (error: unknown) => void },
): Promise<void> {
  for (let isSettled = false; ; ) {
    // It rejects when it is aborted, and so ends the loop.
    await clock.pause(isSettled ? EVERY_MS : SOON_MS, ending).catch(() => undefined);
    if (ending.aborted) return;
    isSettled = await lookAnew().catch((error) => {
      onError(error);
      return true;
    });
  }
}
