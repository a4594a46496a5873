/** The odd estate of the cases, read as a vCenter shows it: every entry once, whatever is wrong with it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { decodeName } from '#adapters/vmware/names.ts';
import type { Bodies, ObjectKind, Observed } from '#core/inventory/estate-object.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import {
  carryOut,
  findByHandle,
  type OpenedVcenter,
  openVcenter,
  readAll,
  toRef,
} from './open-vcenter.ts';

const FILE = new URL('fixtures/odd-inventory.json', import.meta.url);
const ODD = JSON.parse(readFileSync(FILE, 'utf8'));

describe('an odd estate', needsPeer('vcsim', 'openssl'), () => {
  let opened: OpenedVcenter;
  let all: readonly Observed[];
  const find = <K extends ObjectKind>(kind: K, handle: string): Bodies[K] =>
    findByHandle(all, kind, handle).body as Bodies[K];

  before(async () => {
    opened = await openVcenter({ estate: ODD });
    all = await readAll(opened.connection);
  });
  after(() => opened[Symbol.asyncDispose]());

  it('B33 shows each name decoded once', () => {
    for (const { id, api, template, shown } of ODD.vms) {
      const { name } = find(template ? 'template' : 'vm', id);
      assert.equal(name, shown ?? decodeName(api));
    }
    assert.equal(find('network', 'network-31').name, 'v910 10.33.156.0/24');
  });

  it('B33 tells folders of two datacenters apart, and a folder called host is one', () => {
    const paths = all.flatMap((it) => (it.kind === 'folder' ? [it.body.path] : []));

    assert.ok(paths.includes('/Farm_host/host'));
    assert.ok(paths.includes('/R%26D'));
    assert.equal(new Set(paths).size, paths.length);
  });

  it('B33 sends a name back escaped once', async () => {
    const root = all.find((it) => it.kind === 'folder' && it.body.path === '/Farm_host');
    assert.ok(root);
    await carryOut(opened, (call) =>
      opened.provisioning.clone(
        {
          template: toRef(findByHandle(all, 'template', 'vm-101')),
          name: 'a/b%c and 50%2f',
          folder: toRef(root),
          host: toRef(findByHandle(all, 'host', 'host-11')),
          datastore: toRef(findByHandle(all, 'datastore', 'datastore-21')),
          network: toRef(findByHandle(all, 'network', 'network-31')),
          cpus: 1,
          memoryBytes: 2 ** 30,
        },
        call,
      ),
    );

    const made = (await readAll(opened.connection)).find(
      (it) => it.kind === 'vm' && it.body.name === 'a/b%c and 50%2f',
    );
    assert.ok(made?.kind === 'vm');
    assert.equal(made.body.nics[0]?.networkHandle, 'network-31');
    await carryOut(opened, (call) => opened.provisioning.delete(toRef(made), call));
  });

  it('H11 B36 lists every VM once, with the platform’s state where it cannot be read', () => {
    const vms = all.filter(({ kind }) => kind === 'vm' || kind === 'template');
    assert.equal(vms.length, ODD.vms.length);
    assert.equal(new Set(vms.map(({ handle }) => handle)).size, vms.length);
    for (const { id, connectionState } of ODD.vms) {
      if (connectionState === undefined) continue;
      const vm = find('vm', id);
      assert.equal(vm.unreadable, connectionState);
      assert.equal(vm.platformState, connectionState);
      assert.equal(vm.power, 'unknown');
      assert.equal(vm.isReachable, false);
      assert.equal(vm.cpus, undefined);
    }
    assert.equal(find('vm', 'vm-123').hostHandle, 'host-13');
  });

  it('H11 B36 lists hosts without hardware, and calls none of them connected', () => {
    const states = ODD.hosts.map(({ id }: { id: string }) => {
      const host = find('host', id);
      return [host.state, host.platformState, host.inMaintenance, host.unreadable];
    });

    assert.deepEqual(states, [
      ['connected', 'connected', false, undefined],
      ['disconnected', 'disconnected', undefined, 'disconnected'],
      ['not_responding', 'notResponding', undefined, 'notResponding'],
      ['connected', 'connected', true, undefined],
      ['unknown', 'standBy', false, undefined],
    ]);
  });

  it('B36 refuses what is asked of a VM that is out of reach', async () => {
    for (const id of ['vm-120', 'vm-121', 'vm-122', 'vm-123']) {
      const { identity } = findByHandle(all, 'vm', id);
      const vm = {
        connectionId: 'vc-1',
        kind: 'vm',
        handle: id,
        identity: identity ?? '',
      } as const;

      const failing = carryOut(opened, (call) => opened.power.stop(vm, call));

      await assert.rejects(failing, { code: 'host_unavailable', end: 'not_started' });
    }
  });

  it('B40 lists every NIC, on a network of whatever kind', () => {
    const [opaque] = find('vm', 'vm-127').nics;
    const [nowhere] = find('vm', 'vm-126').nics;

    assert.equal(opaque?.networkHandle, 'network-34');
    assert.equal(opaque?.networkName, 'segment-7');
    assert.ok(nowhere);
    assert.deepEqual([nowhere.networkHandle, nowhere.connected], [undefined, false]);
    assert.deepEqual(find('vm', 'vm-125').nics, []);
  });

  it('B40 tells networks of one name apart by their switch', () => {
    const twins = ['dvportgroup-32', 'dvportgroup-33'].map((id) => find('network', id));

    assert.deepEqual(
      twins.map(({ name, switchName, type }) => [name, switchName, type]),
      [
        ['VLAN-100', 'dvs-prod', 'distributed'],
        ['VLAN-100', 'dvs-lab', 'distributed'],
      ],
    );
    assert.equal(find('network', 'network-34').type, 'opaque');
  });

  it('B46 names disks by key and shows controller and unit', () => {
    const { disks } = find('vm', 'vm-132');

    assert.equal(new Set(disks.map(({ key }) => key)).size, 8);
    assert.deepEqual(
      disks.map(({ label }) => label),
      ['0:0', '0:1', '0:2', '0:3', '0:4', '0:5', '0:6', '1:0'].map((at) => `SCSI ${at}`),
    );
  });

  it('B42 tells a template with a snapshot chain, whose disk stands in its own folder', () => {
    const { disks } = find('template', 'vm-131');

    assert.deepEqual(
      disks.map(({ inOwnFolder, shared, isRaw }) => [inOwnFolder, shared, isRaw]),
      [[true, false, false]],
    );
    assert.equal(find('vm', 'vm-133').snapshotCount, 3);
  });

  it('B47 tells datastores that cannot be used: one host’s own, out of reach, in maintenance', () => {
    const local = find('datastore', 'datastore-22');
    const away = find('datastore', 'datastore-23');
    const resting = find('datastore', 'datastore-24');

    assert.equal(local.isLocal, true);
    assert.deepEqual(
      [away.accessible, away.freeBytes, away.capacityBytes],
      [false, undefined, undefined],
    );
    assert.equal(resting.inMaintenance, true);
    assert.ok(find('host', 'host-14').datastoreHandles.includes('datastore-22'));
    assert.ok(!find('host', 'host-11').datastoreHandles.includes('datastore-22'));
  });

  it('H16 shows the question that a VM asks', () => {
    assert.equal(find('vm', 'vm-129').question, 'This VM might have been moved or copied.');
  });

  it('H09 gives no addresses and no tools of a VM that does not show them', () => {
    assert.equal(find('vm', 'vm-124').guestTools, 'not_running');
    assert.equal(find('vm', 'vm-120').guestTools, undefined);
  });
});
