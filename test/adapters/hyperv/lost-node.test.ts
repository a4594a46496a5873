/** A node that is down hides what it has, and stops nobody else (H09, H11). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed } from '#core/inventory/estate-object.ts';
import type { EstateChange } from '#core/ports/connection.ts';
import { patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { connectTo, keepHyperv } from './open-hyperv.ts';

const find = (all: readonly Observed[], name: string, host?: string) =>
  all.find(
    (it) =>
      it.body.name === name && (!host || ('hostHandle' in it.body && it.body.hostHandle === host)),
  );

describe('a node that is lost', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  it('is told as such; its own VMs are not known, and one that failed over is the same elsewhere', async () => {
    await using opened = await open();
    const { site, connection } = opened;
    const before = new Map((await readAll(connection)).map((it) => [it.handle, it]));
    const mark = await connection.estate.snapshot(async () => undefined, patience());
    const [, second] = site.hosts;
    const address = `${second?.address}:${second?.port}`;
    await site.loseNode('node-2');

    const changes: EstateChange[] = [];
    const end = new AbortController();
    await connection.estate.changes(
      mark,
      async (told) => {
        changes.push(...told);
        end.abort();
      },
      end.signal,
    );

    const seen = changes.flatMap((it) => (it.change === 'seen' ? [it.object] : []));
    const host = seen.find((it) => it.kind === 'host' && it.handle === address);
    assert.ok(
      host?.kind === 'host' && host.body.state === 'not_responding' && host.body.unreadable,
    );
    const twin = find(seen, 'twin', address);
    assert.ok(twin?.kind === 'vm' && !twin.body.isReachable && twin.body.power === 'unknown');
    const moved = find(seen, 'web-02');
    const old = find([...before.values()], 'web-02');
    assert.equal(moved?.identity, old?.identity);
    assert.notEqual(moved?.handle, old?.handle);
    // Where it was it is no more, on the cluster's word.
    assert.ok(old);
    assert.equal(await connection.estate.read(old, patience()), undefined);
    const read = await connection.estate.read(twin, patience());
    assert.ok(read?.kind === 'vm' && !read.body.isReachable);
  });

  it('from the beginning: the others are read, and what it may have is neither shown nor gone', async () => {
    await using opened = await open();
    const { site } = opened;
    const before = await readAll(opened.connection);
    const [, second] = site.hosts;
    const address = `${second?.address}:${second?.port}`;
    const [twin, drive] = [find(before, 'twin', address), find(before, 'NODE-2 C:')];
    assert.ok(twin && drive);
    await site.loseNode('node-2');
    const fresh = connectTo(site);

    const all = await readAll(fresh);

    assert.ok(find(all, 'web-01') && find(all, 'Volume1') && !find(all, 'twin', address));
    const host = all.find((it) => it.kind === 'host' && it.handle === address);
    assert.ok(host?.identity === undefined && host?.body.unreadable);
    for (const hidden of [twin, drive])
      await assert.rejects(fresh.estate.read(hidden, patience()), {
        ...{ code: 'host_unavailable', end: 'refused' },
      });
    await fresh.close();
  });
});
