/** What `vm.create` is asked for, and the sizes that it comes to. */
import { z } from 'zod';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { World } from './operation.ts';

export const VmCreateInput = z.strictObject({
  connectionId: z.string(),
  name: z.string(),
  templateId: z.string(),
  folderId: z.string(),
  /** Restrict where it may live; absent: anywhere that fits. */
  clusterId: z.string().optional(),
  hostId: z.string().optional(),
  datastoreId: z.string().optional(),
  /** Networks that bear the wished name; the one that the chosen host sees is taken. */
  networkIds: z.array(z.string()).optional(),
  cpus: z.int().min(1).max(768).optional(),
  memoryBytes: z.int().min(1).optional(),
  diskBytes: z.int().min(1).optional(),
  start: z.boolean(),
});
export type VmCreateInput = z.infer<typeof VmCreateInput>;

const MEMORY_STEP = 4 * 1024 ** 2;
const DISK_STEP = 1024 ** 2;

interface Sizes {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** All disks together. */
  readonly diskBytes: number;
  /** What the first disk grows to; absent: as the template has it. */
  readonly firstDiskBytes?: number | undefined;
  readonly notes: readonly PlanNote[];
}

export interface Wish extends Sizes {
  readonly input: VmCreateInput;
  readonly world: World;
  readonly template: EstateObject<'template'>;
  readonly folder: EstateObject<'folder'>;
}

/**
 * Wishes left open take the template's values. Memory is rounded up to the platforms' step of 4 MiB and a wished disk to
 * whole MiB, and a note says so (H20).
 */
export function toSizes(
  { cpus, memoryBytes, diskBytes }: VmCreateInput,
  { body }: EstateObject<'template'>,
): Sizes {
  const memory = roundUp('memory', memoryBytes ?? body.memoryBytes ?? 0, MEMORY_STEP);
  const [first, ...others] = body.disks.map(({ sizeBytes }) => sizeBytes ?? 0);
  const otherBytes = others.reduce((sum, bytes) => sum + bytes, 0);
  // As large as the template's it stays as it is, whatever its step.
  const isWished = diskBytes !== undefined && diskBytes !== first;
  const disk = isWished ? roundUp('disk', diskBytes, DISK_STEP) : undefined;
  return {
    cpus: cpus ?? body.cpus ?? 1,
    memoryBytes: memory.bytes,
    diskBytes: Math.max(disk?.bytes ?? 0, first ?? 0) + otherBytes,
    firstDiskBytes: disk?.bytes === first ? undefined : disk?.bytes,
    notes: [...memory.notes, ...(disk?.notes ?? [])],
  };
}

function roundUp(what: 'memory' | 'disk', wishedBytes: number, step: number) {
  const bytes = Math.ceil(wishedBytes / step) * step;
  const facts = { what, wishedBytes, roundedBytes: bytes };
  const notes: PlanNote[] = bytes === wishedBytes ? [] : [{ code: 'size_rounded', facts }];
  return { bytes, notes };
}
