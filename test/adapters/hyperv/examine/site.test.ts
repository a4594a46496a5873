/** Doctor's scripts on real PowerShell, and a recording of it that is replayed through Drover's own parser. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { readSettingsOf, readSystem } from '#adapters/hyperv/examine/read-host.ts';
import { RECORDING_FORMAT } from '#adapters/hyperv/examine/record.ts';
import { WinrmConfig } from '#adapters/hyperv/winrm/config.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepSites } from '../site/open-site.ts';
import { type ConfigChange, examine } from './open-examined.ts';
import { openRecording } from './replay.ts';

const needed = needsPeer('powershell', 'openssl');

const toConfig = (
  site: Awaited<ReturnType<ReturnType<typeof keepSites>>>['site'],
): ConfigChange => ({
  ...{ user: site.user, password: site.password },
  hosts: site.hosts.map(({ address, port }) => `${address}:${port}`),
});

describe('doctor on a cluster', needed, () => {
  const open = keepSites();

  it('reads rights by SID, modules, migration, nodes and the second hop, and changes nothing', async () => {
    await using opened = await open();
    const { site } = opened;
    const before = site.journal.length;

    const { examination, lines } = await examine(
      site.hosts.map(({ port }) => ({ port, caPem: site.caPem })),
      toConfig(site),
    );

    const [first] = examination.hosts;
    assert.ok(first?.reading && 'groups' in first.reading.system);
    assert.deepEqual(first.reading.system.groups, ['S-1-5-32-578', 'S-1-5-32-580']);
    assert.deepEqual(
      first.reading.system.modules.map(({ name }) => name),
      [...['Hyper-V', 'FailoverClusters']],
    );
    assert.deepEqual(first.reading.settings, {
      ...{ maxEnvelopeKb: 500, maxOperationsPerUser: 1500, maxShellsPerUser: 30 },
      ...{ maxMemoryPerShellMb: 1024, isRemoteShellAllowed: true, isUnencryptedAllowed: false },
      ...{ isBasicAllowed: false, channelBinding: 'Relaxed' },
    });
    const said = lines.join('\n');
    assert.match(said, /✓ .*live migration by Kerberos, 2 at once, over 10\.9\.0\.0\/24/);
    assert.match(said, /✓ .*cluster c1: node-1 Up, node-2 Up/);
    assert.match(said, /✗ .*does not get on to node-2 \(Get-Cluster,/);
    assert.match(said, /✗ .*Grant-ClusterAccess -User/);
    assert.ok(!said.includes(site.password));
    assert.deepEqual(site.journal.slice(before), []);
    assert.equal(
      site.hosts.every(({ server }) => server.shells.open.size === 0),
      true,
    );
  });

  it('finds the cluster well where the account is trusted and gets on', async () => {
    await using opened = await open();
    const { site } = opened;
    const cluster = site.world.clusters.get('c1');
    assert.ok(cluster);
    cluster.trusted.push(site.user);
    cluster.hasSecondHop = true;

    const { lines } = await examine(
      site.hosts.map(({ port }) => ({ port, caPem: site.caPem })),
      toConfig(site),
    );

    const ill = lines.filter((line) => line.startsWith('✗') && !/certificate ends/.test(line));
    assert.deepEqual(ill, []);
    assert.match(lines.join('\n'), /✓ .*gets on to node-2 with the account/);
  });

  it('says of each part why it cannot be read, and reads the others', async () => {
    await using opened = await open();
    const { site } = opened;
    site.requireHost('node-1').faults.add({
      ...{ cmdlet: 'Get-VMHost', kind: 'refuse' },
      error: { id: 'AccessDenied', category: 'PermissionDenied', message: 'Zugriff verweigert' },
    });
    site.requireHost('node-1').faults.add({ cmdlet: 'Get-ClusterNode', kind: 'refuse' });

    const { examination, lines } = await examine(
      site.hosts.map(({ port }) => ({ port, caPem: site.caPem })),
      toConfig(site),
    );

    const said = lines.join('\n');
    assert.match(said, /✗ .*Hyper-V does not answer the account \(AccessDenied,Microsoft\.HyperV/);
    assert.match(said, /✗ .*Rights: the cluster cannot be read .*Grant-ClusterAccess/);
    assert.match(said, /✓ .*Microsoft Windows Server 2022 Datacenter/);
    assert.ok(examination.hosts[1]?.reading?.cluster);
  });
});

describe('a recording', needed, () => {
  const open = keepSites();
  const Recording = z.strictObject({
    format: z.literal(RECORDING_FORMAT),
    protocol: z.string(),
    authentication: z.string(),
    exchanges: z.array(
      z.strictObject({
        request: z.string(),
        status: z.number().optional(),
        contentType: z.string().optional(),
        response: z.string().optional(),
        failed: z.string().optional(),
      }),
    ),
  });

  it('holds no name, address or secret, neither in the open nor in its streams', async () => {
    await using opened = await open({ server: { pieceBytes: 37 } });
    const { site } = opened;
    site.world.clusters.get('c1')?.trusted.push(site.user);

    const { record } = await examine(
      site.hosts.map(({ port }) => ({ port, caPem: site.caPem })),
      toConfig(site),
    );

    const recordings = record();
    assert.deepEqual(
      recordings.map(({ name }) => name),
      ['host-1', 'host-2'],
    );
    const secrets = [
      ...[site.password, site.user, 'svc-drover', 'LAB', 'lab.example', 'hv01', 'c1"'],
      ...['node-1', 'node-2', '127.0.0', '10.9.0.0', 'secret-host', 'S-1-5-21', 'Authorization'],
      ...['Invoke-Script', 'Get-CimInstance', 'PREPARING', 'Preparing modules'],
    ];
    for (const { text } of recordings) {
      const { exchanges } = Recording.parse(JSON.parse(text));
      assert.ok(exchanges.length > 8);
      const all = [text, ...exchanges.flatMap(readStreams)].join('\n').toLowerCase();
      for (const secret of secrets)
        assert.ok(!all.includes(secret.toLowerCase()), `${secret} is in the recording`);
      assert.match(all, /"name":"doctor-host","sha256":"[0-9a-f]{64}","parameters":\{\}/);
    }
  });

  it('is read as the host was: by the same parser, to the same answers', async () => {
    await using opened = await open({ server: { pieceBytes: 37 } });
    const { site } = opened;
    const { record, examination } = await examine(
      site.hosts.map(({ port }) => ({ port, caPem: site.caPem })),
      toConfig(site),
    );
    const live = examination.hosts[0]?.reading;
    const config = WinrmConfig.parse({ host: 'replayed', user: 'x@y', password: 'z' });
    const { signal } = new AbortController();

    const connection = openRecording(record()[0]?.text ?? '');
    const settings = await readSettingsOf(connection, config, signal);
    const { system, cluster } = await readSystem(connection, config, signal);

    assert.ok(live && 'groups' in live.system && live.cluster && 'nodes' in live.cluster);
    assert.ok('groups' in system && cluster && 'nodes' in cluster);
    assert.deepEqual(settings, live.settings);
    const { name, domain, account, machineId, migration, ...kept } = live.system;
    assert.partialDeepStrictEqual(system, kept);
    assert.match(`${system.name} ${system.domain} ${system.account}`, /^name-\d name-\d name-\d$/);
    assert.match(`${machineId} ${system.machineId}`, /^[0-9a-f-]{36} name-\d$/);
    assert.equal(system.migration?.atOnce, migration?.atOnce);
    assert.deepEqual(
      cluster.nodes.map(({ state }) => state),
      ['Up', 'Up'],
    );
    // One machine is one placeholder, wherever it is named.
    assert.equal(cluster.nodes[0]?.name, system.name);
    assert.equal(cluster.hopFault, live.cluster.hopFault);
    assert.equal(connection.left, 0);
    assert.ok([name, domain, account].every((word) => word !== ''));
  });
});

/** What stands in base64 in the streams of an exchange, and once more in that of standard input. */
function readStreams({
  request,
  response = '',
}: {
  request: string;
  response?: string | undefined;
}) {
  const streams = [...`${request}${response}`.matchAll(/<(?:\w+:)?Stream [^>]*>([^<]+)</g)];
  return streams.flatMap(([, base64 = '']) => {
    const text = Buffer.from(base64, 'base64').toString('utf8');
    return [text, Buffer.from(text.trim(), 'base64').toString('utf8')];
  });
}
