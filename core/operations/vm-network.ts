/**
 * `vm.network.connect` and `vm.network.disconnect`: one network adapter of a VM.
 *
 * Of several networks of one name the one counts that the VM's host sees. Traffic is interrupted whether the VM runs
 * now or will by then, so the bounds always say so.
 */
import { z } from 'zod';
import type { EstateIndex } from '../inventory/estate-index.ts';
import { type EstateObject, toRef } from '../inventory/estate-object.ts';
import type { NicBody } from '../inventory/vm-parts.ts';
import type { Json, Plan, PlanNote } from '../plan/plan.ts';
import type { Operation, World } from './operation.ts';
import { findConnection, listPartsBlockers } from './parts-blockers.ts';
import {
  listNamesakes,
  listNeeded,
  ON_ONE_VM,
  toAgeMs,
  toGonePlan,
  toTarget,
  toVmBounds,
} from './plan-parts.ts';
import { listMaintenanceBlockers } from './vm-maintenance-parts.ts';

export const VmNetworkDisconnectInput = z.strictObject({
  vmId: z.string(),
  /** The platform's key of the network adapter within its VM. */
  nicKey: z.string(),
});
export type VmNetworkDisconnectInput = z.infer<typeof VmNetworkDisconnectInput>;

export const VmNetworkConnectInput = VmNetworkDisconnectInput.extend({
  /** Networks that bear the wished name; the one that the VM's host sees is taken. */
  networkIds: z.array(z.string()).min(1),
  /** 0 is untagged. */
  vlan: z.int().min(0).max(4094).optional(),
  vmqWeight: z.int().min(0).max(100).optional(),
});
export type VmNetworkConnectInput = z.infer<typeof VmNetworkConnectInput>;

export const vmNetworkConnect: Operation<VmNetworkConnectInput> = {
  ...ON_ONE_VM,
  name: 'vm.network.connect',
  input: VmNetworkConnectInput,
  // What is gone has no name to judge by: the plan says that it is gone.
  argumentsOf({ networkIds }, index) {
    const networkName = listNetworks(networkIds, index)[0]?.body.name;
    return networkName === undefined ? {} : { networkName };
  },
  plan(input, world) {
    const { vmId, nicKey, networkIds, vlan, vmqWeight } = input;
    const vm = world.index.get('vm', vmId);
    const networks = listNetworks(networkIds, world.index);
    if (!vm) return toGonePlan('vm.network.connect', { id: vmId, kind: 'vm' }, world);
    if (networks.length === 0)
      return toGonePlan('vm.network.connect', { id: networkIds[0] ?? '', kind: 'network' }, world);
    const seen = networks.find(({ handle }) =>
      findHost(vm, world)?.body.networkHandles.includes(handle),
    );
    return planChange({
      vm,
      world,
      nicKey,
      networks,
      network: seen,
      settings: { vlan, vmqWeight },
    });
  },
};

export const vmNetworkDisconnect: Operation<VmNetworkDisconnectInput> = {
  ...ON_ONE_VM,
  name: 'vm.network.disconnect',
  input: VmNetworkDisconnectInput,
  plan({ vmId, nicKey }, world) {
    const vm = world.index.get('vm', vmId);
    if (!vm) return toGonePlan('vm.network.disconnect', { id: vmId, kind: 'vm' }, world);
    return planChange({ vm, world, nicKey, networks: [], network: undefined, settings: {} });
  },
};

/** On the platform's own word alone: a network that is not shown is unknown (H09). */
export function isOffNetwork({ connected }: NicBody): boolean {
  return connected === false;
}

function listNetworks(ids: readonly string[], index: EstateIndex): EstateObject<'network'>[] {
  return ids.flatMap((id) => index.get('network', id) ?? []);
}

function findHost(
  { connectionId, body }: EstateObject<'vm'>,
  { index }: World,
): EstateObject<'host'> | undefined {
  return body.hostHandle ? index.byHandle(connectionId, 'host', body.hostHandle) : undefined;
}

interface Settings {
  readonly vlan?: number | undefined;
  readonly vmqWeight?: number | undefined;
}

interface Wish {
  readonly vm: EstateObject<'vm'>;
  readonly world: World;
  readonly nicKey: string;
  /** All of the wished name; none: it is to be taken off its network. */
  readonly networks: readonly EstateObject<'network'>[];
  /** The one of them that the VM's host sees. */
  readonly network: EstateObject<'network'> | undefined;
  readonly settings: Settings;
}

