/** Where a new VM may live: for each host the reason for or against it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { type Placed, type PlaceQuestion, placeVm } from '#core/placement/place-vm.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { HeldPlace } from '#core/plan/plan.ts';
import type { Reservation } from '#core/ports/reservations.ts';
import { GIB, make, makeIndex } from '../estate-makers.ts';

const goalOf = () => 'balance' as const;

const TEMPLATE = make('template', 'tpl-1');
const SAN = make('datastore', 'ds-san');
const HOST = make('host', 'host-1');
const QUESTION: PlaceQuestion = {
  ...{ connectionId: 'vc', cpus: 2, memoryBytes: 4 * GIB, diskBytes: 40 * GIB },
  template: TEMPLATE,
};

function place(
  objects: readonly EstateObject[],
  question: Partial<PlaceQuestion> = {},
  reservations: readonly Reservation[] = [],
): Placed[] {
  const world = { index: makeIndex(objects), reservations, rules: PLACEMENT_RULES, goalOf };
  return placeVm({ ...QUESTION, ...question }, world);
}

const codesOf = ({ reasons }: Placed) => reasons.map(({ code }) => code);
/** Reasons against the one host. */
function against(objects: readonly EstateObject[], question: Partial<PlaceQuestion> = {}) {
  const [placed] = place(objects, question);
  assert.equal(placed?.verdict, 'blocked');
  assert.equal(placed.stars, 0);
  return codesOf(placed);
}

function reserve({
  requestId = 'r-1',
  ...place
}: Partial<HeldPlace> & { requestId?: string }): Reservation {
  const held = { key: 'a', hostId: HOST.id, datastoreId: SAN.id, memoryBytes: 0, diskBytes: 0 };
  return {
    ...{ requestId, personId: 'bob', roleNames: [], connectionId: 'vc' },
    ...{ vms: 1, cpus: 1, memoryBytes: 0, diskBytes: 0, places: [{ ...held, ...place }] },
  };
}

describe('placement', () => {
  it('puts the host with most stars first, blocked ones last, each by name', () => {
    const hosts = [
      make('host', 'd-full', { body: { memoryUsedBytes: 89 * GIB } }),
      make('host', 'c-busy', { body: { cpuUsedShare: 0.5 } }),
      make('host', 'b-idle'),
      make('host', 'a-away', { body: { state: 'disconnected', platformState: 'disconnected' } }),
    ];

    const placed = place([SAN, ...hosts]);

    assert.deepEqual(
      placed.map(({ hostName, verdict }) => `${hostName} ${verdict}`),
      ['b-idle fits', 'c-busy fits', 'a-away blocked', 'd-full blocked'],
    );
    assert.deepEqual(codesOf(placed[1] as Placed), ['memory_after', 'cpu_after']);
  });

  it('does not recommend a host without stars, and does not block it', () => {
    const host = make('host', 'host-1', {
      body: { cpuUsedShare: 0.95, memoryUsedBytes: 85 * GIB },
    });

    assert.equal(place([SAN, host])[0]?.verdict, 'not_recommended');
  });

  it('knows only hosts of the connection that was asked for', () => {
    assert.deepEqual(place([SAN, make('host', 'host-9', { connectionId: 'hv' })]), []);
  });

  it('H11 gives a reason for each host that cannot be used (B36)', () => {
    const body = { state: 'not_responding', platformState: 'notResponding' } as const;
    const broken = { ...body, unreadable: 'no answer', memoryBytes: undefined };

    assert.deepEqual(against([SAN, make('host', 'host-13', { body: broken })]), [
      ...['host_not_connected', 'host_unreadable', 'host_memory_unknown'],
    ]);
    const unknown = { state: 'unknown', platformState: 'standBy' } as const;
    assert.deepEqual(against([SAN, make('host', 'host-15', { body: unknown })]), [
      'host_not_connected',
    ]);
    assert.deepEqual(against([SAN, make('host', 'host-14', { body: { inMaintenance: true } })]), [
      'host_in_maintenance',
    ]);
  });

  it('H09 does not take unknown use of memory for free memory', () => {
    const host = make('host', 'host-1', { body: { memoryUsedBytes: undefined } });

    assert.deepEqual(against([SAN, host]), ['host_memory_unknown']);
  });

  it('says that the load is unknown where it is, and goes on', () => {
    const [placed] = place([SAN, make('host', 'host-1', { body: { cpuUsedShare: undefined } })]);

    assert.equal(placed?.verdict, 'fits');
    assert.deepEqual(codesOf(placed), ['memory_after', 'load_unknown']);
  });

  it('keeps the reserve of memory: the last byte of it fits, one more does not', () => {
    const host = make('host', 'host-1', { body: { memoryUsedBytes: 80 * GIB } });

    assert.notEqual(place([SAN, host], { memoryBytes: 10 * GIB })[0]?.verdict, 'blocked');
    const [tight] = place([SAN, host], { memoryBytes: 10 * GIB + 1 });
    assert.deepEqual(tight?.reasons, [
      {
        code: 'host_memory_too_small',
        facts: { freeBytes: 10 * GIB, wantedBytes: 10 * GIB + 1 },
      },
    ]);
  });

  it('stays inside hosts and datastores that were approved or wished for', () => {
    const other = make('datastore', 'ds-b');
    const host = make('host', 'host-1', { body: { datastoreHandles: ['ds-san', 'ds-b'] } });
    const objects = [SAN, other, host];

    assert.deepEqual(against(objects, { hostIds: ['id-of-host-2'] }), ['outside_approved_hosts']);
    assert.deepEqual(against(objects, { datastoreIds: ['id-of-ds-9'] }), [
      ...['not_the_wished_datastore', 'not_the_wished_datastore'],
    ]);
    assert.equal(place(objects, { datastoreIds: [other.id] })[0]?.datastoreId, other.id);
  });
});

