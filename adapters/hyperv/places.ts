/** Where things lie on a host: the folder of a datastore, the switch of a network. */
import { OperationError } from '#core/errors.ts';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { HypervConfig } from './config.ts';
import { type Known, readCluster, readSlow } from './estate/readings.ts';
import { toDriveHandle, toNetworkHandle, toVolumeHandle } from './handles.ts';
import type { Hosts, KnownHost } from './hosts.ts';

export interface Places {
  /**
   * The root of a datastore as its host sees it, `D:` or `C:\ClusterStorage\Volume1`.
   *
   * @throws OperationError `datastore_unavailable` (not started)
   */
  findRoot(host: KnownHost, datastore: ObjectRef, signal: AbortSignal): Promise<string>;
  /** The folder below it that VMs are made in. */
  findVmRoot(host: KnownHost, datastore: ObjectRef, signal: AbortSignal): Promise<string>;
  /** @throws OperationError `network_unavailable` (not started) */
  findSwitchId(host: KnownHost, network: ObjectRef, signal: AbortSignal): Promise<string>;
}

export const isVolume = ({ handle }: ObjectRef) => handle.startsWith(toVolumeHandle(''));

interface PlacesDeps {
  readonly hosts: Hosts;
  readonly known: Known;
  readonly config: Pick<HypervConfig, 'vmFolder'>;
}

export function createPlaces({ hosts, known, config }: PlacesDeps): Places {
  const findRoot: Places['findRoot'] = async ({ identity }, datastore, signal) => {
    const { handle } = datastore;
    const drive = toDriveHandle(identity.hostId, '');
    if (handle.startsWith(drive)) return handle.slice(drive.length);
    const cluster = known.reading.cluster ?? (await readCluster({ hosts, signal }));
    const volume = cluster?.volumes.find(({ id }) => toVolumeHandle(id) === handle);
    if (volume?.path !== undefined) return volume.path;
    throw new OperationError('datastore_unavailable', 'not_started', { datastore: handle });
  };
  return {
    findRoot,
    findVmRoot: async (host, datastore, signal) =>
      `${await findRoot(host, datastore, signal)}\\${config.vmFolder}`,
    findSwitchId: async (host, network, signal) => {
      const last = known.reading.hosts.find((it) => it.host === host.host)?.slow;
      const { switches } = last ?? (await readSlow(host, undefined, signal));
      const found = switches.filter(({ name }) => toNetworkHandle(name) === network.handle);
      if (found.length === 1 && found[0]) return found[0].id;
      throw new OperationError('network_unavailable', 'not_started', { network: network.handle });
    },
  };
}
