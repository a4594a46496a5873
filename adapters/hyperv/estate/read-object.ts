/** Reads one object now. `undefined` only on the word of a host, or of the cluster, that it is no more (H09). */

import { OperationError } from '#core/errors.ts';
import type { ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import { callScript } from '../call-script.ts';
import { isNoSuchVm } from '../faults.ts';
import {
  readVmHandle,
  toDriveHandle,
  toNetworkHandle,
  toTemplateHandle,
  toVolumeHandle,
} from '../handles.ts';
import type { HypervHost, KnownHost } from '../hosts.ts';
import { SCRIPTS } from '../scripts.ts';
import type { InventoryClusterAnswer } from './cluster-answer.ts';
import { recallFiles } from './files.ts';
import {
  type EstateReading,
  type HostReading,
  type Known,
  NO_READING,
  type ReadOptions,
  readCluster,
  readEstate,
  readHost,
  readSlow,
  readTemplates,
  recallReading,
} from './readings.ts';
import { listPriorities, toObserved } from './to-observed.ts';
import type { KnownTemplates } from './to-parts.ts';
import { toReadSight, toVm } from './to-vm.ts';

export interface ReadObject extends ReadOptions, Pick<KnownTemplates, 'setUps'> {
  readonly known: Known;
}

interface Wanted {
  readonly kind: ObjectKind;
  readonly handle: string;
}

export async function readObject(
  options: ReadObject,
  object: Wanted,
): Promise<Observed | undefined> {
  if (object.kind === 'vm') return readVm(options, object.handle);
  return readPart(options, object);
}

const READ_LIMIT_MS = 60_000;

async function readVm(options: ReadObject, handle: string): Promise<Observed | undefined> {
  const { signal, known } = options;
  const { hostId, vmId } = readVmHandle(handle);
  const host = await findHost(options, hostId);
  const parameters = { VmId: vmId, HostId: hostId };
  try {
    const call = { signal, timeLimitMs: READ_LIMIT_MS, parameters };
    const read = await callScript(host, SCRIPTS.readVm, call);
    // Whose its disks are is told by the others.
    const all = await recallReading(options, known);
    const priority = listPriorities(all).get(vmId);
    const place = { host: host.host, hostId, guestOs: findGuest(known, handle), priority };
    return toVm(toReadSight(place, read), recallFiles(known, all, options.config.templates));
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    if (isNoSuchVm(error)) return undefined;
    return readUnreachable(options, host, { handle, error: toUnavailable(error) });
  }
}

/** One of several that is silent says nothing of the connection: only this VM cannot be shown (H11). */
async function findHost({ hosts, known, signal }: ReadObject, hostId: string): Promise<KnownHost> {
  try {
    return await hosts.find(hostId, signal);
  } catch (error) {
    const others = known.reading.hosts.some(({ failure }) => !failure);
    if (!(error instanceof OperationError) || !others || error.end === 'refused') throw error;
    throw new OperationError('host_unavailable', 'refused', error.facts, { cause: error });
  }
}

/** What a cmdlet does not find of a VM that Get-VM has just shown is not gone. */
function toUnavailable(error: OperationError): OperationError {
  if (error.code !== 'not_found') return error;
  return new OperationError('host_unavailable', 'refused', error.facts, { cause: error });
}

/** Of a node that says nothing: the cluster's word on where its role is, else that nothing is known of the VM now. */
async function readUnreachable(
  options: ReadObject,
  { identity, host }: KnownHost,
  { handle, error }: { readonly handle: string; readonly error: OperationError },
): Promise<Observed | undefined> {
  const { hosts, signal, known, config, setUps } = options;
  const cluster = identity.clusterId === '' ? undefined : await readCluster({ hosts, signal });
  const isOther =
    config.standAlone && known.reading.hosts.some((it) => it.host !== host && !it.failure);
  // Nobody answers: it is the connection that is not reachable.
  if (!cluster && !isOther) throw error;
  const { vmId } = readVmHandle(handle);
  const owner = cluster?.groups.find((group) => group.vmId === vmId)?.owner;
  if (owner !== undefined && owner.toLowerCase() !== identity.name.toLowerCase()) return undefined;
  const silent = { ...known.reading, hosts: known.reading.hosts.map(toSilent(host, error)) };
  const { vmsOf } = toObserved(silent, { ...config, setUps });
  const last = vmsOf.find((it) => it.host === host)?.list();
  const found = last?.find((it) => it.handle === handle);
  if (found) return found;
  throw new OperationError('host_unavailable', 'refused', error.facts, { cause: error });
}

const toSilent = (host: string, failure: OperationError) => (reading: HostReading) =>
  reading.host === host ? { ...reading, failure } : reading;

/** No script that reads one VM tells what runs in it; the inventory does. */
function findGuest({ reading }: Known, handle: string): string | undefined {
  const { hostId, vmId } = readVmHandle(handle);
  const host = reading.hosts.find(({ known }) => known?.identity.hostId === hostId);
  return host?.fast?.vms.find(({ id }) => id === vmId)?.guest || undefined;
}

async function readPart(options: ReadObject, object: Wanted): Promise<Observed | undefined> {
  const { known, config, hosts, setUps } = options;
  const { kind, handle } = object;
  const isIt = (it: Observed) => it.kind === kind && it.handle === handle;
  const takeIn = await refresh(options, object);
  known.reading = takeIn(known.reading);
  const found = toObserved(known.reading, { ...config, setUps }).parts.find(isIt);
  if (found || (kind === 'host' && !hosts.all.some(({ host }) => host === handle))) return found;
  // Whoever does not answer may have it.
  const silent = known.reading.hosts.find(({ failure }) => failure)?.failure;
  if (!silent) return undefined;
  throw new OperationError('host_unavailable', 'refused', silent.facts, { cause: silent });
}

type TakeIn = (now: EstateReading) => EstateReading;

/**
 * Asks those alone who know of this object; everybody before there is any reading. What they say comes into the reading that
 * there is by then: another may have been made meanwhile.
 */
async function refresh(options: ReadObject, object: Wanted): Promise<TakeIn> {
  const { reading } = options.known;
  if (reading === NO_READING || object.kind === 'folder') {
    const recalled = await recallReading(options, options.known);
    return () => recalled;
  }
  if (object.kind === 'cluster' || object.handle.startsWith(VOLUME)) {
    const cluster = await requireCluster(options);
    return (now) => ({ ...now, cluster });
  }
  const host = findHolder(options, object);
  if (!host) {
    if (isPartial(reading)) return (now) => now;
    const all = await readEstate(options, reading);
    return () => all;
  }
  const before = reading.hosts.find((it) => it.host === host.host) ?? { host: host.host };
  const after = await readAgain(options, host, { before, kind: object.kind });
  const replace = (it: HostReading) => (it.host === after.host ? after : it);
  return (now) => ({ ...now, hosts: now.hosts.map(replace) });
}

async function requireCluster(options: ReadObject): Promise<InventoryClusterAnswer> {
  const cluster = await readCluster(options);
  if (cluster) return cluster;
  throw new OperationError('no_answer', 'not_started', { connection: options.config.id });
}

/** Whoever is silent was just asked, and may have what the others do not. */
const isPartial = ({ hosts }: EstateReading) => hosts.some(({ failure }) => failure);

const VOLUME = toVolumeHandle('');

function findHolder({ known, config, hosts }: ReadObject, { kind, handle }: Wanted) {
  const file = config.templates.find(({ name }) => toTemplateHandle(name) === handle)?.file;
  const isHolder = (it: HostReading) => {
    const hostId = it.known?.identity.hostId;
    if (kind === 'host') return it.host === handle;
    if (kind === 'template') return it.templates?.some(({ path }) => path === file) ?? false;
    if (kind === 'datastore') return hostId && handle.startsWith(toDriveHandle(hostId, ''));
    return it.slow?.switches.some(({ name }) => toNetworkHandle(name) === handle) ?? false;
  };
  const holders = known.reading.hosts.filter(isHolder);
  const chosen = holders.find(({ failure }) => !failure) ?? holders[0];
  return hosts.all.find(({ host }) => host === chosen?.host);
}

interface Again {
  readonly before: HostReading;
  readonly kind: ObjectKind;
}

async function readAgain(
  options: ReadObject,
  host: HypervHost,
  { before, kind }: Again,
): Promise<HostReading> {
  const { config, signal } = options;
  if (before.failure || kind === 'host' || kind === 'datastore')
    return readHost(options, host, before);
  if (kind === 'template')
    return { ...before, templates: await readTemplates(host, config, signal) };
  return { ...before, slow: await readSlow(host, before.slow, signal) };
}
