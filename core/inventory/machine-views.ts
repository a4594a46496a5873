/** Which hosts are one machine, seen by several connections (H07): kept by its number, so that no question looks at all. */
import type { EstateObject } from './estate-object.ts';
import { findFirst, toMachineKey } from './same-machine.ts';

type Host = EstateObject<'host'>;

export interface MachineViews {
  /** Objects of other kinds are passed over. */
  add(object: EstateObject): void;
  remove(object: EstateObject): void;
  /** The same machine as an earlier connection shows it; undefined: this is the first, or there is no other. */
  firstViewOf(host: Host): Host | undefined;
  /** How many machines are shown more than once. */
  machinesTwice(): number;
}

/** @param order Ids of the connections, as they are configured. */
export function createMachineViews(order: readonly string[]): MachineViews {
  const rankOf = new Map(order.map((id, rank) => [id, rank]));
  const machines = new Map<string, Map<string, Host>>();
  const twice = new Set<string>();

  function change(object: EstateObject, turn: (hosts: Map<string, Host>, host: Host) => void) {
    const key = object.kind === 'host' ? toMachineKey(object.body.machineId) : undefined;
    if (key === undefined) return;
    const hosts = machines.get(key) ?? new Map<string, Host>();
    machines.set(key, hosts);
    turn(hosts, object as Host);
    if (hosts.size > 1) twice.add(key);
    else twice.delete(key);
  }

  return {
    add: (object) => change(object, (hosts, host) => hosts.set(host.id, host)),
    remove: (object) => change(object, (hosts, host) => hosts.delete(host.id)),
    firstViewOf(host) {
      const key = toMachineKey(host.body.machineId);
      if (key === undefined || !twice.has(key) || !rankOf.has(host.connectionId)) return undefined;
      const first = findFirst([...(machines.get(key)?.values() ?? [])], rankOf);
      return first?.id === host.id ? undefined : first;
    },
    machinesTwice: () => twice.size,
  };
}
