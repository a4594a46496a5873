/** Hosts of one cluster and VMs on them, for plans that move VMs. */
import type {
  AffinityRule,
  ClusterBody,
  DatastoreBody,
  EstateObject,
  HostBody,
  VmBody,
} from '#core/inventory/estate-object.ts';
import type { OwnPurpose } from '#core/inventory/own-vms.ts';
import type { World } from '#core/operations/operation.ts';
import type { PlatformWord } from '#core/placement/place-moves.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { Connection } from '#core/ports/connection.ts';
import { make, makeIndex } from '../estate-makers.ts';

export interface MovesWorldWish {
  /** By handle. */
  readonly hosts: Readonly<Record<string, Partial<HostBody>>>;
  readonly vms: Readonly<Record<string, Partial<VmBody>>>;
  /** Beside `ds-san`, by handle. */
  readonly datastores?: Readonly<Record<string, Partial<DatastoreBody>>>;
  readonly rules?: readonly AffinityRule[];
  /** Of the cluster, beside its rules. */
  readonly cluster?: Partial<ClusterBody>;
  readonly purposes?: Readonly<Record<string, readonly OwnPurpose[]>>;
  readonly goalOf?: World['goalOf'];
  readonly closed?: readonly string[];
  readonly busy?: Readonly<Record<string, number>>;
  readonly away?: readonly string[];
  readonly within?: World['within'];
  readonly answerOf?: (vmId: string, hostId: string) => PlatformWord | undefined;
  readonly connection?: Partial<Connection>;
  readonly evacuate?: 'drover' | 'platform';
  /** Of the cluster. */
  readonly automation?: 'full' | 'partial' | 'off' | undefined;
  /** Handles of VMs that Drover needs. */
  readonly needed?: readonly string[];
  /** Of those away, who was drained by the platform. */
  readonly drained?: readonly string[];
}

export const idOf = (handle: string) => `id-of-${handle}`;

export function makeMovesWorld(wish: MovesWorldWish): World {
  const { hosts, vms, rules, closed = [], busy = {}, away, answerOf, within } = wish;
  const { datastores = {} } = wish;
  const objects: EstateObject[] = [
    make('cluster', 'c-1', { body: { rules, ...wish.cluster } }),
    make('datastore', 'ds-san'),
    ...Object.entries(datastores).map(([handle, body]) => make('datastore', handle, { body })),
    ...Object.entries(hosts).map(([handle, body]) =>
      make('host', handle, { body: { clusterHandle: 'c-1', ...body } }),
    ),
    ...Object.entries(vms).map(([handle, body]) =>
      make('vm', handle, { body: { datastoreHandle: 'ds-san', ...body } }),
    ),
  ];
  const opened = { id: 'vc', kind: 'vcenter', power: { save: true }, ...wish.connection };
  const facets = { migration: { can: [], limits: {} }, maintenance: {} };
  return {
    ...{
      index: makeIndex(objects),
      now: new Date(0),
      rules: PLACEMENT_RULES,
      goalOf: wish.goalOf ?? (() => 'balance'),
    },
    ...{ reservations: [], within, closedHostIds: new Set(closed.map(idOf)) },
    connectionOf: () => ({
      connection: { ...facets, ...opened } as unknown as Connection,
      state: undefined,
    }),
    busyWith: (id) => busy[id],
    ...{ capacityOf: () => undefined, pacesOf: () => [], purposesOf: () => [] },
    evacuationOf: () => wish.evacuate ?? 'drover',
    answerOf: answerOf ?? (() => undefined),
    pacesOf: () => [],
    purposesOf: ({ id }) => wish.purposes?.[id] ?? [],
    maintenanceOf: () => undefined,
    movedFrom: () => away?.map((name) => ({ vmIdentity: `identity-of-${name}`, name })),
  };
}
