/**
 * `vm.delete`: every disk is listed as deleted, detached and kept, or a blocker (H19).
 *
 * Deleted is only what this VM alone uses and what lies in its own folder. The lists are part of the bounds: a part
 * added later sends the request back.
 */
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { DiskBody, ImageBody } from '../inventory/vm-parts.ts';
import type { Json, Plan, PlanNote, PlannedStep } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import {
  listNamesakes,
  listNeeded,
  listVmBlockers,
  ON_ONE_VM,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import { VmInput } from './vm-power.ts';

export const vmDelete: Operation<VmInput> = {
  name: 'vm.delete',
  input: VmInput,
  ...ON_ONE_VM,
  plan({ vmId }, world) {
    const vm = world.index.get('vm', vmId);
    return vm ? planDelete(vm, world) : toGonePlan('vm.delete', { id: vmId, kind: 'vm' }, world);
  },
};

export type DiskFate = 'delete' | 'keep' | 'unclear';

/** What becomes of a disk when its VM is deleted; unclear where the platform does not say whose it is. */
export function toDiskFate({ inOwnFolder, shared, isRaw }: DiskBody): DiskFate {
  if (isRaw || shared === true || inOwnFolder === false) return 'keep';
  return shared === false && inOwnFolder === true ? 'delete' : 'unclear';
}

/** Names a disk in bounds: its key in the VM and its file. */
export function toDiskName({ key, file }: DiskBody): string {
  return `disk ${key} ${file ?? ''}`.trimEnd();
}

/** Names an image in bounds. */
export function toImageName({ file }: ImageBody): string {
  return `image ${file}`;
}

function planDelete(vm: EstateObject<'vm'>, world: World): Plan {
  const disks = vm.body.disks.map((disk) => ({ disk, fate: toDiskFate(disk) }));
  const kept = disks.filter(({ fate }) => fate === 'keep').map(({ disk }) => disk);
  const deleted = disks.filter(({ fate }) => fate === 'delete').map(({ disk }) => disk);
  const unclear = disks.filter(({ fate }) => fate === 'unclear').map(({ disk }) => disk);
  const images = vm.body.images ?? [];
  const ownImages = images.filter(({ isOwn }) => isOwn).map(toImageName);
  const otherImages = images.filter(({ isOwn }) => !isOwn).map(toImageName);
  const snapshots = vm.body.snapshotCount ?? 0;
  return {
    operation: 'vm.delete',
    targets: [toTarget(vm)],
    steps: toSteps(vm, kept, deleted),
    bounds: {
      ...toVmBounds(vm, 'data_loss'),
      atMost: { snapshots },
      deletes: [...deleted.map(toDiskName), ...ownImages].toSorted(),
      keeps: [...kept.map(toDiskName), ...otherImages].toSorted(),
    },
    advice: {
      ratings: [],
      durationMs: 15_000,
      dataAgeMs: toAgeMs([vm], world.now),
      notes: [
        { code: 'cannot_be_undone', facts: {} },
        ...(world.maintenanceOf(vm.id)
          ? [{ code: 'maintenance_forgotten', facts: { vm: vm.body.name } } as const]
          : []),
        ...listNamesakes(vm, world),
        ...deleted.map((disk) => toNote('disk_deleted', disk)),
        ...kept.map((disk) => toNote('disk_kept', disk)),
        ...images.map(({ file, isOwn }) => {
          const code = isOwn ? ('image_deleted' as const) : ('image_kept' as const);
          return { code, facts: { file } };
        }),
        ...(snapshots > 0
          ? [{ code: 'snapshots_deleted', facts: { count: snapshots } } as const]
          : []),
      ],
    },
    blockers: [
      ...listVmBlockers(vm, world),
      ...listNeeded('drover_needs_it', vm, world),
      ...listOwnBlockers(vm, world, unclear, kept),
    ],
    reserves: undefined,
  };
}

function toSteps(
  vm: EstateObject<'vm'>,
  kept: readonly DiskBody[],
  deleted: readonly DiskBody[],
): PlannedStep[] {
  const own = { vm: toRef(vm), name: vm.body.name };
  const ownImages = vm.body.images?.filter(({ isOwn }) => isOwn).map(toImageName);
  const images = ownImages?.length ? { images: ownImages.toSorted() } : {};
  const keys = kept.map(({ key }) => key);
  const expected = deleted.map(toDiskName).toSorted();
  const detach = { key: 'detach-disks', kind: 'detach-disks', version: 1, after: [] };
  const remove = {
    key: 'delete-vm',
    kind: 'delete-vm',
    version: 1,
    input: { ...own, disks: expected, ...images } as unknown as Json,
  };
  if (keys.length === 0) return [{ ...remove, after: [] }];
  return [
    { ...detach, input: { ...own, keys } as unknown as Json },
    { ...remove, after: [detach.key] },
  ];
}

function listOwnBlockers(
  vm: EstateObject<'vm'>,
  world: World,
  unclear: readonly DiskBody[],
  kept: readonly DiskBody[],
): PlanNote[] {
  const facts = { vm: vm.body.name };
  const blockers = unclear.map((disk) => toNote('disk_unclear', disk));
  if (['on', 'suspended', 'paused'].includes(vm.body.power))
    blockers.push({ code: 'vm_must_be_off', facts: { ...facts, power: vm.body.power } });
  const { provisioning } = world.connectionOf(vm.connectionId).connection ?? {};
  // A snapshot holds on to the disk: it cannot be taken off before.
  const takesOff = kept.length > 0 || provisioning?.snapshotsStopDelete === true;
  if (takesOff && (vm.body.snapshotCount ?? 0) > 0)
    blockers.push({ code: 'vm_has_snapshots', facts });
  if (!provisioning) {
    blockers.push({
      code: 'connection_cannot',
      facts: { connection: vm.connectionId, what: 'vm.delete' },
    });
  }
  return blockers;
}

function toNote(code: 'disk_deleted' | 'disk_kept' | 'disk_unclear', disk: DiskBody): PlanNote {
  return { code, facts: { disk: disk.label, sizeBytes: disk.sizeBytes, file: disk.file } };
}
