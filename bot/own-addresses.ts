/** The addresses of all that Drover rests on: of its machines, its database, its vCenters, its domain controllers. */
import type { OwnAddresses, OwnPurpose } from '#core/inventory/own-vms.ts';
import { toPlainIp, toPlainMac } from '#core/inventory/plain-address.ts';
import type { Network } from '#core/ports/network.ts';
import type { Config } from './config.ts';

export interface Server extends OwnPurpose {
  readonly host: string;
}

type Rests = Pick<Config, 'database' | 'connections' | 'directory'>;

export function listServers({ database, connections, directory }: Rests): Server[] {
  const base = database.url === undefined ? '' : databaseHostOf(database.url);
  const all: Server[] = [
    { what: 'database', name: base, host: base },
    ...connections.flatMap((one): Server[] =>
      one.kind === 'vcenter' ? [{ what: 'vcenter', name: one.id, host: hostOf(one.url) }] : [],
    ),
    ...(directory?.servers ?? []).map(
      ({ host }): Server => ({ what: 'directory', name: host, host }),
    ),
  ];
  return all.filter(({ host }) => host !== '');
}

const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** As the driver has it: what stands behind `?` comes first. A socket is of this machine, which is Drover's own anyway. */
function databaseHostOf(url: string): string {
  const host = new URL(url).searchParams.get('host') ?? hostOf(url);
  return host.startsWith('/') ? '' : host;
}

/** A machine on which Drover runs; with PostgreSQL there may be several. */
export type OwnMachine = ReturnType<Network['readOwn']>;

/** By name of the server. */
export type Resolved = ReadonlyMap<string, readonly string[]>;

/** For all names together. */
const RESOLVE_WITHIN_MS = 3000;

/** A name that nobody resolves now stands for what it stood for before (H09). */
export async function resolveServers(
  network: Network,
  servers: readonly Server[],
  before: Resolved,
): Promise<Resolved> {
  const names = [...new Set(servers.map(({ host }) => host))];
  const resolved = await Promise.all(
    names.map(async (name) => {
      const addresses = await network.resolve(name, RESOLVE_WITHIN_MS);
      return [name, addresses ?? before.get(name) ?? []] as const;
    }),
  );
  return new Map(resolved);
}

export function toOwnAddresses(
  servers: readonly Server[],
  resolved: Resolved,
  machines: readonly OwnMachine[],
): OwnAddresses {
  const all = new Map<string, OwnPurpose[]>();
  const add = (shown: string, purpose: OwnPurpose) => {
    const address = toPlainIp(shown);
    if (isOfOneMachine(address)) all.set(address, [...(all.get(address) ?? []), purpose]);
  };
  for (const { name, addresses } of machines)
    for (const address of addresses) add(address, { what: 'drover', name });
  for (const { host, what, name } of servers)
    for (const address of resolved.get(host) ?? []) add(address, { what, name });
  const cards = machines.flatMap(({ macAddresses }) => macAddresses);
  return { servers: all, macAddresses: new Set(cards.map(toPlainMac)) };
}

/** Loopback and link-local addresses are the same on many. */
function isOfOneMachine(address: string): boolean {
  return !/^(?:127\.|169\.254\.|0\.|::1?$|fe[89ab][0-9a-f]:)/.test(address);
}
