import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { connectTo, keepHyperv } from './open-hyperv.ts';

describe('the drives of hosts', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();
  const seesDrives = async (connection: Parameters<typeof readAll>[0]) => {
    const hosts = (await readAll(connection)).filter(({ kind }) => kind === 'host');
    return hosts.every(
      ({ body }) =>
        'datastoreHandles' in body && body.datastoreHandles.some((it) => it.startsWith('drive:')),
    );
  };

  it('are no places for VMs in a cluster unless it is said, and are on a stand-alone host', async () => {
    await using cluster = await open();
    const asSaid = connectTo(cluster.site, { localDrives: true });

    assert.equal(await seesDrives(cluster.connection), false);
    assert.equal(await seesDrives(asSaid), true);
    await asSaid.close();
    await using alone = await open({ estate: 'single' });
    assert.equal(await seesDrives(alone.connection), true);
  });
});
