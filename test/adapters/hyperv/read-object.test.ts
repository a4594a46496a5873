import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ReadObject, readObject } from '#adapters/hyperv/estate/read-object.ts';
import type { EstateReading, Known } from '#adapters/hyperv/estate/readings.ts';
import type { RemoteRun } from '#adapters/hyperv/remote-scripts.ts';
import { patience } from '#test/contracts/connection-contract-actors.ts';

const toReading = (...hosts: readonly string[]): EstateReading => ({
  hosts: hosts.map((host) => ({ host })),
});

describe('an object that is read while all are read anew', () => {
  it('H09 takes nothing back of what was read meanwhile', async () => {
    const known: Known = { reading: toReading('a') };
    const run = async ({ onLine }: RemoteRun) => {
      known.reading = toReading('a', 'b');
      const v = { cluster: 'c1', clusterId: 'id-c', nodes: [], groups: [], volumes: [] };
      for (const record of [
        { t: 'out', v },
        { t: 'end', v: true },
      ])
        onLine({ stream: 'stdout', text: `\u001e${JSON.stringify(record)}` });
      return { exitCode: 0 };
    };
    const host = { host: 'a', scripts: { run, close: async () => undefined } };
    const options = {
      ...{ known, setUps: new Map(), signal: patience(), config: { id: 'hv', templates: [] } },
      hosts: { all: [host], recall: () => ({ ...host, identity: { clusterId: 'id-c' } }) },
    } as unknown as ReadObject;

    const found = await readObject(options, { kind: 'cluster', handle: 'cluster:id-c' });

    assert.equal(found?.body.name, 'c1');
    const { hosts, cluster } = known.reading;
    assert.deepEqual(
      [hosts.map(({ host: name }) => name), cluster?.clusterId],
      [['a', 'b'], 'id-c'],
    );
  });
});
