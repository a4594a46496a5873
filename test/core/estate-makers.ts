/** Small estates for tests: objects with sound values, of which a test names what it is about. */
import { createEstateIndex, type EstateIndex } from '#core/inventory/estate-index.ts';
import type { Bodies, EstateObject, ObjectKind } from '#core/inventory/estate-object.ts';

export const GIB = 1024 ** 3;

const BODIES: { readonly [K in ObjectKind]: Omit<Bodies[K], 'name'> } = {
  cluster: {},
  host: {
    state: 'connected',
    platformState: 'connected',
    inMaintenance: false,
    cpuCores: 10,
    cpuUsedShare: 0,
    memoryBytes: 100 * GIB,
    memoryUsedBytes: 0,
    datastoreHandles: ['ds-san'],
    networkHandles: ['net-1'],
  },
  datastore: { capacityBytes: 1000 * GIB, freeBytes: 1000 * GIB, accessible: true, isLocal: false },
  network: { type: 'standard' },
  folder: { path: '/' },
  template: { disks: [], nics: [], datastoreHandle: 'ds-san', cpus: 1, memoryBytes: GIB },
  vm: {
    power: 'on',
    platformState: 'poweredOn',
    isReachable: true,
    disks: [],
    nics: [],
    hostHandle: 'host-1',
    cpus: 2,
    memoryBytes: 4 * GIB,
  },
};

export type Own<K extends ObjectKind> = Partial<Omit<EstateObject<K>, 'kind' | 'body'>> & {
  readonly body?: Partial<Bodies[K]>;
};

let newest = 0;

/** Its handle; identity and name follow from it. */
export function make<K extends ObjectKind>(
  kind: K,
  handle: string,
  { body, ...own }: Own<K> = {},
): EstateObject<K> {
  newest += 1;
  return {
    id: `id-of-${handle}`,
    connectionId: 'vc',
    kind,
    handle,
    identity: `identity-of-${handle}`,
    body: { ...BODIES[kind], name: handle, ...body },
    isTwin: false,
    gone: false,
    changeSeq: newest,
    seenAt: new Date(0),
    ...own,
  } as unknown as EstateObject<K>;
}

export function makeIndex(objects: readonly EstateObject[]): EstateIndex {
  const index = createEstateIndex();
  index.apply(objects);
  return index;
}
