/** Where an object lies, in words; a part that is not known is said so (H09). */
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { NOT_KNOWN } from '../words/en/view-words.ts';

/** The name as people type it: of a folder its path. */
export function toShownName(object: EstateObject): string {
  return object.kind === 'folder' ? object.body.path : object.body.name;
}

export function toHostName(index: EstateIndex, vm: EstateObject<'vm' | 'template'>): string {
  const { hostHandle } = vm.body;
  const host = hostHandle && index.byHandle(vm.connectionId, 'host', hostHandle);
  return host ? host.body.name : `host ${NOT_KNOWN}`;
}

export function toFolderPath(index: EstateIndex, object: EstateObject): string {
  return scopeOf(index, object).folderPath ?? `folder ${NOT_KNOWN}`;
}

/** Of a host that stands alone: `no cluster`. */
export function toClusterName(index: EstateIndex, object: EstateObject): string {
  const { clusterName } = scopeOf(index, object);
  return clusterName === null ? 'no cluster' : (clusterName ?? `cluster ${NOT_KNOWN}`);
}

/** `web-07 in /prod/web, prod-vc, on esx-07, owner Ann Berg`: all that tells one of a name from another. */
export function toPlaceWords(index: EstateIndex, object: EstateObject, owner: string): string {
  const name = toShownName(object);
  const { connectionId } = object;
  switch (object.kind) {
    case 'vm': {
      const place = `${name} in ${toFolderPath(index, object)}, ${connectionId}`;
      return `${place}, on ${toHostName(index, object)}, ${owner}`;
    }
    case 'template':
      return `${name} in ${toFolderPath(index, object)}, ${connectionId}`;
    case 'host':
      return `${name} in ${toClusterName(index, object)}, ${connectionId}`;
    case 'network':
      return `${name}${object.body.switchName ? ` on ${object.body.switchName}` : ''}, ${connectionId}`;
    case 'datastore':
      return `${name}${object.body.type ? `, ${object.body.type}` : ''}, ${connectionId}`;
    case 'cluster':
    case 'folder':
      return `${name}, ${connectionId}`;
  }
}
