/** What doctor's two scripts answer, as far as it is read. */
import { z } from 'zod';

/** A fault is the id of the error for which that part could not be read; empty: it could. */
export const DoctorHostAnswer = z.object({
  name: z.string(),
  /** Of its hardware. */
  machineId: z.string().optional(),
  domain: z.string(),
  windows: z.string(),
  version: z.string(),
  powershell: z.string(),
  /** Those that are there, each at its highest version. */
  modules: z.array(z.object({ name: z.string(), version: z.string() })),
  account: z.string(),
  /** SIDs of built-in local groups that the account acts by. */
  groups: z.array(z.string()),
  hypervFault: z.string(),
  migration: z
    .object({
      enabled: z.boolean(),
      authentication: z.string(),
      atOnce: z.int(),
      storageAtOnce: z.int(),
      anyNetwork: z.boolean(),
      networks: z.array(z.string()),
    })
    .optional(),
  /** Empty: no cluster service. */
  clusterService: z.string(),
  clusterFault: z.string(),
});
export type DoctorHostAnswer = z.infer<typeof DoctorHostAnswer>;

export const DoctorClusterAnswer = z.object({
  cluster: z.string(),
  nodes: z.array(z.object({ name: z.string(), state: z.string(), drain: z.string() })),
  access: z.array(z.object({ who: z.string(), kind: z.string(), rights: z.string() })),
  accessFault: z.string(),
  /** The node that was asked from here; empty: there is no other one. */
  hopTo: z.string(),
  hopFault: z.string(),
});
export type DoctorClusterAnswer = z.infer<typeof DoctorClusterAnswer>;
