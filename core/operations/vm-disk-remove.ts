/** `vm.disk.remove`: takes one disk off a VM and leaves its file where it is; bounds name it by key and file (H19). */
import { z } from 'zod';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { DiskBody } from '../inventory/vm-parts.ts';
import type { Json, Plan, PlanNote } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import { listPartsBlockers } from './parts-blockers.ts';
import {
  listNamesakes,
  listNeeded,
  ON_ONE_VM,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import { toDiskName } from './vm-delete.ts';

export const VmDiskRemoveInput = z.strictObject({
  vmId: z.string(),
  /** The platform's key of the disk within its VM. */
  diskKey: z.string(),
});
export type VmDiskRemoveInput = z.infer<typeof VmDiskRemoveInput>;

export const vmDiskRemove: Operation<VmDiskRemoveInput> = {
  name: 'vm.disk.remove',
  input: VmDiskRemoveInput,
  ...ON_ONE_VM,
  plan({ vmId, diskKey }, world) {
    const vm = world.index.get('vm', vmId);
    if (!vm) return toGonePlan('vm.disk.remove', { id: vmId, kind: 'vm' }, world);
    return planRemove(vm, diskKey, world);
  },
};

function planRemove(vm: EstateObject<'vm'>, diskKey: string, world: World): Plan {
  const disk = vm.body.disks.find(({ key }) => key === diskKey);
  const bounds = toVmBounds(vm, 'none');
  const name = disk ? toDiskName(disk) : '';
  return {
    operation: 'vm.disk.remove',
    targets: [toTarget(vm)],
    steps: [
      {
        key: 'detach-disks',
        kind: 'detach-disks',
        version: 1,
        input: toInput(vm, disk),
        after: [],
      },
    ],
    bounds: { ...bounds, exact: { ...bounds.exact, disk: name }, keeps: disk ? [name] : [] },
    advice: {
      ratings: [],
      durationMs: 5000,
      dataAgeMs: toAgeMs([vm], world.now),
      notes: [...listOwnNotes(vm, disk), ...listNamesakes(vm, world)],
    },
    blockers: [
      ...listPartsBlockers(vm, world, { what: 'vm.disk.remove', facet: 'provisioning' }),
      ...listNeeded('drover_needs_it', vm, world),
      ...(disk
        ? listDiskBlockers(vm, disk)
        : [{ code: 'disk_gone', facts: { vm: vm.body.name, disk: diskKey } } as const]),
    ],
    reserves: undefined,
  };
}

function toInput(vm: EstateObject<'vm'>, disk: DiskBody | undefined): Json {
  const keys = disk ? [disk.key] : [];
  const disks = disk ? [toDiskName(disk)] : [];
  return { vm: toRef(vm), name: vm.body.name, keys, disks } as unknown as Json;
}

function listOwnNotes(vm: EstateObject<'vm'>, disk: DiskBody | undefined): PlanNote[] {
  if (!disk) return [];
  const { label, sizeBytes, file } = disk;
  const facts = { vm: vm.body.name, disk: label };
  return [
    { code: 'disk_taken_off', facts: { disk: label, sizeBytes, file } },
    ...(isFirst(vm, disk) ? [{ code: 'vm_may_not_start', facts } as const] : []),
  ];
}

function listDiskBlockers(vm: EstateObject<'vm'>, disk: DiskBody): PlanNote[] {
  const facts = { vm: vm.body.name, disk: disk.label };
  const isOn = vm.body.power !== 'off';
  const blockers: PlanNote[] = [];
  if (disk.isRaw) blockers.push({ code: 'disk_is_raw', facts });
  if (disk.shared) blockers.push({ code: 'disk_shared_with_others', facts });
  // A snapshot holds on to the disk.
  if ((vm.body.snapshotCount ?? 0) > 0) blockers.push({ code: 'vm_has_snapshots', facts });
  if (isOn && isFirst(vm, disk)) blockers.push({ code: 'disk_is_first', facts });
  if (isOn && !disk.label.startsWith('SCSI ')) blockers.push({ code: 'disk_not_hot', facts });
  return blockers;
}

/** The one that its guest starts from, as far as anybody can tell from outside. */
function isFirst({ body }: EstateObject<'vm'>, { key }: DiskBody): boolean {
  return body.disks[0]?.key === key;
}
