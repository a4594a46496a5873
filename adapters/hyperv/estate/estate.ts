/** The estate facet of Hyper-V: it tells no changes by itself, so it is read over and over, in tiers. */
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { OperationError, toOperationError } from '#core/errors.ts';
import type { ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { EstateChange, EstateFacet } from '#core/ports/connection.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { HypervConfig } from '../config.ts';
import type { Hosts, KnownHost } from '../hosts.ts';
import { findMoved } from './find-moved.ts';
import { readObject } from './read-object.ts';
import {
  type EstateReading,
  type Known,
  loadReading,
  type ReadOptions,
  readEstate,
} from './readings.ts';
import { toObserved } from './to-observed.ts';
import type { KnownTemplates } from './to-parts.ts';

const PAGE = 500;

interface EstateDeps {
  readonly hosts: Hosts;
  readonly config: HypervConfig;
  readonly clock: Clock;
  readonly setUps: KnownTemplates['setUps'];
}

export function createEstate(deps: EstateDeps, known: Known): EstateFacet {
  const { hosts, config, clock, setUps } = deps;
  const shown: KnownTemplates = { ...config, setUps };
  let mark: string | undefined;
  const told: Told = new Map();

  const toOptions = (signal: AbortSignal): ReadOptions => {
    refuseInsideTransaction(config.id);
    if (signal.aborted) throw new OperationError('cancelled', 'not_started');
    return { hosts, config, signal, nowMs: () => clock.elapsedMs() };
  };
  const readNext = async (signal: AbortSignal) => {
    known.reading = await readEstate(toOptions(signal), known.reading);
    return toObserved(known.reading, shown);
  };

  return {
    identify: async (signal) => {
      const isCluster = !config.standAlone;
      const { identity } = await identifyFirst(toOptions(signal).hosts, { isCluster, signal });
      // Whichever answers: each host is known by its own machine id.
      if (config.standAlone && hosts.all.length > 1)
        return { identity: `hosts:${config.id}`, product: identity.windows };
      const { hostId, clusterId, cluster, windows } = identity;
      const product = cluster === '' ? windows : `${windows}, failover cluster ${cluster}`;
      return { identity: clusterId || hostId, product };
    },

    snapshot: async (onPage, signal) => {
      const { parts, vmsOf } = toObserved(await loadReading(toOptions(signal), known), shown);
      told.clear();
      const page: Observed[] = [];
      for (const list of [() => parts, ...vmsOf.map(({ list }) => list)]) {
        for (const object of list()) {
          told.set(toKey(object), JSON.stringify(object));
          page.push(object);
          if (page.length === PAGE) await onPage(page.splice(0));
        }
        await setImmediate();
      }
      if (page.length > 0) await onPage(page);
      mark = randomUUID();
      return mark;
    },

    changes: async (from, onChanges, signal) => {
      if (from !== mark) throw new OperationError('session_lost', 'not_started');
      while (!signal.aborted) {
        await clock.pause(config.fastSeconds * 1000, signal).catch(() => undefined);
        if (signal.aborted) return;
        try {
          const { parts, vmsOf } = await readNext(signal);
          const seen = new Set<string>();
          for (const list of [() => parts, ...vmsOf.map(({ list }) => list)]) {
            await tell(findChanged(told, list(), seen), onChanges);
            await setImmediate();
          }
          await tell(findGone(told, seen, known.reading), onChanges);
        } catch (error) {
          if (signal.aborted) return;
          throw error;
        }
      }
    },

    read: (object, signal) => readObject({ ...toOptions(signal), known, setUps }, object),
    findMoved: ({ handle }, signal) => findMoved({ ...toOptions(signal), known, setUps }, handle),
  };
}

/** Several hosts are one cluster, which is identified: a node whose cluster service is stopped knows of none. */
async function identifyFirst(
  { all, identify }: Hosts,
  { isCluster, signal }: { readonly isCluster: boolean; readonly signal: AbortSignal },
): Promise<KnownHost> {
  const failures: OperationError[] = [];
  for (const host of all) {
    try {
      const found = await identify(host, signal);
      if (found.identity.clusterId !== '' || all.length === 1 || !isCluster) return found;
      const facts = { connection: host.host, reason: 'its cluster service does not run' };
      failures.push(new OperationError('not_reachable', 'not_started', facts));
    } catch (error) {
      failures.push(toOperationError(error));
      if (signal.aborted) break;
    }
  }
  throw failures[0] ?? new OperationError('not_reachable', 'not_started');
}

/** By kind and handle, as it was told last. */
type Told = Map<string, string>;

const toKey = ({ kind, handle }: Observed) => `${kind} ${handle}`;

function findChanged(
  told: Told,
  objects: readonly Observed[],
  seen: Set<string>,
): readonly EstateChange[] {
  return objects.flatMap((object) => {
    const key = toKey(object);
    const text = JSON.stringify(object);
    seen.add(key);
    if (told.get(key) === text) return [];
    told.set(key, text);
    return [{ change: 'seen', object } as const];
  });
}

/** Only of what could be read it is said that something is there no more (H09). */
function findGone(told: Told, seen: ReadonlySet<string>, reading: EstateReading): EstateChange[] {
  const silent = reading.hosts.flatMap(({ failure, known }) =>
    failure ? [known?.identity.hostId ?? ''] : [],
  );
  const isComplete = silent.length === 0 && (reading.cluster || !hasCluster(reading));
  return [...told.keys()].flatMap((key) => {
    if (seen.has(key)) return [];
    const [kind = '', handle = ''] = split(key);
    const isSilent = silent.some((hostId) => handle.startsWith(`${hostId}/`));
    if (kind === 'vm' ? isSilent : !isComplete) return [];
    told.delete(key);
    return [{ change: 'gone', kind: kind as ObjectKind, handle } as const];
  });
}

function hasCluster({ hosts }: EstateReading): boolean {
  return hosts.some(({ known }) => known?.identity.clusterId);
}

function split(key: string): [string, string] {
  const at = key.indexOf(' ');
  return [key.slice(0, at), key.slice(at + 1)];
}

async function tell(
  changes: readonly EstateChange[],
  onChanges: (changes: readonly EstateChange[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < changes.length; at += PAGE) await onChanges(changes.slice(at, at + PAGE));
}
