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
  memoryBytes: z.int().min(4_194_304).optional(),
  diskBytes: z.int().min(1).optional(),
  start: z.boolean(),
});
export type VmCreateInput = z.infer<typeof VmCreateInput>;

const MEMORY_STEP = 4 * 1024 ** 2;

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

/** Wishes left open take the template's values; memory is rounded up to the platforms' step of 4 MiB, and a note says so (H20). */
export function toSizes(
  { cpus, memoryBytes, diskBytes }: VmCreateInput,
  { body }: EstateObject<'template'>,
): Sizes {
  const wished = memoryBytes ?? body.memoryBytes ?? 0;
  const rounded = Math.ceil(wished / MEMORY_STEP) * MEMORY_STEP;
  const [first, ...others] = body.disks.map(({ sizeBytes }) => sizeBytes ?? 0);
  const otherBytes = others.reduce((sum, bytes) => sum + bytes, 0);
  const facts = { what: 'memory', wishedBytes: wished, roundedBytes: rounded };
  return {
    cpus: cpus ?? body.cpus ?? 1,
    memoryBytes: rounded,
    diskBytes: Math.max(diskBytes ?? 0, first ?? 0) + otherBytes,
    firstDiskBytes: diskBytes !== undefined && diskBytes !== first ? diskBytes : undefined,
    notes: rounded === wished ? [] : [{ code: 'size_rounded', facts }],
  };
}