describe('placement on datastores', () => {
  const withStore = (body: Partial<EstateObject<'datastore'>['body']>) =>
    against([make('datastore', 'ds-san', { body }), HOST]);

  it('gives a reason for each one that cannot be used', () => {
    assert.deepEqual(withStore({ accessible: false }), ['datastore_not_accessible']);
    assert.deepEqual(withStore({ inMaintenance: true }), ['datastore_in_maintenance']);
    assert.deepEqual(withStore({ freeBytes: undefined }), ['datastore_space_unknown']);
    assert.deepEqual(withStore({ freeBytes: 60 * GIB }), ['datastore_too_small']);
    assert.deepEqual(against([HOST]), ['host_datastore_missing']);
  });

  it('keeps the reserve of space', () => {
    const store = (freeBytes: number) => make('datastore', 'ds-san', { body: { freeBytes } });

    assert.equal(place([store(90 * GIB), HOST])[0]?.verdict, 'fits');
    assert.equal(place([store(90 * GIB - 1), HOST])[0]?.verdict, 'blocked');
  });

  it('takes a shared one before a local one, then the one with most space', () => {
    const body = { datastoreHandles: ['ds-local', 'ds-san', 'ds-b'] };
    const local = make('datastore', 'ds-local', {
      body: { isLocal: true, capacityBytes: 9e15, freeBytes: 9e15 },
    });
    const small = make('datastore', 'ds-b', { body: { freeBytes: 500 * GIB } });

    const [placed] = place([local, small, SAN, make('host', 'host-1', { body })]);

    assert.deepEqual(placed?.datastoreIds, [SAN.id, small.id, local.id]);
    assert.equal(placed?.datastoreId, SAN.id);
    assert.equal(placed?.datastoreName, 'ds-san');
  });

  it('takes only a pair of host and datastore that see each other (B47)', () => {
    const local = make('datastore', 'ds-esx04', { body: { isLocal: true } });
    const sees = (...datastoreHandles: string[]) => ({ body: { datastoreHandles } });
    const hosts = [
      make('host', 'esx01', sees('ds-san')),
      make('host', 'esx04', sees('ds-san', 'ds-esx04')),
    ];

    const placed = place([SAN, local, ...hosts], { datastoreIds: [local.id] });

    assert.deepEqual(
      placed.map(({ hostName, verdict }) => `${hostName} ${verdict}`),
      ['esx04 fits', 'esx01 blocked'],
    );
    assert.deepEqual(codesOf(placed[1] as Placed), ['not_the_wished_datastore']);
  });

  it('leaves out hosts that cannot read the template, with that reason alone for the space (B47)', () => {
    const local = make('datastore', 'ds-esx04', { body: { isLocal: true } });
    const sees = (...datastoreHandles: string[]) => ({ body: { datastoreHandles } });
    const hosts = [
      make('host', 'esx01', sees('ds-san')),
      make('host', 'esx04', sees('ds-san', 'ds-esx04')),
    ];
    const configured = make('template', 'tpl-local', { body: { datastoreHandle: 'ds-esx04' } });
    const disk = { key: '2000', label: '', datastoreHandle: 'ds-esx04' };
    const withDisk = make('template', 'tpl-disk', { body: { disks: [disk] } });

    for (const template of [configured, withDisk]) {
      const placed = place([SAN, local, ...hosts], { template });

      assert.equal(placed[0]?.hostName, 'esx04');
      assert.equal(placed[0]?.datastoreId, SAN.id);
      assert.deepEqual(placed[1]?.reasons, [
        { code: 'template_not_visible_to_host', facts: { template: template.handle } },
      ]);
    }
  });

  it('finds no host when the one that sees the template is in maintenance, and says both (B47)', () => {
    const local = make('datastore', 'ds-esx04', { body: { isLocal: true } });
    const template = make('template', 'tpl-local', { body: { datastoreHandle: 'ds-esx04' } });
    const hosts = [
      make('host', 'esx01'),
      make('host', 'esx04', { body: { inMaintenance: true, datastoreHandles: ['ds-esx04'] } }),
    ];

    const placed = place([SAN, local, ...hosts], { template });

    assert.deepEqual(placed.map(codesOf), [
      ['template_not_visible_to_host'],
      ['host_in_maintenance'],
    ]);
  });
});

