/** What the scripts about moves and maintenance answer, as far as it is read. */
import { z } from 'zod';

const VmId = z.uuid();

/** Of a move that came to its end: a failure is a fault. */
export const MoveVmAnswer = z.object({
  vmId: VmId,
  /** Of its settings; empty: it is on another host now. */
  path: z.string(),
});
export type MoveVmAnswer = z.infer<typeof MoveVmAnswer>;

export const CheckMoveAnswer = z.object({
  vmId: VmId,
  findings: z.array(
    z.object({ severity: z.enum(['error', 'warning']), code: z.string(), words: z.string() }),
  ),
});
export type CheckMoveAnswer = z.infer<typeof CheckMoveAnswer>;

export const FindMoveAnswer = z.object({
  isMoving: z.boolean(),
  /** Its role changes state, and nothing tells whether that is a move. */
  isPending: z.boolean(),
  percent: z.int(),
});
export type FindMoveAnswer = z.infer<typeof FindMoveAnswer>;

export const WatchMoveAnswer = z.object({
  isAway: z.boolean(),
  /** Of Msvm_MigrationJob: 7 is success, above that it failed; 0: the host knows none. */
  jobState: z.int(),
  words: z.string(),
});
export type WatchMoveAnswer = z.infer<typeof WatchMoveAnswer>;

export const CancelMoveAnswer = z.object({
  isHere: z.boolean(),
  /** Its files are where they were to come, or the whole VM is away. */
  isMoved: z.boolean(),
});
export type CancelMoveAnswer = z.infer<typeof CancelMoveAnswer>;

export const FindCopiesAnswer = z.object({
  hasVm: z.boolean(),
  /** Names of halves of moves that have not ended, of this VM. */
  planned: z.array(z.string()),
});
export type FindCopiesAnswer = z.infer<typeof FindCopiesAnswer>;

export const ReadHostVmsAnswer = z.object({
  hostId: z.string().min(1),
  /** `Up`, `Paused`; empty: no node of a cluster. */
  state: z.string(),
  /** `NotInitiated`, `InProgress`, `Completed`, `Failed`. */
  drain: z.string(),
  vms: z.array(
    z.object({ id: VmId, name: z.string(), state: z.string(), replication: z.string() }),
  ),
});
export type ReadHostVmsAnswer = z.infer<typeof ReadHostVmsAnswer>;

export const NodeAnswer = z.object({ state: z.string(), drain: z.string() });
export type NodeAnswer = z.infer<typeof NodeAnswer>;
