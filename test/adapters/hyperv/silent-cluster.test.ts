/** A node whose cluster cannot be asked: what only the cluster knows is not known, and is not "no" (H09). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateReading } from '#adapters/hyperv/estate/readings.ts';
import { toParts } from '#adapters/hyperv/estate/to-parts.ts';

const NODE = {
  name: 'NODE-1',
  hostId: 'id-1',
  clusterId: 'cluster-1',
  processors: 8,
  memoryBytes: 1,
};

function readHost(identity: Partial<typeof NODE>, cluster?: object) {
  const hosts = [{ host: 'node-1', known: { identity } }];
  const reading = { hosts, cluster } as unknown as EstateReading;
  const known = { templates: [], localDrives: undefined, setUps: new Map() };
  const found = toParts(reading, new Map() as never, known).find(({ kind }) => kind === 'host');
  return found?.kind === 'host' ? found.body : undefined;
}

describe('a node of a cluster that does not answer', () => {
  it('is not said to be out of maintenance', () => {
    assert.equal(readHost(NODE)?.state, 'connected');
    assert.equal(readHost(NODE)?.inMaintenance, undefined);
  });

  it('is none where the host is of no cluster, which has no such state', () => {
    assert.equal(readHost({ ...NODE, clusterId: undefined as never })?.inMaintenance, false);
  });
});
