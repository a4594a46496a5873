/** What moves need to know of an estate: in the estate of a first run, in a file, and from what was observed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateFile } from '#adapters/simulator/estate-file.ts';
import { toEstateFile } from '#adapters/simulator/to-estate-file.ts';
import type { OperationError } from '#core/errors.ts';
import type { ObservedOf } from '#test/contracts/connection-contract-actors.ts';
import { createMoving } from './moving.ts';
import { type Facets, GIB, newCall, openTestLab, readAll } from './open-lab.ts';

const { signal } = newCall();

async function listRunning(on: Facets, host: string) {
  const all = await readAll(on);
  const found = all.find((it) => it.kind === 'host' && it.body.name === host);
  return all.flatMap((it) =>
    it.kind === 'vm' && it.body.power === 'on' && it.body.hostHandle === found?.handle ? [it] : [],
  );
}

describe('the estate of a first run', () => {
  it('lets every VM of a host in a cluster of production go somewhere, but the one that is tied', async () => {
    await using test = openTestLab();
    const stays: string[] = [];
    for (const [on, hosts] of [
      [test.vc, ['esx-01', 'esx-02', 'esx-03', 'esx-04']],
      [test.hv, ['hv-01', 'hv-02', 'hv-03', 'hv-04']],
    ] as const)
      for (const host of hosts)
        for (const { body } of await listRunning(on, host)) {
          const { ref, wish } = createMoving(on);
          const vm = await ref('vm', body.name);
          const errors = await Promise.all(
            hosts
              .filter((it) => it !== host)
              .map(async (it) => on.migration.check(vm, await wish({ host: it }), signal)),
          );
          const isStuck = errors.every((all) => all.some(({ severity }) => severity === 'error'));
          if (isStuck) stays.push(body.name);
        }

    assert.deepEqual(stays, ['mon-01']);
  });

  it('has rules that hold now, and VMs of each priority that together need what their host shows', async () => {
    await using test = openTestLab();
    const kinds: string[] = [];
    const priorities = new Set<string | undefined>();
    const machines = new Set<string | undefined>();
    for (const on of [test.vc, test.hv]) {
      const all = await readAll(on);
      const vms = all.flatMap((it) => (it.kind === 'vm' ? [it] : []));
      for (const { body } of vms) priorities.add(body.priority);
      for (const it of all) {
        if (it.kind === 'cluster') kinds.push(...assertRulesHold(it, vms));
        if (it.kind !== 'host') continue;
        assert.ok(it.body.cpuVendor && it.body.machineId, it.body.name);
        machines.add(it.body.machineId);
        if (it.body.state === 'connected' && !it.body.inMaintenance) assertDemand(it, vms);
      }
    }

    assert.deepEqual(kinds.toSorted(), ['apart', 'apart', 'apart', 'together']);
    assert.deepEqual([...priorities].toSorted(), ['high', 'low', 'medium']);
    assert.equal(machines.size, 12);
  });
});

function assertRulesHold({ body }: ObservedOf<'cluster'>, vms: readonly ObservedOf<'vm'>[]) {
  for (const { kind, vmHandles, name } of body.rules ?? []) {
    const hosts = vmHandles.map((it) => vms.find(({ handle }) => handle === it)?.body.hostHandle);
    assert.ok(hosts.length > 1 && !hosts.includes(undefined), name);
    assert.equal(new Set(hosts).size, kind === 'together' ? 1 : hosts.length, name);
  }
  return body.rules?.map(({ kind }) => kind) ?? [];
}

function assertDemand({ handle, body }: ObservedOf<'host'>, vms: readonly ObservedOf<'vm'>[]) {
  const here = vms.filter((it) => it.body.hostHandle === handle);
  const memory = here.reduce((sum, it) => sum + (it.body.memoryDemandBytes ?? 0), 0);
  const cores = here.reduce((sum, it) => sum + (it.body.cpuDemandCores ?? 0), 0);
  assert.equal(memory + 6 * GIB, body.memoryUsedBytes);
  const used = (body.cpuUsedShare ?? 0) * (body.cpuCores ?? 0);
  assert.ok(cores < used && cores > 0.8 * used, `${body.name} ${cores} ${used}`);
}

const WRITTEN: EstateFile = {
  connections: [
    {
      id: 'one',
      kind: 'vcenter',
      clusters: [
        {
          name: 'c',
          automation: 'full',
          rules: [
            { name: 'near', kind: 'on', isMandatory: true, vms: ['a', 'b'], hosts: ['h'] },
            { name: 'far', kind: 'apart', isMandatory: false, vms: ['a', 'b'] },
          ],
        },
      ],
      hosts: [
        {
          ...{ name: 'h', cluster: 'c', cpuVendor: 'intel', machineId: '4c4c4544' },
          moveLimits: { movesPerHost: 4, storageMovesPerHost: 1 },
        },
      ],
      vms: [
        {
          ...{ name: 'a', host: 'h', power: 'on', priority: 'high', isHighlyAvailable: true },
          ...{ memoryDemand: '3GiB', cpuDemandCores: 1.5 },
          ties: [{ what: 'local_image', label: 'CD/DVD drive 1' }],
        },
        { name: 'b' },
      ],
    },
  ],
};

describe('an estate file', () => {
  it('carries what moves need, and is written with it again', async () => {
    await using first = openTestLab({ estate: WRITTEN });
    const { find } = createMoving(first.vc);
    const objects = await readAll(first.vc);
    const written = toEstateFile([{ id: 'one', kind: 'vcenter', objects }]);

    const [a, b, h] = [await find('vm', 'a'), await find('vm', 'b'), await find('host', 'h')];
    assert.deepEqual((await find('cluster', 'c')).body.rules?.[0], {
      ...{ name: 'near', kind: 'on', isMandatory: true },
      ...{ vmHandles: [a.handle, b.handle], hostHandles: [h.handle] },
    });
    assert.deepEqual(h.body.moveLimits, { movesPerHost: 4, storageMovesPerHost: 1 });
    assert.deepEqual([h.body.cpuVendor, h.body.machineId], ['intel', '4c4c4544']);
    assert.deepEqual(a.body.ties, [{ what: 'local_image', label: 'CD/DVD drive 1' }]);
    assert.deepEqual([a.body.priority, a.body.isHighlyAvailable], ['high', true]);
    assert.deepEqual([a.body.memoryDemandBytes, a.body.cpuDemandCores], [3 * GIB, 1.5]);
    assert.deepEqual([b.body.priority, b.body.memoryDemandBytes], [undefined, undefined]);
    await using second = openTestLab({ estate: JSON.parse(JSON.stringify(written)) });
    const plain = (all: unknown) => JSON.parse(JSON.stringify(all));
    assert.deepEqual(plain(await readAll(second.vc)), plain(objects));
  });

  it('is refused a rule about what is not there', () => {
    const [connection] = WRITTEN.connections;
    const rules = [
      { name: 'r', kind: 'on', isMandatory: true, vms: ['a', 'x'], hosts: ['y'] },
    ] as const;
    const clusters = [
      { name: 'c', rules: rules.map((it) => ({ ...it, vms: [...it.vms], hosts: [...it.hosts] })) },
    ];
    const estate = { connections: [{ ...connection, clusters }] } as EstateFile;

    assert.throws(
      () => openTestLab({ estate }),
      ({ code, facts }: OperationError) => {
        assert.match(String(facts.faults), /clusters\[0\]\.rules\[0\]\.vms\[1\]: x is not in vms/);
        assert.match(String(facts.faults), /rules\[0\]\.hosts\[0\]: y is not in hosts/);
        return code === 'request_invalid';
      },
    );
  });
});
