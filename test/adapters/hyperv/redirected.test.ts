/** Whose I/O to a shared volume goes over the network is read with the volume, and told when it changes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed, RedirectedHost } from '#core/inventory/estate-object.ts';
import { patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepHyperv } from './open-hyperv.ts';

describe('a shared volume whose I/O is redirected', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();
  const find = (all: readonly Observed[]): readonly RedirectedHost[] | undefined => {
    const volume = all.find(({ kind, body }) => kind === 'datastore' && body.name === 'Volume1');
    assert.ok(volume?.kind === 'datastore');
    return volume.body.redirected;
  };

  it('names its hosts and the reasons in the words of Windows; else it is known that there are none', async () => {
    await using opened = await open();
    const { site, connection } = opened;
    const before = find(await readAll(connection));
    const mark = await connection.estate.snapshot(async () => undefined, patience());
    site.redirectVolume('Volume1', 'node-2');

    const end = new AbortController();
    const seen: Observed[] = [];
    await connection.estate.changes(
      mark,
      async (told) => {
        seen.push(...told.flatMap((it) => (it.change === 'seen' ? [it.object] : [])));
        end.abort();
      },
      end.signal,
    );

    assert.deepEqual(before, []);
    assert.deepEqual(find(seen), [{ hostName: 'node-2', reasons: ['UserRequest'] }]);
  });

  it('says nothing of a drive of one host, nor of a volume that is offline', async () => {
    await using opened = await open();
    const { site, connection } = opened;
    const drives = (await readAll(connection)).filter(
      (one) => one.kind === 'datastore' && one.body.type === 'NTFS',
    );

    site.loseVolume('Volume1');
    const lost = find(await readAll(connection));

    for (const one of drives) assert.equal('redirected' in one.body, false);
    assert.equal(lost, undefined);
  });
});
