/** Everything that a reading of a connection shows. */
import type { Observed } from '#core/inventory/estate-object.ts';
import { createFiles, type Files } from './files.ts';
import type { EstateReading, HostReading } from './readings.ts';
import { type KnownTemplates, toParts } from './to-parts.ts';
import { type SlowVm, toSight, toVm } from './to-vm.ts';

export interface ObservedEstate {
  readonly parts: readonly Observed[];
  /** VMs of one host after the other, so that others have their turn in between. */
  readonly vmsOf: readonly { readonly host: string; list(): readonly Observed[] }[];
}

export function toObserved(reading: EstateReading, known: KnownTemplates): ObservedEstate {
  const files = createFiles(reading, known.templates);
  const priorities = listPriorities(reading);
  return {
    parts: toParts(reading, files, known),
    vmsOf: reading.hosts.map((host) => ({
      host: host.host,
      list: () => toVms(host, files, priorities),
    })),
  };
}

/** Of roles, by the VM's id. */
export function listPriorities({ cluster }: Pick<EstateReading, 'cluster'>) {
  const roles = (cluster?.groups ?? []).filter(({ vmId }) => vmId !== '');
  return new Map(roles.map(({ vmId, priority }) => [vmId, priority]));
}

function toVms(
  { host, known, fast, slow, failure }: HostReading,
  files: Files,
  priorities: ReadonlyMap<string, number | undefined>,
): Observed[] {
  if (!fast || !known) return [];
  const place = { host, hostId: known.identity.hostId };
  const details = new Map<string, SlowVm>(slow?.vms.map((vm) => [vm.id, vm]));
  // Half of a move that has not ended is no VM of its own.
  const planned = new Set(slow?.planned.map(({ id }) => id));
  const vms = fast.vms
    .filter(({ id }) => !planned.has(id))
    .map((vm) => {
      const own = { ...place, priority: priorities.get(vm.id) };
      return toVm(toSight(own, vm, details.get(vm.id)), files);
    });
  return failure ? vms.map(toUnreachable) : vms;
}

/** What the host last said of it is not what it is now (H09). */
function toUnreachable(vm: Observed): Observed {
  if (vm.kind !== 'vm') return vm;
  const { guestTools: _tools, ipAddresses: _addresses, ...others } = vm.body;
  const { memoryDemandBytes: _demand, ...body } = others;
  return {
    ...vm,
    body: { ...body, power: 'unknown', platformState: 'host does not answer', isReachable: false },
  };
}
