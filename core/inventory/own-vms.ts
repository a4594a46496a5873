/**
 * VMs that Drover itself rests on: its own, its database's, its vCenters, the domain controllers it asks (H21).
 *
 * They are found by the addresses that their guests show, or configured by name. What a guest does not show now is not
 * taken back: a vCenter that is off is still one (H09).
 */
import type { EstateIndex } from './estate-index.ts';
import type { EstateObject } from './estate-object.ts';
import { toPlainIp, toPlainMac } from './plain-address.ts';

export const OWN_PURPOSES = ['drover', 'database', 'vcenter', 'directory', 'configured'] as const;

export interface OwnPurpose {
  readonly what: (typeof OWN_PURPOSES)[number];
  /** The connection of a vCenter, the name of a server. */
  readonly name: string;
}

/** What Drover rests on, by address. */
export interface OwnAddresses {
  readonly servers: ReadonlyMap<string, readonly OwnPurpose[]>;
  /** Of this machine: an address of it counts only on a VM with one of its network cards. */
  readonly macAddresses: ReadonlySet<string>;
}

export interface ConfiguredVm {
  readonly connection: string;
  readonly vm: string;
}

/** What is kept: to which VM a configured name was pinned, and which were found. */
export interface OwnVmMarks {
  readonly pinned: readonly (ConfiguredVm & { readonly identity: string })[];
  readonly found: readonly {
    readonly connection: string;
    readonly identity: string;
    readonly purposes: readonly OwnPurpose[];
  }[];
}

export const NO_MARKS: OwnVmMarks = { pinned: [], found: [] };

export interface OwnVms {
  /** Empty: Drover can do without it. */
  purposesOf(vm: EstateObject<'vm'>): readonly OwnPurpose[];
}

export interface KeptOwnVms extends OwnVms {
  setAddresses(addresses: OwnAddresses): void;
  setMarks(marks: OwnVmMarks): void;
  /** The marks as they follow from the estate of now. */
  lookAnew(): OwnVmMarks;
}

export function createOwnVms(index: EstateIndex, configured: readonly ConfiguredVm[]): KeptOwnVms {
  let addresses: OwnAddresses = { servers: new Map(), macAddresses: new Set() };
  let marks = NO_MARKS;
  let found = new Map<string, readonly OwnPurpose[]>();

  /** A name means its VM for life; where that one is no more, or several bore it, whoever bears it. */
  function isConfigured({ connectionId, identity, body }: EstateObject<'vm'>): boolean {
    return configured.some(({ connection, vm }) => {
      if (connection !== connectionId) return false;
      const pin = findPin(marks, { connection, vm });
      if (pin?.identity === identity) return true;
      return body.name === vm && !(pin && isThere(index, pin));
    });
  }

  function findNow(vm: EstateObject<'vm'>): readonly OwnPurpose[] {
    const shown = listPurposes(vm, addresses);
    if (shown.length > 0 || (vm.body.ipAddresses ?? []).length > 0) return shown;
    return found.get(toKey(vm.connectionId, vm.identity)) ?? [];
  }

  return {
    purposesOf(vm) {
      const own: OwnPurpose = { what: 'configured', name: vm.body.name };
      return [...findNow(vm), ...(isConfigured(vm) ? [own] : [])];
    },
    setAddresses(now) {
      addresses = now;
    },
    setMarks(now) {
      marks = now;
      found = new Map(
        now.found.map(({ connection, identity, purposes }) => [
          toKey(connection, identity),
          purposes,
        ]),
      );
    },
    lookAnew: () => ({
      pinned: configured.flatMap((one) => findPin(marks, one) ?? pin(index, one)),
      found: listCandidates(index, addresses, marks).flatMap((vm) => {
        const purposes = findNow(vm);
        const { connectionId: connection, identity } = vm;
        return purposes.length > 0 ? [{ connection, identity, purposes }] : [];
      }),
    }),
  };
}

function findPin({ pinned }: OwnVmMarks, { connection, vm }: ConfiguredVm) {
  return pinned.find((one) => one.connection === connection && one.vm === vm);
}

/** Nothing where several bear the name: nobody can say which was meant. */
function pin(index: EstateIndex, one: ConfiguredVm): OwnVmMarks['pinned'] {
  const [only, ...others] = index.byName('vm', one.vm, one.connection);
  return only && others.length === 0 ? [{ ...one, identity: only.identity }] : [];
}

function isThere(index: EstateIndex, { connection, identity }: OwnVmMarks['pinned'][number]) {
  return index.byIdentity(connection, 'vm', identity).length > 0;
}

/** Who shows an address that counts, and who was found before, in an order that stays: no look at every VM. */
function listCandidates(
  index: EstateIndex,
  { servers }: OwnAddresses,
  { found }: OwnVmMarks,
): EstateObject<'vm'>[] {
  const candidates = new Set([
    ...[...servers.keys()].flatMap((address) => index.vmsWithAddress(address)),
    ...found.flatMap(({ connection, identity }) => index.byIdentity(connection, 'vm', identity)),
  ]);
  return [...candidates].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function listPurposes(
  { body }: EstateObject<'vm'>,
  { servers, macAddresses }: OwnAddresses,
): readonly OwnPurpose[] {
  const purposes = (body.ipAddresses ?? []).flatMap((shown) => servers.get(toPlainIp(shown)) ?? []);
  if (purposes.length === 0) return purposes;
  const cards = body.nics.flatMap(({ macAddress }) => macAddress ?? []);
  // A bridge of containers has one and the same address on many machines.
  const isElsewhere = cards.length > 0 && !cards.some((card) => macAddresses.has(toPlainMac(card)));
  const known = new Map(purposes.map((one) => [toKey(one.what, one.name), one]));
  return [...known.values()].filter(({ what }) => what !== 'drover' || !isElsewhere);
}

function toKey(one: string, other: string): string {
  return `${one}\0${other}`;
}
