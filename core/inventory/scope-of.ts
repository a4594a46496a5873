/** What roles and rules see of a thing: its connection, cluster, folder and owner; unknown parts stay unknown. */
import type { ScopeFacts } from '../rights/role.ts';
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject } from './estate-object.ts';

export function scopeOf(index: EstateIndex, object: EstateObject): ScopeFacts {
  const { connectionId } = object;
  const ownerId = object.kind === 'vm' ? (object.ownerId ?? null) : null;
  return {
    connectionId,
    ownerId,
    clusterName: clusterOf(index, object),
    folderPath: folderOf(index, object),
  };
}

function clusterOf(index: EstateIndex, object: EstateObject): string | null | undefined {
  if (object.kind === 'cluster') return object.body.name;
  if (object.kind === 'host') return clusterNameOfHost(index, object);
  if (object.kind !== 'vm' && object.kind !== 'template') return null;
  const { hostHandle } = object.body;
  if (!hostHandle) return undefined;
  const host = index.byHandle(object.connectionId, 'host', hostHandle);
  return host && clusterNameOfHost(index, host);
}

export function clusterNameOfHost(
  index: EstateIndex,
  host: EstateObject<'host'>,
): string | null | undefined {
  const { clusterHandle } = host.body;
  if (!clusterHandle) return host.body.unreadable ? undefined : null;
  return index.byHandle(host.connectionId, 'cluster', clusterHandle)?.body.name;
}

function folderOf(index: EstateIndex, object: EstateObject): string | null | undefined {
  if (object.kind === 'folder') return object.body.path;
  if (object.kind !== 'vm' && object.kind !== 'template') return null;
  const { folderHandle } = object.body;
  if (!folderHandle) return undefined;
  return index.byHandle(object.connectionId, 'folder', folderHandle)?.body.path;
}
