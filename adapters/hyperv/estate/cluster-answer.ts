/** What a failover cluster answers, whichever of its nodes is asked. Absent is not known, never zero. */
import { z } from 'zod';

const bytes = z.number().nonnegative();

export const InventoryClusterAnswer = z.object({
  cluster: z.string(),
  clusterId: z.string(),
  nodes: z.array(z.object({ name: z.string(), state: z.string(), drain: z.string() })),
  groups: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      isCore: z.boolean(),
      state: z.string(),
      owner: z.string(),
      /** Empty: no VM's group. */
      vmId: z.string(),
      isQueued: z.boolean(),
      /** 3000 high, 2000 medium, 1000 low, 0: not started by the cluster. */
      priority: z.int().optional(),
      /** Names of classes; groups of one are kept apart. */
      apart: z.array(z.string()).default([]),
    }),
  ),
  volumes: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.string(),
      owner: z.string(),
      /** `Direct`, or why a node's I/O goes over the network. */
      access: z.array(
        z.object({ node: z.string(), access: z.string(), reasons: z.array(z.string()) }),
      ),
      path: z.string().optional(),
      fault: z.string().optional(),
      inMaintenance: z.boolean().optional(),
      sizeBytes: bytes.optional(),
      freeBytes: bytes.optional(),
    }),
  ),
  /** From Server 2019 on. */
  rules: z
    .array(
      z.object({
        name: z.string(),
        kind: z.string(),
        isOn: z.boolean(),
        groups: z.array(z.string()),
      }),
    )
    .default([]),
  /** Of Server 2022 and later. */
  maxMoves: z.int().optional(),
  /** Groups of one class are never on one node; otherwise that is a wish. */
  enforcesApart: z.boolean().optional(),
});
export type InventoryClusterAnswer = z.infer<typeof InventoryClusterAnswer>;
