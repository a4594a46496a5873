/** The lists of hosts, clusters, datastores, networks and templates. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GIB, make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ask, askText, makeHouse, minutesAgo, toText } from './view-house.ts';

const OBJECTS = [
  make('cluster', 'c-1', { body: { name: 'C1', automation: 'partial' } }),
  make('host', 'host-1', {
    body: {
      name: 'esx-07',
      clusterHandle: 'c-1',
      cpuUsedShare: 0.37,
      memoryUsedBytes: 40 * GIB,
      inMaintenance: true,
    },
  }),
  make('host', 'host-2', {
    body: {
      ...{
        name: 'esx-08',
        state: 'unknown',
        platformState: 'quarantined',
        unreadable: 'no hardware shown',
      },
      ...{ cpuCores: undefined, cpuUsedShare: undefined, memoryBytes: undefined },
    },
  }),
  make('vm', 'vm-1'),
  make('datastore', 'ds-1', { body: { name: 'SAN-A', type: 'VMFS', freeBytes: 10 * GIB } }),
  make('datastore', 'ds-2', {
    body: { name: 'SAN-B', accessible: undefined, freeBytes: undefined },
  }),
  make('network', 'net-1', {
    body: { name: 'VLAN-100', type: 'distributed', switchName: 'dvs-lab', vlan: '100' },
  }),
  make('network', 'net-2', { body: { name: 'VLAN-100', type: 'opaque', switchName: 'dvs-prod' } }),
  make('network', 'net-3', { body: { name: 'uplinks', type: 'distributed', isUplink: true } }),
  make('folder', 'f-1', { body: { name: 'templates', path: '/templates' } }),
  make('template', 't-1', { body: { name: 'ubuntu-24', folderHandle: 'f-1', guestOs: 'Ubuntu' } }),
  make('template', 't-2', { body: { name: 'secret', folderHandle: 'f-1' } }),
];

describe('lists of the estate', () => {
  it('H11 show hosts with load, maintenance and what cannot be read, and count all', async () => {
    const text = await askText(makeHouse({ objects: OBJECTS }), 'host list');

    assert.match(text, /^Hosts +2\n/);
    assert.match(
      text,
      /esx-07 +connected · in maintenance mode +1 +37 % of 10 +40 GiB of 100 GiB +vc · C1/,
    );
    assert.match(
      text,
      /esx-08 +quarantined · cannot be read +0 +not known +not known +vc · cluster not known/,
    );
    assert.match(text, /esx-08 cannot be read: no hardware shown/);
  });

  it('show a host that a job has left closed, also where its platform shows nothing of that', async () => {
    const objects = [make('host', 'host-9', { body: { name: 'hv-01' } }), ...OBJECTS.slice(1, 2)];
    const closed = objects.map(({ id }) => id);

    const text = await askText(makeHouse({ objects, closed }), 'host list');

    assert.match(text, /hv-01 +connected · closed for maintenance /);
    assert.match(text, /esx-07 +connected · in maintenance mode +0 /);
  });

  it('show the job that empties a host whole, however narrow the terminal is', async () => {
    const objects = ['esx-01', 'esx-02'].map((name) => make('host', name, { body: { name } }));
    const states = { vc: { failingSince: minutesAgo(3), errorCode: 'no_answer' } } as const;
    const house = makeHouse({ objects, states, emptied: { 'id-of-esx-01': 1234567 } });

    const draft = await ask(house, 'host list');

    for (let width = 40; width <= 130; width += 1)
      assert.match(toText(draft, width), /J-1234567(?!\S)/, `${width} wide`);
    assert.match(toText(draft, 130), /esx-01 +J-1234567 +not known, was connected · being emptied/);
    assert.match(toText(draft, 130), /esx-02 +– +/);
  });

  it('show no job of a host that somebody may not see', async () => {
    const roles = [makeRole({ allow: ['host.list'], scope: { clusters: ['C1'] } })];
    const house = makeHouse({ objects: OBJECTS, roles, emptied: { 'id-of-host-2': 7 } });

    const text = await askText(house, 'host list');

    assert.match(text, /esx-07/);
    assert.doesNotMatch(text, /esx-08|Job/);
  });

  it('H10 show hosts of a connection that fails as they were', async () => {
    const states = { vc: { failingSince: minutesAgo(3), errorCode: 'no_answer' } };

    const text = await askText(makeHouse({ objects: OBJECTS, states }), 'host list --match "*07"');

    assert.match(text, /esx-07 +not known, was connected/);
  });

  it('show clusters with their hosts and who chooses', async () => {
    const text = await askText(makeHouse({ objects: OBJECTS }), 'cluster list');

    assert.match(text, /C1 +1 +the platform, when asked +vc/);
  });

  it('H09 show space that is not known as not known, never as none', async () => {
    const text = await askText(makeHouse({ objects: OBJECTS }), 'datastore list');

    assert.match(text, /SAN-A +10 GiB +1,000 GiB +accessible +VMFS +vc/);
    assert.match(text, /SAN-B +not known +1,000 GiB +not known +not known/);
  });

  it('show a part and its whole in one unit', async () => {
    const MIB = GIB / 1024;
    const objects = [
      make('host', 'h-1', { body: { memoryUsedBytes: 206_856 * MIB, memoryBytes: 512 * GIB } }),
      make('datastore', 'd-1', { body: { freeBytes: 912_345 * MIB, capacityBytes: 4096 * GIB } }),
    ];
    const house = makeHouse({ objects });

    assert.match(await askText(house, 'host list'), / 202 GiB of 512 GiB /);
    assert.match(await askText(house, 'datastore list'), /d-1 +890\.9 GiB +4,096 GiB /);
  });

  it('tell networks of one name apart by their switch, of every kind (B40)', async () => {
    const text = await askText(makeHouse({ objects: OBJECTS }), 'network list');

    assert.match(text, /VLAN-100 +dvs-lab +100 +distributed switch +vc/);
    assert.match(text, /VLAN-100 +dvs-prod +opaque +vc/);
    assert.match(text, /uplinks +distributed switch · uplink, not for VMs/);
  });

  it('show only templates that the role names', async () => {
    const roles = [makeRole({ allow: ['template.list'], templates: ['ubuntu-24'] })];

    const text = await askText(makeHouse({ objects: OBJECTS, roles }), 'template list');

    assert.match(text, /^Templates +1\n/);
    assert.match(text, /ubuntu-24 +1 vCPU · 1 GiB · no disk +Ubuntu +vc · \/templates/);
    assert.doesNotMatch(text, /secret/);
  });

  it('say so when nothing is found', async () => {
    assert.match(await askText(makeHouse(), 'network list'), /^No network found$/);
  });
});
