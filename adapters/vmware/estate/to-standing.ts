/** What a VM takes of its host now, what ties it there, and what HA does with it. */
import type { VmBody } from '#core/inventory/estate-object.ts';
import type { VmProperties } from '../schema.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { KnownHost, Surroundings } from './surroundings.ts';
import { toDeviceTies } from './to-ties.ts';

type Properties = Partial<VmProperties>;
type Standing<K extends keyof VmBody> = Pick<VmBody, K>;

export function toStanding(
  handle: string,
  properties: Properties,
  surroundings: Surroundings,
): Standing<'ties' | 'priority' | 'isHighlyAvailable' | 'memoryDemandBytes' | 'cpuDemandCores'> {
  const host = surroundings.hosts.get(properties['runtime.host']?.value ?? '');
  const settings = surroundings.clusters.get(host?.cluster ?? '');
  const devices = properties['config.hardware'] && (properties['config.hardware'].device ?? []);
  const stays = settings?.staying.has(handle) ? [{ what: 'setting', label: 'DRS' } as const] : [];
  return {
    ties: devices && [...toDeviceTies(devices, surroundings), ...stays],
    ...toProtection(handle, host, settings),
    ...toDemand(properties, host),
  };
}

/** A priority counts where HA is on; a VM that it leaves alone is started nowhere. */
function toProtection(
  handle: string,
  host: KnownHost | undefined,
  settings: ClusterSettings | undefined,
): Standing<'priority' | 'isHighlyAvailable'> {
  // A host of its own has nothing that could start its VMs elsewhere.
  const isHa = host && host.cluster === undefined ? false : settings?.isHa;
  if (!isHa) return { isHighlyAvailable: isHa };
  const priority = settings?.priorities.get(handle) ?? settings?.priority;
  return { isHighlyAvailable: priority !== 'none', priority };
}

/** As last read: no update tells it. A VM that runs takes memory: zero is a server's that does not measure. */
function toDemand(
  properties: Properties,
  host: KnownHost | undefined,
): Standing<'memoryDemandBytes' | 'cpuDemandCores'> {
  const isRunning =
    properties['runtime.connectionState'] === 'connected' &&
    properties['runtime.powerState'] === 'poweredOn';
  const usedMib = properties['summary.quickStats.hostMemoryUsage'];
  if (!isRunning || !usedMib) return {};
  const usedMhz = properties['summary.quickStats.overallCpuUsage'];
  const hasCpu = usedMhz !== undefined && host?.cpuMhz;
  return {
    memoryDemandBytes: usedMib * 2 ** 20,
    cpuDemandCores: hasCpu ? usedMhz / host.cpuMhz : undefined,
  };
}
