/** A VM that its host has no more, as another host of the connection shows it: moved, it is the same under another handle (H03). */
import { OperationError, toOperationError } from '#core/errors.ts';
import type { Observed } from '#core/inventory/estate-object.ts';
import { readVmHandle, toVmHandle } from '../handles.ts';
import type { HypervHost } from '../hosts.ts';
import { type ReadObject, readObject } from './read-object.ts';
import { readCluster } from './readings.ts';

export async function findMoved(
  options: ReadObject,
  handle: string,
): Promise<Observed | undefined> {
  const { hosts, signal } = options;
  const { hostId, vmId } = readVmHandle(handle);
  const look = async (host: HypervHost) => {
    const { identity } = hosts.recall(host.host) ?? (await hosts.identify(host, signal));
    if (identity.hostId === hostId) return undefined;
    return readObject(options, { kind: 'vm', handle: toVmHandle(identity.hostId, vmId) });
  };
  const others = hosts.all.length > 1 ? hosts.all : [];
  const seen = await Promise.all(others.map((host) => look(host).catch(toOperationError)));
  const found = seen.find(isVmItself);
  const silent = seen.find((it) => it instanceof OperationError);
  if (found || !silent) return found;
  const away = new OperationError('host_unavailable', 'refused', silent.facts, { cause: silent });
  // Where no cluster knows it, nobody can say that it is not there.
  if (options.config.standAlone) throw away;
  // It may be on the one that does not answer: the cluster knows its roles, whoever has them.
  const cluster = await readCluster({ hosts, signal });
  if (!cluster?.groups.some((group) => group.vmId === vmId)) return undefined;
  throw away;
}

/** A replica has its VM's id and is not it (H04). */
function isVmItself(it: Observed | Error | undefined): it is Observed {
  return it !== undefined && 'kind' in it && it.kind === 'vm' && it.body.role !== 'replica';
}
