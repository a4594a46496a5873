/** `placement`: what of a host stays free, which host is the best, and who empties one. */
import { z } from 'zod';
import { EVACUATION_WAYS } from '#core/operations/evacuation-policy.ts';
import { PLACEMENT_GOALS } from '#core/placement/stars.ts';

const share = z.number().min(0).max(0.9);
const name = z.string().min(1);

export const PlacementConfig = z.strictObject({
  cpuReserveShare: share.default(0.1),
  memoryReserveShare: share.default(0.1),
  expectedCpuShare: share.default(0.2),
  spaceReserveShare: share.default(0.05),
  /** Whether the emptiest host is the best, or the fullest that keeps its reserves. */
  goal: z.enum(PLACEMENT_GOALS).default('balance'),
  /** Groups of hosts for which that is another one: a cluster, or all of a connection whose cluster is not named. */
  goals: z
    .array(
      z.strictObject({
        connection: name,
        /** A name as `cluster list` shows it. */
        cluster: name.optional(),
        goal: z.enum(PLACEMENT_GOALS),
      }),
    )
    .superRefine(refuseTwice, { when: ({ value }) => Array.isArray(value) })
    .default([]),
  /** Who empties a host: Drover by its own plan, or the platform by itself, where it can. */
  evacuate: z.enum(EVACUATION_WAYS).default('drover'),
  /** Clusters for which that is another one. */
  evacuateClusters: z
    .array(
      z.strictObject({
        connection: name,
        /** A name as `cluster list` shows it. */
        cluster: name,
        by: z.enum(EVACUATION_WAYS),
      }),
    )
    .superRefine(refuseTwice, { when: ({ value }) => Array.isArray(value) })
    .default([]),
});

interface HostGroup {
  /** Absent where it cannot be read, which is told by itself. */
  readonly connection?: string;
  readonly cluster?: string | undefined;
}

/** Of two lines about one group one would be without effect. */
function refuseTwice(groups: readonly HostGroup[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [at, { connection, cluster }] of groups.entries()) {
    if (connection === undefined) continue;
    const group = JSON.stringify([connection, cluster]);
    if (seen.has(group)) {
      const what = cluster === undefined ? connection : `${cluster} of ${connection}`;
      context.addIssue({ code: 'custom', path: [at], message: `${what} stands here twice` });
    }
    seen.add(group);
  }
}
