/** Nodes that answer while their cluster service does not run, as in an update or right after a start. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import type { Site } from '#test/fakes/hyperv/site.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

function stopClusterService({ world }: Site, ...names: readonly string[]): void {
  for (const node of world.clusterOf('node-1')?.nodes ?? [])
    if (names.includes(node.name)) node.state = 'Down';
}

describe('a node whose cluster service is stopped', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  it('H06 H09 is unknown by itself: the cluster stays who it is, and its other node is read', async () => {
    await using opened = await open();
    const { connection, site } = opened;
    const { identity } = await connection.estate.identify(patience());
    stopClusterService(site, 'node-1');

    assert.equal((await connection.estate.identify(patience())).identity, identity);
    const all = await readAll(connection);
    const states = all.flatMap(({ kind, body }) => (kind === 'host' ? [body.state] : []));
    assert.deepEqual(states, ['not_responding', 'connected']);
    const power = (name: string) =>
      all.flatMap((it) => (it.kind === 'vm' && it.body.name === name ? [it.body.power] : []));
    assert.deepEqual([power('web-01'), power('web-02')], [['unknown'], ['on']]);
  });

  it('H06 H09 lets no host stand for the cluster, where it runs on no node', async () => {
    await using opened = await open();
    const { connection, site } = opened;
    stopClusterService(site, 'node-1', 'node-2');

    await assert.rejects(connection.estate.identify(patience()), {
      ...{ code: 'not_reachable', end: 'not_started' },
      facts: { connection: connectionOf(site), reason: 'its cluster service does not run' },
    });
  });
});

function connectionOf({ hosts: [first] }: Site): string {
  return `${first?.address}:${first?.port}`;
}