function planChange(wish: Wish): Plan {
  const { vm, world, nicKey, networks, network } = wish;
  const isOff = networks.length === 0;
  const operation = isOff ? 'vm.network.disconnect' : 'vm.network.connect';
  const nic = vm.body.nics.find(({ key }) => key === nicKey);
  const bounds = toVmBounds(vm, 'pause');
  return {
    operation,
    targets: [toTarget(vm)],
    steps: [{ key: 'set-nic', kind: 'set-nic', version: 1, input: toInput(wish, nic), after: [] }],
    bounds: { ...bounds, exact: { ...bounds.exact, ...toExact(wish, nic) } },
    advice: {
      ratings: [],
      durationMs: 5000,
      dataAgeMs: toAgeMs([vm, network], world.now),
      notes: [...(nic ? listOwnNotes(wish, nic) : []), ...listNamesakes(vm, world)],
    },
    blockers: [
      ...listPartsBlockers(vm, world, { what: operation, facet: 'hardware' }),
      ...listMaintenanceBlockers(vm, world),
      // One that is off its network loses nothing by being brought back.
      ...(nic && !isOffNetwork(nic) ? listNeeded('drover_needs_it', vm, world) : []),
      ...listSettingBlockers(wish),
      ...(isOff ? [] : listNetworkBlockers(wish)),
      ...listNicBlockers(wish, nic),
    ],
    reserves: undefined,
  };
}

function toInput({ vm, nicKey, network, settings }: Wish, nic: NicBody | undefined): Json {
  const named = { nic: nicKey, label: nic?.label ?? nicKey, networkName: network?.body.name ?? '' };
  const wished = { network: network ? toRef(network) : null, ...toGiven(settings) };
  return { vm: toRef(vm), name: vm.body.name, ...named, ...wished } as unknown as Json;
}

function toGiven({ vlan, vmqWeight }: Settings): Record<string, number> {
  return {
    ...(vlan === undefined ? {} : { vlan }),
    ...(vmqWeight === undefined ? {} : { vmqWeight }),
  };
}

function toExact({ nicKey, network, settings }: Wish, nic: NicBody | undefined) {
  return {
    nic: `${nic?.label ?? ''} (${nicKey})`.trimStart(),
    network: network ? `${network.body.name} (${network.identity})` : '',
    vlan: String(settings.vlan ?? ''),
    vmqWeight: String(settings.vmqWeight ?? ''),
  };
}

function listOwnNotes({ vm, networks, settings }: Wish, nic: NicBody): PlanNote[] {
  const { name, nics } = vm.body;
  const network = networks[0]?.body.name;
  const was = isOffNetwork(nic) ? undefined : nic.networkName;
  const facts = { vm: name, nic: nic.label };
  // With one adapter alone it need not be said which.
  const back = { ...facts, isOnly: nics.length === 1, was, isOff: isOffNetwork(nic) };
  const untilNow = {
    vlan: settings.vlan === undefined ? undefined : nic.vlan,
    vmqWeight: settings.vmqWeight === undefined ? undefined : nic.vmqWeight,
  };
  return [
    { code: 'nic_changes', facts: { ...facts, network, ...toGiven(settings) } },
    { code: 'nic_was', facts: { ...back, ...untilNow } },
  ];
}

/** What the platform does not set on an adapter itself. */
function listSettingBlockers({ vm, world, settings }: Wish): PlanNote[] {
  const can = findConnection(vm, world)?.hardware?.nicSettings;
  if (!can) return [];
  const missing = (['vlan', 'vmqWeight'] as const).filter(
    (setting) => settings[setting] !== undefined && !can.includes(setting),
  );
  return missing.map((setting) => ({
    code: 'nic_setting_missing',
    facts: { setting, connection: vm.connectionId },
  }));
}

function listNetworkBlockers({ vm, world, networks, network }: Wish): PlanNote[] {
  const host = findHost(vm, world);
  const facts = { vm: vm.body.name, network: networks[0]?.body.name, host: host?.body.name };
  if (!host) return [{ code: 'vm_place_unknown', facts: { ...facts, what: 'host' } }];
  return network ? [] : [{ code: 'network_not_on_host', facts }];
}

function listNicBlockers(wish: Wish, nic: NicBody | undefined): PlanNote[] {
  const { vm, nicKey, networks, network, settings } = wish;
  const facts = { vm: vm.body.name, nic: nic?.label ?? nicKey };
  if (!nic) return [{ code: 'nic_gone', facts }];
  if (networks.length === 0) return isOffNetwork(nic) ? [{ code: 'nic_already_off', facts }] : [];
  const isSame = (['vlan', 'vmqWeight'] as const).every(
    (setting) => settings[setting] === undefined || settings[setting] === nic[setting],
  );
  const isThere = network && !isOffNetwork(nic) && nic.networkHandle === network.handle;
  if (!isThere || !isSame) return [];
  return [{ code: 'nic_already_so', facts: { ...facts, network: network.body.name } }];
}
