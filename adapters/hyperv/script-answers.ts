/** What each script answers, as far as it is read. Absent is not known, never zero. */
import { z } from 'zod';

const VmId = z.uuid();
const HostId = z.string().min(1);
const bytes = z.number().nonnegative();

/** Of a VM after an act, as the host says it then. */
export const VmStateAnswer = z.object({
  vmId: VmId,
  name: z.string(),
  state: z.string(),
  status: z.string(),
  secondaryStatus: z.string(),
});
export type VmStateAnswer = z.infer<typeof VmStateAnswer>;

export const IdentifyAnswer = z.object({
  hostId: HostId,
  name: z.string(),
  domain: z.string(),
  memoryBytes: bytes,
  processors: z.int(),
  windows: z.string(),
  version: z.string(),
  /** `GenuineIntel`; empty: not shown. */
  cpuVendor: z.string().optional(),
  bootedAt: z.iso.datetime(),
  /** Empty: no cluster. */
  cluster: z.string(),
  clusterId: z.string(),
});
export type IdentifyAnswer = z.infer<typeof IdentifyAnswer>;

export const InventoryFastAnswer = z.object({
  hostId: HostId,
  memoryFreeBytes: bytes,
  vms: z.array(
    z.object({
      id: VmId,
      name: z.string(),
      /** CIM's EnabledState. */
      state: z.int(),
      /** CIM's HealthState: 25 is critical, whatever the state. */
      health: z.int(),
      /** CIM's OperationalStatus; the second value tells of merges and moves. */
      status: z.array(z.int()),
      processors: z.int(),
      uptimeMs: bytes,
      guest: z.string(),
      /** What the host does on it now. */
      tasks: z.array(z.object({ name: z.string(), percent: z.int() })),
      loadPercent: z.int().optional(),
      memoryMb: bytes.optional(),
      heartbeat: z.int().optional(),
    }),
  ),
  drives: z.array(z.object({ name: z.string(), sizeBytes: bytes, freeBytes: bytes })),
});
export type InventoryFastAnswer = z.infer<typeof InventoryFastAnswer>;

const Disk = z.object({
  id: z.string(),
  path: z.string(),
  controller: z.string(),
  number: z.int(),
  location: z.int(),
  sizeBytes: bytes.optional(),
  fileBytes: bytes.optional(),
  kind: z.string().optional(),
  parent: z.string().optional(),
});

const Nic = z.object({
  id: z.string(),
  name: z.string(),
  /** Empty: connected to nothing. */
  switchId: z.string(),
  switchName: z.string(),
  mac: z.string(),
  vmqWeight: z.int(),
  vlanMode: z.string().optional(),
  vlanId: z.int().optional(),
  addresses: z.array(z.string()),
});

/** As people know them: `PCI device 0`. */
const Devices = z.array(z.string()).default([]);

const Same = z.object({ same: z.literal(true), hash: z.string() });
const Changed = z.object({
  same: z.literal(false),
  hash: z.string(),
  hostId: HostId,
  vmPath: z.string(),
  diskPath: z.string(),
  maxMoves: z.int().optional(),
  maxStorageMoves: z.int().optional(),
  vms: z.array(
    z.object({
      id: VmId,
      name: z.string(),
      state: z.string(),
      status: z.string(),
      secondaryStatus: z.string(),
      notes: z.string(),
      isClustered: z.boolean(),
      generation: z.int(),
      version: z.string(),
      path: z.string(),
      createdAt: z.string(),
      processors: z.int(),
      memoryBytes: bytes,
      hasDynamicMemory: z.boolean(),
      replication: z.string(),
      replicationState: z.string(),
      disks: z.array(Disk),
      /** Files in DVD drives. */
      images: z.array(z.string()),
      nics: z.array(Nic),
      checkpoints: z.array(
        z.object({ id: z.string(), name: z.string(), parent: z.string(), createdAt: z.string() }),
      ),
      devices: Devices,
    }),
  ),
  planned: z.array(z.object({ id: z.string(), name: z.string() })),
  switches: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
});
export const InventorySlowAnswer = z.discriminatedUnion('same', [Same, Changed]);
export type InventorySlowAnswer = z.infer<typeof InventorySlowAnswer>;

export const ReadVmAnswer = VmStateAnswer.extend({
  notes: z.string(),
  isClustered: z.boolean(),
  generation: z.int(),
  path: z.string(),
  processors: z.int(),
  memoryBytes: bytes,
  hasDynamicMemory: z.boolean(),
  uptimeMs: bytes,
  memoryAssignedBytes: bytes.optional(),
  devices: Devices,
  replication: z.string(),
  /** `OkApplicationsHealthy`; empty: none. */
  heartbeat: z.string(),
  /** Files in DVD drives. */
  images: z.array(z.string()),
  disks: z.array(Disk),
  nics: z.array(Nic),
  checkpoints: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type ReadVmAnswer = z.infer<typeof ReadVmAnswer>;

export const CreateVmAnswer = VmStateAnswer.extend({ disk: z.string(), wasFound: z.boolean() });
export type CreateVmAnswer = z.infer<typeof CreateVmAnswer>;

export const FindByTokenAnswer = z.object({
  vms: z.array(
    z.object({
      vmId: VmId,
      name: z.string(),
      state: z.string(),
      inNotes: z.boolean(),
      inPath: z.boolean(),
      isClustered: z.boolean(),
    }),
  ),
  /** A script does this token's work right now. */
  isRunning: z.boolean(),
  /** Its folder below the root that was asked about. */
  hasFolder: z.boolean(),
});
export type FindByTokenAnswer = z.infer<typeof FindByTokenAnswer>;

export const ReadTemplatesAnswer = z.object({
  /** Those that the host has; without a size: it cannot be read. */
  templates: z.array(z.object({ path: z.string(), sizeBytes: bytes.optional() })),
});
export type ReadTemplatesAnswer = z.infer<typeof ReadTemplatesAnswer>;

export const DiscardVmAnswer = z.object({
  /** False: it was whole already, and is left alone. */
  isGone: z.boolean(),
  vmId: z.string(),
});
export type DiscardVmAnswer = z.infer<typeof DiscardVmAnswer>;

export const DeleteVmAnswer = z.object({
  vmId: VmId,
  isGone: z.boolean(),
  /** By this run; an earlier one may have deleted others. */
  deleted: z.array(z.string()),
  kept: z.array(z.string()),
  wentOn: z.boolean(),
});
export type DeleteVmAnswer = z.infer<typeof DeleteVmAnswer>;

export const SetNicAnswer = z.object({
  vmId: VmId,
  nicId: z.string(),
  switchId: z.string(),
  switchName: z.string(),
  vlanMode: z.string(),
  vlanId: z.int(),
  vmqWeight: z.int(),
});
export type SetNicAnswer = z.infer<typeof SetNicAnswer>;

export const AddDiskAnswer = Disk.extend({ vmId: VmId, sizeBytes: bytes, wasFound: z.boolean() });
export type AddDiskAnswer = z.infer<typeof AddDiskAnswer>;

export const RemoveDiskAnswer = z.object({
  vmId: VmId,
  path: z.string(),
  isOff: z.boolean(),
  hasFile: z.boolean(),
  wasOff: z.boolean(),
});
export type RemoveDiskAnswer = z.infer<typeof RemoveDiskAnswer>;
