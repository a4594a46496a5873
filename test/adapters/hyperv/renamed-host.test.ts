/** A host is the machine, not the name that it is called by. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { connectTo, keepHyperv } from './open-hyperv.ts';

describe('a host under another name', needsPeer('powershell', 'openssl'), () => {
  const open = keepHyperv();

  it('B55 H01 is the same host with the same VMs, and changes nothing but its address', async () => {
    await using opened = await open({ estate: 'single' });
    const before = await readAll(opened.connection);
    const [host] = opened.site.hosts;
    assert.ok(host);
    // Another way to write the same address stands for another name; the machine is known by its certificate.
    const address = '127.11';
    const { fingerprint256 } = new X509Certificate(host.server.caPem);
    const renamed = connectTo(
      { ...opened.site, hosts: [{ ...host, address }] },
      { caFile: undefined, thumbprints: { [`${address}:${host.port}`]: fingerprint256 } },
    );

    const after = await readAll(renamed);

    const of = (all: typeof before, kind: string) =>
      all.filter((it) => it.kind === kind).map(({ handle, identity }) => ({ handle, identity }));
    assert.deepEqual(of(after, 'vm'), of(before, 'vm'));
    assert.deepEqual(of(after, 'datastore'), of(before, 'datastore'));
    const [was, is] = [of(before, 'host')[0], of(after, 'host')[0]];
    assert.equal(is?.identity, was?.identity);
    assert.notEqual(is?.handle, was?.handle);
    await renamed.close();
  });
});
