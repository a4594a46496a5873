/** `vm.start`, `vm.shutdown` and `vm.stop`, and what every change of one VM's power is made of: one VM, one step. */
import { z } from 'zod';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { Effect } from '../plan/bounds.ts';
import type { Json, PlanNote } from '../plan/plan.ts';
import { hostOf } from './move-plan-parts.ts';
import type { Operation, World } from './operation.ts';
import {
  listNamesakes,
  listNeeded,
  listVmBlockers,
  ON_ONE_VM,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import { listHaltedBlockers } from './vm-maintenance-parts.ts';

export const VmInput = z.strictObject({ vmId: z.string() });
export type VmInput = z.infer<typeof VmInput>;

/** How it is done; which of several may hang on how the VM stands. */
export interface PowerWay {
  readonly step: string;
  readonly usualMs: number;
  /** What not every platform that powers VMs can do. */
  readonly needs?: 'save' | 'pause' | 'resume';
}

export interface PowerChange {
  readonly name: string;
  readonly effect: Effect;
  readonly wayOf: (vm: EstateObject<'vm'>) => PowerWay;
  readonly blockersOf: (vm: EstateObject<'vm'>, world: World) => PlanNote[];
  /** What the approval is about beside the VM itself. */
  readonly exactOf?: (vm: EstateObject<'vm'>) => Readonly<Record<string, string>>;
}

export const vmStart = definePowerOperation({
  name: 'vm.start',
  effect: 'none',
  wayOf: () => ({ step: 'start-vm', usualMs: 10_000 }),
  blockersOf: (vm, world) => {
    const { body } = vm;
    const facts = { vm: body.name };
    const isOff = body.power === 'off' || body.power === 'suspended';
    return [
      ...(body.power === 'on' ? [{ code: 'vm_already_on', facts } as const] : []),
      ...(body.power === 'paused' ? [{ code: 'vm_paused', facts } as const] : []),
      ...(isOff ? listClosedHostBlockers(vm, world) : []),
      ...listHaltedBlockers(vm, world),
      ...listQuestionBlockers(body),
    ];
  },
});

/** A host that is emptied gets nothing new to run, and no platform starts a VM on one in maintenance. */
export function listClosedHostBlockers(vm: EstateObject<'vm'>, world: World): PlanNote[] {
  const host = hostOf(vm, world);
  if (!host || !(host.body.inMaintenance || world.closedHostIds.has(host.id))) return [];
  return [{ code: 'vm_on_closed_host', facts: { vm: vm.body.name, host: host.body.name } }];
}

export const vmShutdown = definePowerOperation({
  name: 'vm.shutdown',
  effect: 'off',
  wayOf: () => ({ step: 'shutdown-vm', usualMs: 45_000 }),
  blockersOf({ body }) {
    const facts = { vm: body.name };
    // The tools of a guest that is halted, off or saved do not run either, and that is not what stands against it.
    if (body.power === 'paused') return [{ code: 'vm_guest_halted', facts }];
    const off = listOffBlockers(body);
    if (off.length > 0 || body.guestTools !== 'not_running') return off;
    return [{ code: 'guest_tools_missing', facts }];
  },
});

export const vmStop = definePowerOperation({
  name: 'vm.stop',
  effect: 'off',
  wayOf: () => ({ step: 'stop-vm', usualMs: 5000 }),
  blockersOf: ({ body }) => listOffBlockers(body),
});

function listOffBlockers({ name, power }: Body): PlanNote[] {
  if (power === 'off') return [{ code: 'vm_already_off', facts: { vm: name } }];
  if (power === 'suspended') return [{ code: 'vm_suspended', facts: { vm: name } }];
  return [];
}

type Body = EstateObject<'vm'>['body'];

/** The platform waits for its answer, and takes no other order before (H16). */
export function listQuestionBlockers({ name, question }: Body): PlanNote[] {
  return question ? [{ code: 'vm_asks_question', facts: { vm: name, question } }] : [];
}

export function definePowerOperation(change: PowerChange): Operation<VmInput> {
  const { name } = change;
  return {
    name,
    input: VmInput,
    ...ON_ONE_VM,
    plan({ vmId }, world) {
      const vm = world.index.get('vm', vmId);
      return vm ? planPower(change, vm, world) : toGonePlan(name, { id: vmId, kind: 'vm' }, world);
    },
  };
}

function planPower(change: PowerChange, vm: EstateObject<'vm'>, world: World) {
  const { step, usualMs, needs } = change.wayOf(vm);
  const cannot = listCannotBlockers(change.name, needs, vm, world);
  const bounds = toVmBounds(vm, change.effect);
  const input = { vm: toRef(vm), name: vm.body.name } as unknown as Json;
  return {
    operation: change.name,
    targets: [toTarget(vm)],
    steps: [{ key: step, kind: step, version: 1, input, after: [] }],
    bounds: { ...bounds, exact: { ...bounds.exact, ...change.exactOf?.(vm) } },
    advice: {
      ratings: [],
      durationMs: usualMs,
      dataAgeMs: toAgeMs([vm], world.now),
      notes: listNamesakes(vm, world),
    },
    blockers: [
      ...listVmBlockers(vm, world),
      ...(change.effect === 'none' ? [] : listNeeded('drover_needs_it', vm, world)),
      ...(cannot.length > 0 ? cannot : change.blockersOf(vm, world)),
    ],
    reserves: undefined,
  };
}

/** What the platform cannot do at all is said alone: how the VM stands would only lead astray. */
function listCannotBlockers(
  operation: string,
  needs: PowerWay['needs'],
  { connectionId, body }: EstateObject<'vm'>,
  { connectionOf }: World,
): PlanNote[] {
  const { connection } = connectionOf(connectionId);
  const power = connection?.power;
  if (power && (needs === undefined || power[needs])) return [];
  if (needs === 'pause' && connection?.power?.save) {
    const { name, power: state } = body;
    const facts = { platform: connection.kind, vm: name, power: state };
    return [{ code: 'platform_cannot_pause', facts }];
  }
  return [{ code: 'connection_cannot', facts: { connection: connectionId, what: operation } }];
}
