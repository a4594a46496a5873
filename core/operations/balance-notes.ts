/** What is said of a cluster that is balanced, on the card of the plan. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlacedBalance } from '../placement/place-balance.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { BalanceGroup } from './balance-group.ts';
import { toLeftNote, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';

type Cluster = EstateObject<'cluster'>;

interface Staying {
  readonly placed: PlacedBalance;
  readonly group: BalanceGroup;
  /** Why each VM stays that was not even to be moved. */
  readonly staying: readonly PlanNote[];
  readonly moving: readonly Vm[];
}

/** With how many VMs stay for which reason, by its code. */
export function toNothing(
  { body }: Cluster,
  { placed, group, staying, moving }: Staying,
): PlanNote {
  const { before, forbiddenIds } = placed;
  const left = listLeftVms(placed, moving).map(({ vm, note }) =>
    forbiddenIds.has(vm.id) ? 'platform_forbids' : note.code,
  );
  const codes = [...staying.map(({ code }) => code), ...left];
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const facts = { cluster: body.name, percent: toPercent(before.both), goal: group.goal };
  return { code: 'nothing_to_balance', facts: { ...facts, vms: codes.length, ...counts } };
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

/** Why each that could be moved is not. */
export function listLeft(placed: PlacedBalance, moving: readonly Vm[]): PlanNote[] {
  return listLeftVms(placed, moving).map(({ note }) => note);
}

function listLeftVms(placed: PlacedBalance, moving: readonly Vm[]): { vm: Vm; note: PlanNote }[] {
  const byId = new Map(moving.map((vm) => [vm.id, vm]));
  return placed.listLeft().flatMap(({ why, ...rest }) => {
    const vm = byId.get(rest.vmId);
    if (!vm) return [];
    if (why === 'no_gain')
      return [{ vm, note: { code: 'vm_gains_too_little', facts: { vm: vm.body.name } } }];
    return [{ vm, note: toLeftNote({ vm, why: { ...rest, why } }) }];
  });
}

interface Proposed {
  readonly cluster: Cluster;
  /** By VM, the host that was shown. */
  readonly hostIdOf: Readonly<Record<string, string>>;
  readonly world: Pick<World, 'index'>;
}

/** The moves of a proposal that are none any more, in one word: what is best now is another proposal. */
export function listFailed(
  placed: PlacedBalance,
  moving: readonly Vm[],
  { cluster, hostIdOf, world }: Proposed,
): PlanNote[] {
  const left = new Set(placed.listLeft().map(({ vmId }) => vmId));
  const failed = moving.filter(({ id }) => left.has(id));
  if (failed.length === 0) return [];
  const hosts = failed.map(
    ({ id }) => world.index.get('host', hostIdOf[id] ?? '')?.body.name ?? '',
  );
  const vms = failed.map(({ body }) => body.name);
  return [{ code: 'proposed_moves_fail', facts: { cluster: cluster.body.name, vms, hosts } }];
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
