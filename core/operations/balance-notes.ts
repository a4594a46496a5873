/** What is said of a cluster that is balanced, on the card of the plan. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { Imbalance } from '../placement/imbalance.ts';
import type { PlacedBalance } from '../placement/place-balance.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { BalanceGroup } from './balance-group.ts';

type Cluster = EstateObject<'cluster'>;

export function toNothing(
  { body }: Cluster,
  { both }: Imbalance,
  { goal }: BalanceGroup,
): PlanNote {
  const facts = { cluster: body.name, percent: toPercent(both), goal };
  return { code: 'nothing_to_balance', facts };
}

export function toDropped(dropped: readonly PlanNote[]): PlanNote[] {
  if (dropped.length === 0) return [];
  const vms = dropped.flatMap(({ facts }) => (typeof facts.vm === 'string' ? [facts.vm] : []));
  return [{ code: 'moves_dropped', facts: { vms, count: dropped.length } }];
}

/** In percent of the mean: of both parts, and of each. */
export function toChange({ before, after }: PlacedBalance, { goal }: BalanceGroup): PlanNote {
  const facts = {
    ...{ goal, before: toPercent(before.both), after: toPercent(after.both) },
    ...{ memoryBefore: toPercent(before.memory), memoryAfter: toPercent(after.memory) },
    ...(before.cpu === undefined || after.cpu === undefined
      ? {}
      : { cpuBefore: toPercent(before.cpu), cpuAfter: toPercent(after.cpu) }),
  };
  return { code: 'imbalance_changes', facts };
}

function toPercent(share: number): number {
  return Math.round(share * 100);
}

export function listGroupNotes({ body }: Cluster, { leftOut }: BalanceGroup): PlanNote[] {
  const hosts = leftOut.map((host) => host.body.name);
  return [
    ...(hosts.length > 0
      ? [{ code: 'hosts_left_out', facts: { hosts, count: hosts.length } } as const]
      : []),
    ...(body.automation === undefined
      ? [{ code: 'automation_unknown', facts: { cluster: body.name } } as const]
      : []),
  ];
}
