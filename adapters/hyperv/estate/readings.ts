/** What the hosts of a connection have said last, and why one said nothing. */

import { OperationError, toOperationError } from '#core/errors.ts';
import { callScript } from '../call-script.ts';
import type { HypervConfig } from '../config.ts';
import type { Hosts, HypervHost, KnownHost } from '../hosts.ts';
import type {
  InventoryFastAnswer,
  InventorySlowAnswer,
  ReadTemplatesAnswer,
} from '../script-answers.ts';
import { SCRIPTS } from '../scripts.ts';
import type { InventoryClusterAnswer } from './cluster-answer.ts';
import type { Files } from './files.ts';

export type SlowReading = Extract<InventorySlowAnswer, { same: false }>;

export interface HostReading {
  readonly host: string;
  /** Set while the host cannot be read; the rest is what it said before (H09). */
  readonly failure?: OperationError;
  readonly known?: KnownHost;
  readonly fast?: InventoryFastAnswer;
  readonly slow?: SlowReading;
  /** Of the slow reading, on the clock that stands still for nobody. */
  readonly slowAtMs?: number;
  readonly templates?: ReadTemplatesAnswer['templates'];
}

export interface EstateReading {
  readonly hosts: readonly HostReading[];
  /** Absent: no cluster, or nobody could be asked. */
  readonly cluster?: InventoryClusterAnswer | undefined;
}

export const NO_READING: EstateReading = { hosts: [] };

/** The latest reading, for whoever needs to know where something lies. */
export interface Known {
  reading: EstateReading;
  /** The first one, while it is being made. */
  loading?: Promise<EstateReading> | undefined;
  /** Whose files are whose, in that reading: of 8,000 VMs it takes 50 ms to tell. */
  files?: { readonly of: EstateReading; readonly files: Files } | undefined;
}

const FIRST_READING_LIMIT_MS = 600_000;

/** The reading that there is, or the first one: whoever comes meanwhile waits for the same. */
export async function recallReading(options: ReadOptions, known: Known): Promise<EstateReading> {
  return known.reading === NO_READING ? loadReading(options, known) : known.reading;
}

export async function loadReading(options: ReadOptions, known: Known): Promise<EstateReading> {
  // Nobody's patience ends it for the others.
  const signal = AbortSignal.timeout(FIRST_READING_LIMIT_MS);
  const load = async () => {
    known.reading = await readEstate({ ...options, signal }, NO_READING);
    return known.reading;
  };
  known.loading ??= load().finally(() => {
    known.loading = undefined;
  });
  return orCancelled(known.loading, options.signal);
}

async function orCancelled<A>(work: Promise<A>, signal: AbortSignal): Promise<A> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(new OperationError('cancelled', 'not_started'));
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** A slow inventory of many disks takes minutes on a busy host. */
const SLOW_LIMIT_MS = 300_000;
const FAST_LIMIT_MS = 60_000;

