/** Whose a file is, and on which datastore it lies. */

import type { HypervTemplate } from '../config.ts';
import { toDriveHandle, toVolumeHandle } from '../handles.ts';
import type { EstateReading, Known } from './readings.ts';

export interface OwnPlace {
  readonly hostId: string;
  readonly vmId: string;
  /** Home of the VM's settings. */
  readonly path: string;
  readonly token?: string | undefined;
}

export interface Files {
  findDatastore(hostId: string, path: string): string | undefined;
  /**
   * Another VM uses it, itself or as the base of its own, or VMs are made from it; undefined while a host that might use it was
   * not read.
   */
  isShared(hostId: string, file: string): boolean | undefined;
  /** It lies in a folder that is this VM's alone. Hyper-V's own default is one folder for all VMs of a host. */
  isOwn(place: OwnPlace, file: string): boolean | undefined;
}

/** Made once for a reading. */
export function recallFiles(
  known: Known,
  reading: EstateReading,
  templates: readonly Pick<HypervTemplate, 'file'>[],
): Files {
  if (known.files?.of !== reading)
    known.files = { of: reading, files: createFiles(reading, templates) };
  return known.files.files;
}

export function createFiles(
  { hosts, cluster }: EstateReading,
  templates: readonly Pick<HypervTemplate, 'file'>[],
): Files {
  const templateFiles = new Set(templates.map(({ file }) => file.toLowerCase()));
  const volumes = (cluster?.volumes ?? []).flatMap(({ id, path }) =>
    path === undefined ? [] : [{ handle: toVolumeHandle(id), folder: toFolder(path) }],
  );
  const findVolume = (path: string) =>
    volumes.find(({ folder }) => path.toLowerCase().startsWith(folder));
  const isOnShared = (path: string) =>
    findVolume(path) !== undefined || /^[a-z]:\\clusterstorage\\|^\\\\/i.test(path);
  const toKey = (hostId: string, path: string) =>
    isOnShared(path) ? path.toLowerCase() : `${hostId}\0${path.toLowerCase()}`;

  const usersOf = new Map<string, Set<string>>();
  const homesOf = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, key: string, user: string) => {
    const users = map.get(key) ?? new Set<string>();
    map.set(key, users.add(user));
  };
  let isComplete = hosts.length > 0;
  for (const { slow, failure } of hosts) {
    if (!slow || failure) isComplete = false;
    for (const vm of slow?.vms ?? []) {
      const hostId = slow?.hostId ?? '';
      const user = `${hostId}/${vm.id}`;
      add(homesOf, toKey(hostId, vm.path), user);
      for (const path of vm.images) add(usersOf, toKey(hostId, path), user);
      for (const { path, parent } of vm.disks) {
        if (path !== '') add(usersOf, toKey(hostId, path), user);
        if (parent) add(usersOf, toKey(hostId, parent), user);
      }
    }
  }

  return {
    findDatastore: (hostId, path) => {
      const volume = findVolume(path);
      if (volume) return volume.handle;
      const drive = /^[a-z]:/i.exec(path)?.[0];
      return drive === undefined || isOnShared(path) ? undefined : toDriveHandle(hostId, drive);
    },
    isShared: (hostId, file) => {
      if (templateFiles.has(file.toLowerCase())) return true;
      if ((usersOf.get(toKey(hostId, file))?.size ?? 0) > 1) return true;
      const isKnown = isOnShared(file)
        ? isComplete
        : hosts.some(({ slow }) => slow?.hostId === hostId);
      return isKnown ? false : undefined;
    },
    isOwn: ({ hostId, vmId, path, token }, file) => {
      const made = token === undefined ? -1 : toFolder(path).indexOf(`\\${token.toLowerCase()}\\`);
      if (made >= 0)
        return isWithin(file, toFolder(path).slice(0, made + (token?.length ?? 0) + 2));
      const homes = homesOf.get(toKey(hostId, path));
      if (!homes) return undefined;
      const isAlone = [...homes].every((user) => user === `${hostId}/${vmId}`);
      return isAlone && path !== '' && isWithin(file, toFolder(path));
    },
  };
}

/** In small letters, as Windows tells no difference, with its end. */
function toFolder(path: string): string {
  return `${path.toLowerCase().replace(/\\+$/, '')}\\`;
}

function isWithin(file: string, folder: string): boolean {
  return file.toLowerCase().startsWith(folder);
}
