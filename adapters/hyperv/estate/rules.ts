/** Which VMs of a cluster are kept apart or together. */

import type { AffinityRule } from '#core/inventory/estate-object.ts';
import { toVmHandle } from '../handles.ts';
import type { InventoryClusterAnswer } from './cluster-answer.ts';
import type { HostReading } from './readings.ts';

/** Rules of Server 2019 and later; those of fault domains say nothing of hosts. */
const KINDS: Readonly<Record<string, 'together' | 'apart'>> = {
  ...{ SameNode: 'together', DifferentNode: 'apart' },
};

export function toRules(
  { groups, rules, enforcesApart = false }: InventoryClusterAnswer,
  hosts: readonly HostReading[],
): readonly AffinityRule[] {
  const idOf = new Map(
    hosts.flatMap(({ known }) =>
      known ? [[known.identity.name.toLowerCase(), known.identity.hostId] as const] : [],
    ),
  );
  const handleOf = new Map<string, string>();
  const classes = new Map<string, string[]>();
  for (const { name, vmId, owner, apart } of groups) {
    const hostId = idOf.get(owner.toLowerCase());
    // Where its owner has never answered it has no handle.
    if (vmId === '' || hostId === undefined) continue;
    const handle = toVmHandle(hostId, vmId);
    handleOf.set(name.toLowerCase(), handle);
    for (const one of apart) add(classes, one, handle);
  }
  const ofClasses = [...classes].map(([name, vmHandles]) => ({
    ...{ name, kind: 'apart', isMandatory: enforcesApart, vmHandles },
  })) satisfies readonly AffinityRule[];
  const ofRules = rules.flatMap(({ name, kind, isOn, groups: names }) => {
    const known = KINDS[kind];
    if (!known || !isOn) return [];
    const vmHandles = names.flatMap((one) => handleOf.get(one.toLowerCase()) ?? []);
    return [{ name, kind: known, isMandatory: false, vmHandles }];
  });
  return [...ofClasses, ...ofRules].filter(({ vmHandles }) => vmHandles.length > 1);
}

function add(classes: Map<string, string[]>, name: string, handle: string): void {
  const own = classes.get(name) ?? [];
  own.push(handle);
  classes.set(name, own);
}
