/** What a platform moves back by itself to a host that it had drained, when the host takes VMs again. */
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { Json, PlanNote, PlannedStep } from '../plan/plan.ts';
import type { OwnDrain } from '../ports/moving.ts';
import { hostOf, type Vm } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { listNeeded } from './plan-parts.ts';
import { chooseEvacuation, toOwnEffect } from './platform-evacuation.ts';

type Host = EstateObject<'host'>;

/** Undefined: it was not told to, or it moves nothing back. */
export function findFailBack(host: Host, world: World): OwnDrain | undefined {
  const chosen = chooseEvacuation(host, world);
  return chosen.by === 'platform' && chosen.drain.failsBack ? chosen.drain : undefined;
}

/** Those that it drained and that are elsewhere, whatever their power: the platform makes no difference. */
export function listDrained(host: Host, world: World): readonly Vm[] {
  return (world.movedFrom(host.id) ?? []).flatMap(({ vmIdentity, isDrained }) => {
    if (!isDrained) return [];
    const [vm, ...twins] = world.index.byIdentity(host.connectionId, 'vm', vmIdentity);
    const isAway = vm && twins.length === 0 && hostOf(vm, world)?.id !== host.id;
    return isAway ? [vm] : [];
  });
}

/** Who comes back is hashed by the bounds. */
export function toFailBackStep(host: Host, drained: readonly Vm[]): PlannedStep {
  const input = { host: toRef(host), hostId: host.id, name: host.body.name } as unknown as Json;
  const vms = drained.map((vm) => ({ vm: toRef(vm), name: vm.body.name }));
  const placement = { vms } as unknown as Json;
  return { key: 'unmark-host', kind: 'fail-back-host', version: 1, input, placement, after: [] };
}

export function listBackNotes(
  host: Host,
  drained: readonly Vm[],
  { drain, world }: { readonly drain: OwnDrain | undefined; readonly world: World },
): PlanNote[] {
  if (!drain || drained.length === 0) return [];
  const saved = drained.filter((vm) => toOwnEffect(vm, drain) === 'saved');
  return [
    { code: 'platform_brings_back', facts: { host: host.body.name, vms: toNames(drained) } },
    ...(saved.length > 0
      ? [{ code: 'platform_saves', facts: { vms: toNames(saved), count: saved.length } } as const]
      : []),
    ...drained.flatMap((vm) => listNeeded('drover_moves_too', vm, world)),
  ];
}

function toNames(vms: readonly Vm[]): string[] {
  return vms.map(({ body }) => body.name).toSorted();
}
