/** What is said of a VM that comes back from its maintenance, and what stands against it. */
import type { EstateObject } from '../inventory/estate-object.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { RememberedNic } from '../ports/vm-maintenance.ts';
import type { PowerFate, ReturningNic } from './judge-return.ts';
import { hostOf } from './move-plan-parts.ts';
import type { World } from './operation.ts';
import { findConnection } from './parts-blockers.ts';
import { isOffNetwork } from './vm-network.ts';
import { listClosedHostBlockers, listQuestionBlockers } from './vm-power.ts';

/** What is wished of it. */
export interface ReturnWish {
  /** What somebody else has changed meanwhile is brought back too. */
  readonly overwrites: boolean;
  /** An adapter stays off whose network the VM's host does not have. */
  readonly leavesMissing: boolean;
}

export type Network = EstateObject<'network'>;

export interface BroughtNic extends ReturningNic {
  readonly now: NonNullable<ReturningNic['now']>;
  /** `null`: off its network, as it was; undefined: its host does not have it. */
  readonly network: Network | null | undefined;
}

export interface Leaving {
  readonly vm: EstateObject<'vm'>;
  readonly world: World;
  readonly wish: ReturnWish;
  readonly nics: readonly ReturningNic[];
  /** Of these those that are changed now. */
  readonly brought: readonly BroughtNic[];
  /** Those that cannot be: the VM's host does not have their network. */
  readonly missing: readonly BroughtNic[];
  readonly power: PowerFate;
}

export function listReturnNotes({ vm, nics, brought, missing, power, wish }: Leaving): PlanNote[] {
  const facts = { vm: vm.body.name };
  const isVain = brought.length === 0 && missing.length === 0 && power !== 'started';
  return [
    ...(power === 'started' ? [{ code: 'vm_starts_again', facts } as const] : []),
    ...brought
      .filter(({ fate }) => fate === 'back')
      .map(({ was, network }) => toNicNote('nic_comes_back', was, { network: network?.body.name })),
    ...nics.filter(({ fate }) => fate === 'changed').map((nic) => toChangedNote(nic, wish)),
    ...nics
      .filter(({ fate }) => fate === 'gone')
      .map(({ was }) => toNicNote('nic_gone_meanwhile', was, facts)),
    ...(wish.leavesMissing
      ? missing.map(({ was }) => toNicNote('nic_left_off', was, { network: was.networkName }))
      : []),
    ...(power === 'left'
      ? [{ code: 'vm_power_left', facts: { ...facts, state: vm.body.platformState } } as const]
      : []),
    ...(power === 'runs' ? [{ code: 'vm_runs_already', facts } as const] : []),
    ...(isVain ? [{ code: 'nothing_comes_back', facts } as const] : []),
  ];
}

function toChangedNote({ was, now }: ReturningNic, { overwrites }: ReturnWish) {
  return toNicNote('nic_changed_meanwhile', was, {
    ...{ network: was.isOff ? undefined : was.networkName, overwrites },
    now: now && !isOffNetwork(now) ? now.networkName : undefined,
    nowVlan: now?.vlan,
  });
}

function toNicNote(
  code: PlanNote['code'],
  { label: nic, vlan }: RememberedNic,
  facts: PlanNote['facts'],
): PlanNote {
  return { code, facts: { nic, vlan, ...facts } };
}

export function listReturnBlockers(leaving: Leaving): PlanNote[] {
  const { vm, world, brought, missing, power, wish } = leaving;
  const { name, power: now, platformState: state } = vm.body;
  const host = hostOf(vm, world)?.body.name;
  const isHalted = now === 'paused' || (now === 'suspended' && power !== 'started');
  return [
    ...listCannot(leaving),
    ...listQuestionBlockers(vm.body),
    ...(power === 'started' ? listClosedHostBlockers(vm, world) : []),
    ...(brought.length > 0 && isHalted
      ? [{ code: 'vm_neither_on_nor_off', facts: { vm: name, state } } as const]
      : []),
    ...(wish.leavesMissing
      ? []
      : missing.map(({ was }) =>
          toNicNote('nic_network_missing', was, { vm: name, host, network: was.networkName }),
        )),
  ];
}

function listCannot({ vm, world, brought, power }: Leaving): PlanNote[] {
  const connection = findConnection(vm, world);
  const missing = [
    ...(brought.length > 0 && !connection?.hardware ? ['vm.network.connect'] : []),
    ...(power === 'started' && !connection?.power ? ['vm.start'] : []),
  ];
  return missing.map((what) => ({
    code: 'connection_cannot',
    facts: { connection: vm.connectionId, what },
  }));
}