describe('placement on networks', () => {
  const net = (handle: string, switchName: string) =>
    make('network', handle, { body: { name: 'VLAN-100', switchName } });
  const networks = [net('pg-32', 'dvs-prod'), net('pg-33', 'dvs-lab')];
  const host = (name: string, ...networkHandles: string[]) =>
    make('host', name, { body: { networkHandles } });

  it('takes, of two of one name, the one that the host sees (B40)', () => {
    const placed = place([SAN, host('a', 'pg-32'), host('b', 'pg-33'), host('c', 'pg-34')], {
      networks,
    });

    assert.deepEqual(
      placed.map(({ hostName, networkId }) => [hostName, networkId]),
      [
        ['a', 'id-of-pg-32'],
        ['b', 'id-of-pg-33'],
        ['c', undefined],
      ],
    );
    assert.deepEqual(placed[2]?.reasons, [
      { code: 'host_network_missing', facts: { network: 'VLAN-100' } },
    ]);
  });

  it('leaves the network to the template where none was wished for', () => {
    const [placed] = place([SAN, host('a', 'pg-32')]);

    assert.equal(placed?.verdict, 'fits');
    assert.equal(placed.networkId, undefined);
  });
});

describe('placement beside reservations', () => {
  it('counts what others reserved on a host and on a datastore', () => {
    const memory = reserve({ memoryBytes: 87 * GIB });
    const space = reserve({ requestId: 'r-2', hostId: 'other', diskBytes: 911 * GIB });

    assert.deepEqual(place([SAN, HOST], {}, [memory]).map(codesOf), [['host_memory_too_small']]);
    assert.deepEqual(place([SAN, HOST], {}, [space]).map(codesOf), [['datastore_too_small']]);
  });

  it('adds up several, and counts those of other hosts not here', () => {
    const half = (requestId: string, hostId: string) =>
      reserve({ requestId, hostId, memoryBytes: 44 * GIB });

    const here = place([SAN, HOST], {}, [half('r-1', HOST.id), half('r-2', HOST.id)]);
    const apart = place([SAN, HOST], {}, [half('r-1', HOST.id), half('r-2', 'other')]);

    assert.equal(here[0]?.verdict, 'blocked');
    assert.notEqual(apart[0]?.verdict, 'blocked');
  });

  it('does not count the own one, so that a start finds the place that was kept for it', () => {
    const own = reserve({ memoryBytes: 87 * GIB, diskBytes: 911 * GIB });

    const [placed] = place([SAN, HOST], { exceptRequestId: 'r-1' }, [own]);

    assert.equal(placed?.verdict, 'fits');
  });
});
