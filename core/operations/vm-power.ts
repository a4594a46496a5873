/** `vm.start`, `vm.shutdown` and `vm.stop`: one VM, one step. */
import { z } from 'zod';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { Effect } from '../plan/bounds.ts';
import type { Json, PlanNote } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import {
  listNamesakes,
  listVmBlockers,
  scopeOfVm,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';

export const VmInput = z.strictObject({ vmId: z.string() });
export type VmInput = z.infer<typeof VmInput>;

interface PowerChange {
  readonly name: string;
  readonly step: string;
  readonly effect: Effect;
  readonly usualMs: number;
  readonly blockersOf: (vm: EstateObject<'vm'>) => PlanNote[];
}

export const vmStart = definePowerOperation({
  name: 'vm.start',
  step: 'start-vm',
  effect: 'none',
  usualMs: 10_000,
  blockersOf: ({ body }) => [
    ...(body.power === 'on' ? [{ code: 'vm_already_on', facts: { vm: body.name } } as const] : []),
    ...(body.question
      ? [{ code: 'vm_asks_question', facts: { vm: body.name, question: body.question } } as const]
      : []),
  ],
});

export const vmShutdown = definePowerOperation({
  name: 'vm.shutdown',
  step: 'shutdown-vm',
  effect: 'off',
  usualMs: 45_000,
  blockersOf: ({ body }) => [
    ...listOffBlockers(body),
    ...(body.guestTools === 'not_running'
      ? [{ code: 'guest_tools_missing', facts: { vm: body.name } } as const]
      : []),
  ],
});

export const vmStop = definePowerOperation({
  name: 'vm.stop',
  step: 'stop-vm',
  effect: 'off',
  usualMs: 5000,
  blockersOf: ({ body }) => listOffBlockers(body),
});

function listOffBlockers({ name, power }: EstateObject<'vm'>['body']): PlanNote[] {
  if (power === 'off') return [{ code: 'vm_already_off', facts: { vm: name } }];
  if (power === 'suspended') return [{ code: 'vm_suspended', facts: { vm: name } }];
  return [];
}

function definePowerOperation(change: PowerChange): Operation<VmInput> {
  const { name } = change;
  return {
    name,
    input: VmInput,
    targetIds: ({ vmId }) => [vmId],
    refreshIds: ({ vmId }) => [{ kind: 'vm', id: vmId }],
    scopeOf: scopeOfVm,
    plan({ vmId }, world) {
      const vm = world.index.get('vm', vmId);
      return vm ? planPower(change, vm, world) : toGonePlan(name, vmId, 'vm');
    },
  };
}

function planPower(change: PowerChange, vm: EstateObject<'vm'>, world: World) {
  const canPower = Boolean(world.connectionOf(vm.connectionId).connection?.power);
  const cannot: PlanNote = {
    code: 'connection_cannot',
    facts: { connection: vm.connectionId, what: change.name },
  };
  const input = { vm: toRef(vm), name: vm.body.name } as unknown as Json;
  return {
    operation: change.name,
    targets: [toTarget(vm)],
    steps: [{ key: change.step, kind: change.step, version: 1, input, after: [] }],
    bounds: toVmBounds(vm, change.effect),
    advice: {
      ratings: [],
      durationMs: change.usualMs,
      dataAgeMs: toAgeMs([vm], world.now),
      notes: listNamesakes(vm, world),
    },
    blockers: [
      ...listVmBlockers(vm, world),
      ...(canPower ? [] : [cannot]),
      ...change.blockersOf(vm),
    ],
    reserves: undefined,
  };
}
