/** How objects of an estate file name each other, and what is wrong with that. */
import type { EstateConnection } from './estate-file.ts';

export type EstateList = 'clusters' | 'hosts' | 'datastores' | 'networks' | 'folders' | 'vms';
type Path = readonly (string | number)[];
export type AddFault = (path: Path, message: string) => void;

/** Where each reference of a list leads: to the position of one object, or to `several`. */
export type References = Readonly<Record<EstateList, ReadonlyMap<string, number | 'several'>>>;

export function toReferences(connection: EstateConnection): References {
  return {
    clusters: indexList(connection.clusters),
    hosts: indexList(connection.hosts),
    datastores: indexList(connection.datastores),
    networks: indexList(connection.networks),
    folders: indexList(
      connection.folders.map((it) =>
        typeof it === 'string' ? { name: it } : { id: it.id, name: it.path },
      ),
    ),
    vms: indexList(connection.vms),
  };
}

/** An id goes before a name. */
function indexList(
  list: readonly { readonly id?: string | undefined; readonly name: string }[],
): ReadonlyMap<string, number | 'several'> {
  const index = new Map<string, number | 'several'>();
  for (const [at, { name }] of list.entries()) index.set(name, index.has(name) ? 'several' : at);
  for (const [at, { id }] of list.entries()) if (id !== undefined) index.set(id, at);
  return index;
}

export function checkReferences(connection: EstateConnection, addFault: AddFault): void {
  const references = toReferences(connection);
  checkIds(connection, addFault);
  for (const { list, reference, path } of listReferences(connection)) {
    if (list === 'folders' && reference === '/') continue;
    const found = references[list].get(reference);
    if (found === undefined) addFault(path, `${reference} is not in ${list}.`);
    if (found === 'several') addFault(path, `Several ${list} are called ${reference}: give an id.`);
  }
}

interface Reference {
  readonly list: EstateList;
  readonly reference: string;
  readonly path: Path;
}

function* listReferences(connection: EstateConnection): Iterable<Reference> {
  for (const [at, { rules = [] }] of connection.clusters.entries())
    for (const [i, { vms, hosts = [] }] of rules.entries()) {
      const path = ['clusters', at, 'rules', i];
      for (const [j, it] of vms.entries()) yield* of('vms', it, [...path, 'vms', j]);
      for (const [j, it] of hosts.entries()) yield* of('hosts', it, [...path, 'hosts', j]);
    }
  for (const [at, { cluster, datastores, networks }] of connection.hosts.entries()) {
    yield* of('clusters', cluster, ['hosts', at, 'cluster']);
    for (const [i, it] of datastores.entries())
      yield* of('datastores', it, ['hosts', at, 'datastores', i]);
    for (const [i, it] of networks.entries())
      yield* of('networks', it, ['hosts', at, 'networks', i]);
  }
  for (const list of ['templates', 'vms'] as const)
    for (const [at, vm] of connection[list].entries()) yield* listHardware(vm, [list, at]);
}

function* listHardware(vm: EstateConnection['templates'][number], at: Path): Iterable<Reference> {
  yield* of('folders', vm.folder, [...at, 'folder']);
  yield* of('hosts', vm.host, [...at, 'host']);
  yield* of('datastores', vm.datastore, [...at, 'datastore']);
  for (const [i, it] of vm.disks.entries())
    yield* of('datastores', it.datastore, [...at, 'disks', i, 'datastore']);
  for (const [i, it] of vm.nics.entries())
    yield* of('networks', it.network, [...at, 'nics', i, 'network']);
}

function of(list: EstateList, reference: string | undefined, path: Path): readonly Reference[] {
  return reference === undefined ? [] : [{ list, reference, path }];
}

/** Templates and VMs share their handles. */
function checkIds(connection: EstateConnection, addFault: AddFault): void {
  const { clusters, hosts, datastores, networks, folders, templates, vms } = connection;
  const lists = { clusters, hosts, datastores, networks, folders, templates, vms };
  const seen = new Set<string>();
  for (const [name, list] of Object.entries(lists))
    for (const [at, it] of list.entries()) {
      if (typeof it === 'string' || it.id === undefined) continue;
      const key = `${name === 'vms' ? 'templates' : name} ${it.id}`;
      if (seen.has(key)) addFault([name, at, 'id'], `${it.id} is given twice.`);
      seen.add(key);
    }
}
