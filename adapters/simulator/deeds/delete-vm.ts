/** Deletes a VM with every disk that is attached to it, and takes disks off before that. */
import type { DiskBody } from '#core/inventory/vm-parts.ts';
import type { Draft } from '../draft.ts';
import type { KeptFile, LabVm } from '../world-object.ts';
import { addFreeBytes, findUsableVm, findVm, refuse } from './checks.ts';
import type { Deed } from './deed.ts';

export const deleteVm: Deed<'delete'> = {
  check(view, { vm: ref }) {
    const vm = findUsableVm(view, ref);
    const { name, power, platformState } = vm.body;
    if (power !== 'off') refuse('wrong_power_state', { name, power, platformState });
  },
  realDurationMs: () => 4000,
  holds: ({ vm }) => [vm.handle],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm: ref }, _stepToken, { half }) {
    const vm = findVm(draft, ref);
    for (const disk of vm.body.disks) if (disk.isRaw !== true) deleteFile(draft, vm, disk);
    if (half) draft.put({ ...vm, body: { ...vm.body, disks: [] } });
    else draft.remove('vm', vm.handle);
    return undefined;
  },
};

/** The platform asks nobody else who may use the file: another VM with it is broken from then on. */
function deleteFile(draft: Draft, owner: LabVm, disk: DiskBody): void {
  addFreeBytes(draft, disk.datastoreHandle, disk.sizeBytes ?? 0);
  if (disk.file === undefined) return;
  for (const other of draft.list('vm')) {
    if (other.handle === owner.handle) continue;
    if (!other.body.disks.some((it) => it.file === disk.file)) continue;
    const unreadable = `The file ${disk.file} is missing.`;
    draft.put({ ...other, body: { ...other.body, isReachable: false, unreadable } });
  }
}

export const detachDisks: Deed<'detachDisks'> = {
  check(view, { vm: ref, keys }) {
    const vm = findUsableVm(view, ref);
    for (const key of keys)
      if (!vm.body.disks.some((it) => it.key === key))
        refuse('disk_unusable', { name: vm.body.name, disk: key });
  },
  realDurationMs: () => 1500,
  holds: ({ vm }) => [vm.handle],
  uses: () => [],
  canBeCancelled: false,
  apply(draft, { vm: ref, keys }, _stepToken, { half }) {
    const vm = findVm(draft, ref);
    const chosen = half ? keys.slice(0, Math.ceil(keys.length / 2)) : keys;
    const taken = vm.body.disks.filter((it) => chosen.includes(it.key));
    const disks = vm.body.disks.filter((it) => !chosen.includes(it.key));
    draft.put({ ...vm, body: { ...vm.body, disks } });
    for (const disk of taken) keepFile(draft, disk);
    return undefined;
  },
};

/** The file stays on its datastore. */
export function keepFile(draft: Draft, disk: DiskBody): void {
  if (disk.file === undefined || disk.datastoreHandle === undefined) return;
  const datastore = draft.get('datastore', disk.datastoreHandle);
  if (!datastore) return;
  const kept: KeptFile = { file: disk.file, sizeBytes: disk.sizeBytes ?? 0 };
  const keptFiles = [...(datastore.inside?.keptFiles ?? []), kept];
  draft.put({ ...datastore, inside: { ...datastore.inside, keptFiles } });
}
