/** What the end of a VM's maintenance brings back, and what somebody else has changed since it began. */
import type { EstateIndex } from '../inventory/estate-index.ts';
import type { EstateObject } from '../inventory/estate-object.ts';
import type { NicBody } from '../inventory/vm-parts.ts';
import type { RememberedNic, VmMaintenance } from '../ports/vm-maintenance.ts';
import { isHaltedByIt } from './vm-maintenance-parts.ts';
import { isOffNetwork } from './vm-network.ts';

/**
 * `back`: as its maintenance left it. `stands`: as it was before. `changed`: neither, so somebody else's doing. `gone`:
 * the VM has it no more.
 */
export type NicFate = 'back' | 'stands' | 'changed' | 'gone';

export interface ReturningNic {
  readonly was: RememberedNic;
  readonly now: NicBody | undefined;
  readonly fate: NicFate;
}

/** In the order of their keys; none of a VM that stayed on its networks. */
export function judgeNics(
  { isOffNetwork: wasTaken, was }: VmMaintenance,
  vm: EstateObject<'vm'>,
  index: EstateIndex,
): ReturningNic[] {
  const nics = wasTaken ? was.nics.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : [];
  return nics.map((nic) => {
    const now = vm.body.nics.find(({ key }) => key === nic.key);
    return { was: nic, now, fate: now ? judgeNic(nic, now, toShown(vm, now, index)) : 'gone' };
  });
}

interface Shown {
  readonly identity: string | undefined;
  readonly name: string | undefined;
}

function toShown(
  { connectionId }: EstateObject<'vm'>,
  { networkHandle, networkName }: NicBody,
  index: EstateIndex,
): Shown {
  const network = networkHandle && index.byHandle(connectionId, 'network', networkHandle);
  return { identity: network ? network.identity : undefined, name: networkName };
}

/** Off its network, an adapter of vCenter still names it; one of Hyper-V names none. */
function judgeNic(was: RememberedNic, now: NicBody, shown: Shown): NicFate {
  const isOff = isOffNetwork(now);
  const isNameless = isOff && shown.identity === undefined;
  const isOther = !isNameless && !isSameNetwork(was, shown);
  if (isOther || now.vlan !== was.vlan) return 'changed';
  if (isOff === was.isOff) return 'stands';
  return isOff ? 'back' : 'changed';
}

function isSameNetwork({ networkIdentity, networkName }: RememberedNic, shown: Shown): boolean {
  if (networkIdentity !== undefined && shown.identity !== undefined)
    return networkIdentity === shown.identity;
  return networkName === shown.name;
}

/** `started`: it is. `runs`: it does already. `left`: somebody else has changed it. `none`: it was not halted. */
export type PowerFate = 'none' | 'started' | 'runs' | 'left';

export function judgePower(
  kept: VmMaintenance,
  { body: { power } }: EstateObject<'vm'>,
  overwrites: boolean,
): PowerFate {
  if (!isHaltedByIt(kept)) return 'none';
  if (power === 'on') return 'runs';
  return power === 'suspended' || (power === 'off' && overwrites) ? 'started' : 'left';
}
