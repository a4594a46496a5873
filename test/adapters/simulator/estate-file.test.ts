/** The estate file: what is written is what stands there, and all that is wrong with it is said at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EstateFile } from '#adapters/simulator/estate-file.ts';
import { generateEstate } from '#adapters/simulator/generate-estate.ts';
import { createLab, type Lab } from '#adapters/simulator/simulator.ts';
import { toEstateFile } from '#adapters/simulator/to-estate-file.ts';
import type { OperationError } from '#core/errors.ts';
import { findOne, openTestLab, readAll } from './open-lab.ts';

const ODD = fileURLToPath(new URL('odd-estate.json', import.meta.url));
const { signal } = new AbortController();

async function observe(lab: Lab) {
  return Promise.all(
    lab.connections.map(async (connection) => {
      const { id, kind, estate } = connection;
      const { identity, product } = await estate.identify(signal);
      return { id, kind, identity, product, objects: await readAll(connection) };
    }),
  );
}

function faultsOf(estate: unknown): string {
  let faults = '';
  assert.throws(
    () => createLab({ file: ':memory:', estate: estate as EstateFile }),
    (error: OperationError) => {
      faults = (error.facts.faults as readonly string[]).join('\n');
      return error.code === 'request_invalid';
    },
  );
  return faults;
}

describe('the estate of a first run', () => {
  it('has 12 hosts and 150 VMs on a vCenter and a failover cluster; web-07 is free', async () => {
    await using test = openTestLab();
    const all = [...(await readAll(test.vc)), ...(await readAll(test.hv))];

    const names = all.filter((it) => it.kind === 'vm').map((it) => it.body.name);

    assert.deepEqual([test.vc.id, test.hv.id], ['lab-vc', 'lab-hv']);
    assert.equal(all.filter((it) => it.kind === 'host').length, 12);
    assert.equal(names.length, 150);
    assert.equal(new Set(names).size, 150);
    assert.ok(names.includes('web-06') && !names.includes('web-07'));
    const hosts = all.filter((it) => it.kind === 'host');
    assert.equal(hosts.filter((it) => it.body.inMaintenance).length, 1);
    assert.equal(hosts.filter((it) => it.body.state === 'disconnected').length, 1);
    for (const { body } of hosts)
      assert.ok((body.memoryUsedBytes ?? 0) < 0.9 * (body.memoryBytes ?? 0), body.name);
    const away = all.filter((it) => it.kind === 'vm' && !it.body.isReachable);
    assert.ok(away.length > 3 && away.every((it) => it.kind === 'vm' && it.body.power !== 'off'));
    const dmz = all.filter((it) => it.kind === 'network' && it.body.name === 'DMZ');
    assert.equal(dmz.length, 2);
  });

  it('is the same for the same seed, but each lab is an installation of its own', async () => {
    await using first = openTestLab({ seed: 7 });
    await using second = openTestLab({ seed: 7 });
    await using other = openTestLab({ seed: 8 });

    assert.deepEqual(await readAll(first.vc), await readAll(second.vc));
    assert.notDeepEqual(await readAll(first.vc), await readAll(other.vc));
    const [one, two] = [
      await first.vc.estate.identify(signal),
      await second.vc.estate.identify(signal),
    ];
    assert.notEqual(one.identity, two.identity);
  });
});

describe('an estate file', () => {
  it('B36 holds an odd estate whole: each object once, nothing unknown called off', async () => {
    await using test = openTestLab({ estate: ODD });

    const [vc, hv] = [await readAll(test.vc), await readAll(test.hv)];

    const count = (all: typeof vc, kind: string) => all.filter((it) => it.kind === kind).length;
    assert.deepEqual([count(vc, 'vm'), count(vc, 'template'), count(hv, 'vm')], [31, 3, 11]);
    for (const name of ['orphan-1', 'on-dead-host', 'Unknown']) {
      const vm = findOne(vc, 'vm', name);
      assert.ok(vm.kind === 'vm' && vm.body.power === 'unknown' && vm.body.cpus === undefined);
    }
    assert.equal(findOne(vc, 'vm', 'orphan-1').identity, undefined);
    for (const name of ['100% test', '50%2f', '  padded  ', 'Te*t', 'null', '-v'])
      findOne(vc, 'vm', name);
    const twins = hv.filter((it) => it.body.name === 'hv-app');
    assert.deepEqual(
      twins.map((it) => it.kind === 'vm' && it.body.role),
      ['vm', 'replica'],
    );
    assert.equal(twins[0]?.identity, twins[1]?.identity);
    const future = findOne(hv, 'vm', 'hv-new');
    assert.ok(future.kind === 'vm' && future.body.platformState === 'SomethingOfTheFuture');
  });

  it('is written from what was observed, and makes the same estate again', async () => {
    for (const estate of [undefined, ODD, generateEstate({ hosts: 4, vms: 40 })]) {
      await using first = openTestLab({ estate });
      const observed = await observe(first.lab);
      const written = JSON.parse(JSON.stringify(toEstateFile(observed)));

      await using second = openTestLab({ estate: written });

      assert.deepEqual(
        JSON.parse(JSON.stringify(await observe(second.lab))),
        JSON.parse(JSON.stringify(observed)),
      );
    }
  });

  it('reports all its faults at once, each with its path', () => {
    const faults = faultsOf({
      connections: [
        {
          id: 'one',
          kind: 'vcenter',
          colour: 'blue',
          hosts: [{ name: 'h', memory: '16 GB' }],
          networks: [],
        },
      ],
    });
    const references = faultsOf({
      connections: [
        {
          id: 'one',
          kind: 'vcenter',
          hosts: [{ name: 'h', cluster: 'none' }],
          networks: [
            { id: 'n', name: 'DMZ', type: 'standard' },
            { id: 'n', name: 'DMZ', type: 'distributed' },
          ],
          vms: [{ name: 'vm', nics: [{ key: '1', label: 'NIC', network: 'DMZ' }] }],
        },
      ],
    });

    assert.match(faults, /"colour"/);
    assert.match(faults, /connections\[0\]\.hosts\[0\]\.memory/);
    assert.match(references, /^connections\[0\]\.hosts\[0\]\.cluster: none is not in clusters/m);
    assert.match(references, /vms\[0\]\.nics\[0\]\.network: Several networks are called DMZ/);
    assert.match(references, /networks\[1\]\.id: n is given twice/);
    assert.match(faultsOf({ connections: [] }), /connections/);
  });

  it('says which file cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-estate-'));
    const file = join(folder, 'estate.json');
    writeFileSync(file, '{ nonsense');

    for (const estate of [file, join(folder, 'none.json')])
      assert.throws(
        () => createLab({ file: ':memory:', estate }),
        (error: OperationError) => error.code === 'request_invalid' && error.facts.file === estate,
      );
    rmSync(folder, { recursive: true });
  });

  it('may be mended after it was refused, on the same file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-estate-'));
    const file = join(folder, 'lab.db');

    assert.throws(() => createLab({ file, estate: { connections: [] } }), {
      code: 'request_invalid',
    });
    const lab = createLab({ file, estate: ODD });
    const ids = lab.connections.map((it) => it.id);
    await lab.close();

    rmSync(folder, { recursive: true });
    assert.deepEqual(ids, ['odd-vc', 'odd-hv']);
  });

  it('counts only for a lab that is new', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-estate-'));
    const file = join(folder, 'lab.db');
    const first = openTestLab({ file });
    await first.lab.close();

    const second = openTestLab({ file, estate: ODD });
    const ids = second.lab.connections.map((it) => it.id);
    await second.lab.close();

    rmSync(folder, { recursive: true });
    assert.deepEqual(ids, ['lab-vc', 'lab-hv']);
  });
});

describe('a generated estate', () => {
  it('has as many hosts and VMs as were asked for, with room for all', async () => {
    await using test = openTestLab({ estate: generateEstate({ hosts: 50, vms: 1200 }) });

    const all = await readAll(test.vc);

    assert.equal(all.filter((it) => it.kind === 'host').length, 50);
    assert.equal(all.filter((it) => it.kind === 'vm').length, 1200);
    for (const it of all) {
      if (it.kind === 'host')
        assert.ok((it.body.memoryUsedBytes ?? 0) < (it.body.memoryBytes ?? 0));
      if (it.kind === 'datastore') assert.ok((it.body.freeBytes ?? 0) > 0);
    }
  });
});