export interface ReadOptions {
  readonly hosts: Hosts;
  readonly config: Pick<HypervConfig, 'templates' | 'slowSeconds' | 'id' | 'standAlone'>;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * Reads every host, the slow tier where it is due or where VMs came or went, and the cluster on the first that answers.
 *
 * @throws OperationError when no host could be read
 */
export async function readEstate(
  options: ReadOptions,
  before: EstateReading,
): Promise<EstateReading> {
  const { hosts, signal } = options;
  const read = (host: HypervHost) =>
    readHost(
      options,
      host,
      before.hosts.find((it) => it.host === host.host),
    );
  const readings = await Promise.all(hosts.all.map(read));
  if (signal.aborted) throw new OperationError('cancelled', 'not_started');
  const answered = readings.filter(({ failure }) => failure === undefined);
  if (answered.length === 0)
    throw readings[0]?.failure ?? new OperationError('not_reachable', 'not_started');
  const isClustered = answered.some(({ known }) => known?.identity.clusterId);
  const cluster = isClustered ? ((await readCluster(options)) ?? before.cluster) : undefined;
  if (options.config.standAlone) return { hosts: readings };
  return { hosts: readings.map((it) => toClusterMember(it, readings)), cluster };
}

/**
 * All hosts of a connection are of one cluster, that of the first that is in one; another host is shown and not used. A node
 * whose cluster service is stopped, as for an update, says that it is in none.
 */
function toClusterMember(reading: HostReading, readings: readonly HostReading[]): HostReading {
  const identities = readings.flatMap(({ known }) => known?.identity ?? []);
  const first = identities.find(({ clusterId }) => clusterId !== '') ?? identities[0];
  const own = reading.known?.identity;
  if (reading.failure || readings.length === 1 || !own || !first) return reading;
  if (own.clusterId !== '' && own.clusterId === first.clusterId) return reading;
  const facts = { connection: reading.host, reason: `cluster ${own.cluster || '-'}` };
  return { ...reading, failure: new OperationError('host_unavailable', 'not_started', facts) };
}

export async function readHost(
  options: ReadOptions,
  host: HypervHost,
  before: HostReading = { host: host.host },
): Promise<HostReading> {
  const { failure: _, ...last } = before;
  try {
    return await readTiers(options, host, last);
  } catch (error) {
    // Who it was is known, too, where this is the first reading of a new snapshot.
    const known = last.known ?? options.hosts.recall(host.host);
    return { ...last, ...(known && { known }), failure: toOperationError(error) };
  }
}

async function readTiers(
  options: ReadOptions,
  host: HypervHost,
  before: HostReading,
): Promise<HostReading> {
  const { hosts, config, nowMs, signal } = options;
  const sinceMs = nowMs() - (before.slowAtMs ?? Number.NEGATIVE_INFINITY);
  const isDue = sinceMs >= config.slowSeconds * 1000;
  // Each is a PowerShell that has to start: side by side they take as long as the longest.
  const [first, fast, due] = await Promise.all([
    isDue ? hosts.identify(host, signal) : before.known,
    callScript(host, SCRIPTS.inventoryFast, { signal, timeLimitMs: FAST_LIMIT_MS }),
    isDue ? readRest(options, host, before) : undefined,
  ]);
  const isOther = first?.identity.hostId !== fast.hostId;
  const known = !first || isOther ? await hosts.identify(host, signal) : first;
  if (!isDue && !isOther && hasSameVms(fast, before.slow)) return { ...before, known, fast };
  const isFresh = due !== undefined && due.slow.hostId === fast.hostId;
  const last = isOther ? { host: host.host } : before;
  const rest = isFresh ? due : await readRest(options, host, last);
  return { host: host.host, known, fast, ...rest };
}

type Rest = Required<Pick<HostReading, 'slow' | 'templates'>> & Pick<HostReading, 'slowAtMs'>;

/**
 * The slow tier asks for one thing of all VMs after the other: one that is deleted in between is an error of the whole. It is
 * asked once more; then what it said last stands until the next round, for the host itself does answer.
 */
async function readRest(
  { config, nowMs, signal }: ReadOptions,
  host: HypervHost,
  { slow, templates }: HostReading,
): Promise<Rest> {
  const read = async (): Promise<Rest> => {
    const [now, found] = await Promise.all([
      readSlow(host, slow, signal),
      readTemplates(host, config, signal),
    ]);
    return { slow: now, templates: found, slowAtMs: nowMs() };
  };
  try {
    return await read().catch((error) => (isRefusal(error) ? read() : Promise.reject(error)));
  } catch (error) {
    if (!isRefusal(error) || !slow || !templates) throw error;
    return { slow, templates };
  }
}

/** The host's own word on one script. */
function isRefusal(error: unknown): boolean {
  return error instanceof OperationError && error.end === 'refused';
}

function hasSameVms({ vms }: InventoryFastAnswer, slow: SlowReading | undefined): boolean {
  if (slow?.vms.length !== vms.length) return false;
  const ids = new Set(slow.vms.map(({ id }) => id));
  return vms.every(({ id }) => ids.has(id));
}

export async function readSlow(
  host: HypervHost,
  before: SlowReading | undefined,
  signal: AbortSignal,
): Promise<SlowReading> {
  const parameters = before ? { KnownHash: before.hash } : {};
  const call = { signal, timeLimitMs: SLOW_LIMIT_MS };
  const answer = await callScript(host, SCRIPTS.inventorySlow, { ...call, parameters });
  if (!answer.same) return answer;
  if (before) return before;
  const facts = { connection: host.host, script: SCRIPTS.inventorySlow.name };
  throw new OperationError('answer_not_understood', 'not_started', facts);
}

export async function readTemplates(
  host: HypervHost,
  { templates }: Pick<HypervConfig, 'templates'>,
  signal: AbortSignal,
): Promise<ReadTemplatesAnswer['templates']> {
  if (templates.length === 0) return [];
  const parameters = { Paths: templates.map(({ file }) => file) };
  const call = { signal, timeLimitMs: FAST_LIMIT_MS, parameters };
  return (await callScript(host, SCRIPTS.readTemplates, call)).templates;
}

/** Asked on one node after the other until one answers; `undefined` when none does. */
export async function readCluster({
  hosts,
  signal,
}: Pick<ReadOptions, 'hosts' | 'signal'>): Promise<InventoryClusterAnswer | undefined> {
  const call = { signal, timeLimitMs: FAST_LIMIT_MS };
  for (const host of hosts.all) {
    if (!hosts.recall(host.host)?.identity.clusterId) continue;
    try {
      return await callScript(host, SCRIPTS.inventoryCluster, call);
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }
  return undefined;
}
