/** Moves a VM to another host, its files to another datastore, or both. */
import type { DiskBody } from '#core/inventory/vm-parts.ts';
import type { MoveWay } from '#core/ports/moving.ts';
import type { Draft, PlatformView } from '../draft.ts';
import type { LabTask } from '../task.ts';
import type { LabVm } from '../world-object.ts';
import { applyCopy } from './broken-move.ts';
import { checkFit, MOVE_CHECKS, type MoveInput, otherHostOf } from './check-move.ts';
import { addFreeBytes, bytesToMove, findConnectedHost, findUsableVm, findVm } from './checks.ts';
import { toDiskFile } from './clone-vm.ts';
import type { Deed } from './deed.ts';
import { moveToHost } from './power.ts';

const GIB = 2 ** 30;
const STORAGE_MS_A_GIB = 800;
/** Memory over 10 Gbit/s with what is written meanwhile; saved and loaded, it goes twice. */
const MEMORY_MS_A_GIB: Readonly<Record<MoveWay, number>> = { live: 1000, quick: 2000, off: 0 };

export const moveVm: Deed<'move'> = {
  check(view, input) {
    const vm = findUsableVm(view, input.vm);
    for (const check of MOVE_CHECKS) check({ view, vm, input });
  },
  /** One that is under way comes to its end on a host that was marked meanwhile. */
  recheck(view, input) {
    const vm = findUsableVm(view, input.vm);
    checkFit({ vm, input });
    const host = otherHostOf({ view, vm, input });
    if (host) findConnectedHost(view, host.handle);
  },
  /** 16 GiB of memory take 18 seconds, 80 GiB of disks 64 more. */
  realDurationMs(view, input) {
    const vm = findVm(view, input.vm);
    const goes = otherHostOf({ view, vm, input }) !== undefined;
    const memoryBytes = goes ? (vm.body.memoryBytes ?? 0) : 0;
    const fileBytes = input.datastore ? bytesToMove(vm, input.datastore.handle) : 0;
    const memoryMs = (MEMORY_MS_A_GIB[input.way] * memoryBytes) / GIB;
    return Math.round(2000 + memoryMs + (STORAGE_MS_A_GIB * fileBytes) / GIB);
  },
  holds: ({ vm }) => [vm.handle],
  uses: listPlaces,
  canBeCancelled: true,
  apply(draft, input, _stepToken, { half, leaveOut }) {
    const vm = findVm(draft, input.vm);
    const host = otherHostOf({ view: draft, vm, input });
    if (half && !input.datastore) return host && applyCopy(draft, vm, host.handle);
    const goes = host && !half && leaveOut !== 'host';
    const moved = goes ? moveToHost(draft, vm, host.handle) : vm;
    if (input.datastore && leaveOut !== 'datastore')
      moveFiles(draft, moved, input.datastore.handle, half === true);
    return undefined;
  },
};

/** A move between hosts counts at both, one of files at its host and at each datastore. */
function listPlaces(input: MoveInput, view: PlatformView): readonly string[] {
  const vm = findVm(view, input.vm);
  const { hostHandle = '' } = vm.body;
  const host = otherHostOf({ view, vm, input });
  const hosts = host ? [hostHandle, host.handle] : [];
  const datastores = input.datastore
    ? new Set([input.datastore.handle, ...vm.body.disks.flatMap((it) => it.datastoreHandle ?? [])])
    : [];
  return [
    ...hosts.map((handle) => `movesPerHost ${handle}`),
    ...(input.datastore ? [`storageMovesPerHost ${hostHandle}`] : []),
    ...[...datastores].map((handle) => `storageMovesPerDatastore ${handle}`),
  ];
}

/** Half of them: its first disks alone. */
function moveFiles(draft: Draft, vm: LabVm, to: string, half: boolean): void {
  const count = half ? Math.ceil(vm.body.disks.length / 2) : vm.body.disks.length;
  const disks = vm.body.disks.map((disk, at) =>
    at < count && disk.isRaw !== true ? moveDisk(draft, vm, disk, to) : disk,
  );
  const datastoreHandle = half ? vm.body.datastoreHandle : to;
  draft.put({ ...vm, body: { ...vm.body, disks, datastoreHandle } });
}

function moveDisk(draft: Draft, vm: LabVm, disk: DiskBody, to: string): DiskBody {
  if (disk.datastoreHandle === to) return disk;
  addFreeBytes(draft, disk.datastoreHandle, disk.sizeBytes ?? 0);
  addFreeBytes(draft, to, -(disk.sizeBytes ?? 0));
  const datastore = draft.get('datastore', to)?.body.name ?? '';
  const [directory, file] = disk.file?.split(/[/\\]|\] /).slice(-2) ?? [];
  const name = file?.slice(0, file.lastIndexOf('.'));
  const moved = name && toDiskFile(draft, datastore, directory ?? vm.body.name, name);
  return { ...disk, datastoreHandle: to, file: moved ?? disk.file };
}

/** Whether a move of this VM is under way, whoever ordered it. */
export function findMoveOf(view: PlatformView, handle: string): LabTask | undefined {
  return view.tasks().find((it) => it.deed === 'move' && it.input.vm.handle === handle);
}
