/** What stands against balancing a cluster, whichever of its VMs would move. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { BalanceGroup } from './balance-group.ts';
import type { World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import { listConnectionBlockers } from './plan-parts.ts';

export function listBalanceBlockers(
  cluster: EstateObject<'cluster'>,
  { hosts }: BalanceGroup,
  world: World,
): PlanNote[] {
  const { connectionId, body } = cluster;
  const facts = { cluster: body.name };
  const blockers = listConnectionBlockers(connectionId, world);
  const connection = findConnection(cluster, world);
  if (connection && !connection.migration)
    blockers.push({
      code: 'connection_cannot',
      facts: { connection: connectionId, what: 'cluster.balance' },
    });
  // Two that move the same VMs by different measures would undo each other's work.
  if (body.automation === 'full') blockers.push({ code: 'platform_balances', facts });
  const job = world.busyWith(cluster.id);
  if (job !== undefined)
    blockers.push({ code: 'another_job_changes_it', facts: { vm: body.name, job: `J-${job}` } });
  if (blockers.length === 0 && hosts.length < 2)
    blockers.push({ code: 'too_few_hosts', facts: { ...facts, count: hosts.length } });
  return blockers;
}
