/** Drover's own client and scripts against a whole fake site: true WinRM, real PowerShell, one model behind all hosts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type JsonValue, RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { buildSingle, buildSmall } from '#test/fakes/hyperv/site/estates.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { hasProgress, keepSites, toCreate } from './open-site.ts';

/** Until a script is ended, as far as a test goes. */
const forEverMs = 600_000;

describe('a fake site', needsPeer('powershell', 'openssl'), () => {
  const openSite = keepSites();

  it('answers for each host at its own address, verified by the one authority', async () => {
    await using opened = await openSite();

    const hosts = ['node-1', 'node-2'];
    const said = await Promise.all(hosts.map((host) => opened.ask(host, SCRIPTS.identify)));

    assert.deepEqual(
      said.map(({ answer }) => [answer?.name, answer?.cluster]),
      [
        ['NODE-1', 'c1'],
        ['NODE-2', 'c1'],
      ],
    );
    const places = opened.site.hosts.map(({ address, port }) => `${address}:${port}`);
    const [{ port } = { port: 0 }] = opened.site.hosts;
    assert.deepEqual(places, [`127.0.0.11:${port}`, `127.0.0.12:${port}`]);
  });

  it('carries a script out on the model, tells its progress while it runs, and notes what it changed', async () => {
    await using opened = await openSite({ build: buildSingle });
    const hostId = await opened.hostIdOf('hv-1');
    const progress: boolean[] = [];

    const { answer, lines } = await opened.ask('hv-1', SCRIPTS.createVm, toCreate(hostId), {
      // Told before New-VM has its effect, not at the end.
      onLine: (line) => {
        if (hasProgress(line, 'vm')) progress.push(opened.site.journal.length === 0);
      },
    });

    const made = opened.site.world.vms.find(({ name }) => name === 'web-09');
    assert.equal(answer?.vmId, made?.id);
    assert.equal(made?.memoryBytes, 2 ** 32);
    const said = lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text);
    assert.match(said.join(''), /^#< CLIXML<Objs .*S="progress".*<\/Objs>$/);
    assert.deepEqual(
      opened.site.journal.map(({ cmdlet, vmId, isRefused }) => [cmdlet, vmId, isRefused]),
      [
        ...['New-VM', 'Set-VM', 'Add-VMHardDiskDrive', 'Set-VMFirmware', 'Set-VMProcessor'],
        ...['Set-VMMemory', 'Set-VMNetworkAdapter'],
      ].map((cmdlet) => [cmdlet, made?.id, false]),
    );
  });

  it('runs several scripts at once, and ends each with its shell', async () => {
    await using opened = await openSite({ createTakesMs: forEverMs });
    const hostIds = await Promise.all(['node-1', 'node-2'].map(opened.hostIdOf));
    const both = Promise.withResolvers<void>();
    const leave = new AbortController();
    let copying = 0;
    const create = (host: string, hostId: string | undefined) =>
      opened.ask(host, SCRIPTS.createVm, toCluster(hostId, `step-${host}`), {
        signal: leave.signal,
        onLine: (line) => {
          if (!hasProgress(line, 'disk')) return;
          copying += 1;
          if (copying === 2) both.resolve();
        },
      });

    const ended = Promise.allSettled([create('node-1', hostIds[0]), create('node-2', hostIds[1])]);
    await Promise.race([both.promise, ended]);
    leave.abort();
    const ends = await ended;

    assert.equal(copying, 2);
    for (const end of ends)
      assert.ok(end.status === 'rejected' && (end.reason as RemoteError).end === 'unknown');
    for (const token of ['step-node-1', 'step-node-2']) {
      const made = opened.site.world.vms.find(({ path }) => path.endsWith(`\\${token}`));
      assert.deepEqual(made?.disks, []);
    }
    assert.deepEqual(
      opened.site.hosts.map(({ server }) => server.shells.countCommands()),
      [0, 0],
    );
  });

  it('lets a script run on whose client is gone, where it is told to', async () => {
    await using opened = await openSite({ createTakesMs: 500, endsRunsWithShell: false });
    const hostId = await opened.hostIdOf('node-1');
    const leave = new AbortController();

    const left = opened.ask('node-1', SCRIPTS.createVm, toCluster(hostId, 'step-1'), {
      signal: leave.signal,
      onLine: (line) => hasProgress(line, 'disk') && leave.abort(),
    });
    await assert.rejects(left, RemoteError);

    const lastDeed = () => opened.site.journal.at(-1)?.cmdlet;
    while (lastDeed() !== 'Add-ClusterVirtualMachineRole')
      await new Promise((resolve) => setTimeout(resolve, 20));
    const made = opened.site.world.vms.find(({ name }) => name === 'web-09');
    assert.equal(made?.disks.length, 1);
  });

  it('carries out what it loses the answer of', async () => {
    await using opened = await openSite();
    const hostId = await opened.hostIdOf('node-1');
    const vm = opened.site.world.vms.find(({ name }) => name === 'db-01');
    opened.site.loseNextAnswer();

    // What only reads is not the one.
    await opened.ask('node-1', SCRIPTS.inventoryFast);
    const started = opened.ask('node-1', SCRIPTS.startVm, { VmId: vm?.id ?? '', HostId: hostId });
    await assert.rejects(started, (error: RemoteError) => error.end === 'unknown');

    assert.equal(vm?.state, 'Running');
    const { answer } = await opened.ask('node-1', SCRIPTS.readVm, { VmId: vm.id, HostId: hostId });
    assert.equal(answer?.state, 'Running');
    assert.equal(opened.site.journal.filter(({ cmdlet }) => cmdlet === 'Start-VM').length, 1);
  });

  it('stands in for an earlier one, at its port and with its authority', async () => {
    const first = await openSite({ build: buildSingle });
    const { authority, hosts } = first.site;
    await using client = first;
    await first.site[Symbol.asyncDispose]();
    await assert.rejects(
      client.hostIdOf('hv-1'),
      (error: RemoteError) => error.end === 'not_started',
    );

    await using _second = await openSite({ build: buildSingle, authority, port: hosts[0]?.port });

    assert.match(await client.hostIdOf('hv-1'), /^[0-9a-f-]{36}$/);
  });

  it('answers for 1,100 VMs', async () => {
    await using opened = await openSite({ build: (world) => buildSmall(world, { vms: 1100 }) });

    const { answer } = await opened.ask('node-1', SCRIPTS.inventorySlow);
    const { answer: cluster } = await opened.ask('node-1', SCRIPTS.inventoryCluster);

    assert.equal(answer?.same === false && answer.vms.length, 550);
    assert.equal(cluster?.groups.length, 1100);
  });
});

const toCluster = (hostId: string | undefined, token: string): Record<string, JsonValue> => ({
  ...toCreate(hostId, { Token: token, IsClustered: true }),
  Root: 'C:\\ClusterStorage\\Volume1',
  TemplatePath: 'C:\\ClusterStorage\\Volume1\\templates\\win2022.vhdx',
});
