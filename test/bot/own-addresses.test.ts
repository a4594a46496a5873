/** What stands for the machines and servers that Drover rests on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNetwork } from '#adapters/machine/network.ts';
import type { Config } from '#bot/config.ts';
import { listServers, resolveServers, toOwnAddresses } from '#bot/own-addresses.ts';
import type { Network } from '#core/ports/network.ts';

const CONFIG = {
  database: { url: 'postgresql://drover@[2001:db8::5]:5432/drover', connections: 10 },
  connections: [
    { kind: 'vcenter', id: 'prod-vc', url: 'https://vc.example.test/sdk' },
    { kind: 'hyperv', id: 'hv', hosts: ['hv-01.example.test'] },
  ],
  directory: { servers: [{ host: 'dc-01.example.test', port: 636 }] },
} as unknown as Config;

const answering = (answers: Readonly<Record<string, readonly string[]>>): Network => ({
  readOwn: () => ({ name: 'drover-01', addresses: [], macAddresses: [] }),
  resolve: async (name) => answers[name],
});

describe('servers that Drover rests on', () => {
  it('H21 are the database, each vCenter and each domain controller', () => {
    const all = listServers(CONFIG).map(({ what, host }) => `${what} ${host}`);

    assert.deepEqual(all, [
      'database 2001:db8::5',
      'vcenter vc.example.test',
      'directory dc-01.example.test',
    ]);
  });

  it('H21 are found by the host that the address of the database names behind its name, and by no socket', () => {
    const hostsOf = (url: string) =>
      listServers({
        ...CONFIG,
        database: { url, connections: 10 },
        connections: [],
        directory: undefined,
      }).map(({ host }) => host);

    assert.deepEqual(hostsOf('postgresql:///drover?host=db.example.test'), ['db.example.test']);
    assert.deepEqual(hostsOf('postgresql:///drover?host=/run/postgresql'), []);
  });

  it('H21 with SQLite and no directory are the vCenters alone', () => {
    const config = { ...CONFIG, database: { connections: 10 }, directory: undefined };

    assert.deepEqual(
      listServers(config).map(({ what }) => what),
      ['vcenter'],
    );
  });

  it('H09 H21 a name that is not resolved now stands for what it stood for', async () => {
    const servers = listServers(CONFIG);
    const before = await resolveServers(
      answering({ 'vc.example.test': ['10.0.0.9'] }),
      servers,
      new Map(),
    );

    const now = await resolveServers(answering({}), servers, before);

    assert.deepEqual(now.get('vc.example.test'), ['10.0.0.9']);
    assert.deepEqual(now.get('dc-01.example.test'), []);
  });

  it('H21 an address that many machines have names none', () => {
    const servers = listServers(CONFIG);
    const shown = ['127.0.0.1', '::1', 'fe80::1%eth0', '169.254.3.4', '10.0.0.9'];
    const machine = { name: 'drover-01', addresses: shown, macAddresses: ['00:50:56:40:00:01'] };

    const own = toOwnAddresses(servers, new Map([['vc.example.test', shown]]), [machine]);

    assert.deepEqual([...own.servers.keys()], ['10.0.0.9']);
    assert.deepEqual(
      own.servers.get('10.0.0.9')?.map(({ what }) => what),
      ['drover', 'vcenter'],
    );
    assert.ok(own.macAddresses.has('005056400001'));
  });
});

describe('the network of this machine', () => {
  it('shows no loopback, resolves what it knows, and says nothing of what it does not', async () => {
    const network = createNetwork();

    const own = network.readOwn();
    const localhost = await network.resolve('localhost', 10_000);
    const nobody = await network.resolve('no-such-name.invalid', 10_000);

    assert.ok(own.name.length > 0 && !own.addresses.includes('127.0.0.1'));
    assert.ok(localhost?.some((address) => address === '127.0.0.1' || address === '::1'));
    assert.equal(nobody, undefined);
  });
});
