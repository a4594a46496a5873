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
const STILL_RUNNING = 'DroverStillRunning';

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

  it('carries a script out on the model, and notes what it changed', async () => {
    await using opened = await openSite({ build: buildSingle });
    const hostId = await opened.hostIdOf('hv-1');
    const { answer, lines } = await opened.ask('hv-1', SCRIPTS.createVm, toCreate(hostId));

    const made = opened.site.world.vms.find(({ name }) => name === 'web-09');
    assert.equal(answer?.vmId, made?.id);
    assert.equal(made?.memoryBytes, 2 ** 32);
    const said = lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text);
    assert.match(said.join(''), /^#< CLIXML<Objs .*S="progress".*<\/Objs>$/);
    const [first, ...others] = opened.site.journal;
    assert.deepEqual([first?.cmdlet, first?.name], ['New-VM', 'step-1']);
    assert.ok(others.some(({ cmdlet }) => cmdlet === 'Set-VMMemory'));
    for (const { host, vmId, isRefused } of opened.site.journal)
      assert.deepEqual([host, vmId, isRefused], ['hv-1', made?.id, false]);
  });

  it('tells progress of several scripts at once while they run, one token on two hosts too, and ends each with its shell', async () => {
    await using opened = await openSite({ createTakesMs: forEverMs });
    const hosts = ['node-1', 'node-2'];
    const hostIds = await Promise.all(hosts.map(opened.hostIdOf));
    const both = Promise.withResolvers<void>();
    const leave = new AbortController();
    let copying = 0;

    const creates = hosts.map((host, i) =>
      opened.ask(
        host,
        SCRIPTS.createVm,
        { ...toCluster(hostIds[i], 'step-1'), Root: 'C:\\VMs', IsClustered: false },
        {
          signal: leave.signal,
          onLine: (line) => {
            copying += hasProgress(line, 'disk') ? 1 : 0;
            if (copying === 2) both.resolve();
          },
        },
      ),
    );
    await Promise.race([both.promise, ...creates]);
    // Time enough for a copy that takes none.
    for (const host of hosts) await opened.ask(host, SCRIPTS.inventorySlow);
    leave.abort();
    const ends = await Promise.allSettled(creates);

    assert.equal(copying, 2);
    for (const end of ends)
      assert.ok(end.status === 'rejected' && (end.reason as RemoteError).end === 'unknown');
    const made = opened.site.world.vms.filter(({ path }) => path.includes('step-1'));
    assert.deepEqual(
      made.map(({ host, disks }) => [host, disks.length]).sort(),
      hosts.map((host) => [host, 0]),
    );
    const left = opened.site.hosts.map(({ server }) => server.shells.countCommands());
    assert.deepEqual(left, [0, 0]);
  });

  it('lets a script run on whose client is gone, where it is told to, beside its repeat', async () => {
    const copied = Promise.withResolvers<void>();
    await using opened = await openSite({
      createWaitsFor: copied.promise,
      endsRunsWithShell: false,
    });
    const hostId = await opened.hostIdOf('node-1');
    const parameters = toCluster(hostId, 'step-1');
    const leave = new AbortController();
    const create = () => opened.ask('node-1', SCRIPTS.createVm, parameters);

    const left = opened.ask('node-1', SCRIPTS.createVm, parameters, {
      signal: leave.signal,
      onLine: (line) => hasProgress(line, 'disk') && leave.abort(),
    });
    await assert.rejects(left, RemoteError);
    const beside = await create();
    copied.resolve();
    // What still finds it at work comes again, as Drover's next look does.
    let after = await create();
    while (after.fault?.id === STILL_RUNNING) after = await create();

    assert.equal(beside.fault?.id, STILL_RUNNING);
    const { answer } = after;
    const made = opened.site.world.vms.filter(({ path }) => path.includes('step-1'));
    assert.deepEqual(
      made.map(({ id, disks }) => [id, disks.length]),
      [[answer?.vmId, 1]],
    );
    // The first one went on to its end: what the repeat found done, it did not do.
    for (const cmdlet of ['New-VM', 'Add-VMHardDiskDrive', 'Add-ClusterVirtualMachineRole'])
      assert.equal(opened.site.journal.filter((entry) => entry.cmdlet === cmdlet).length, 1);
    assert.equal(opened.site.journal.filter(({ cmdlet }) => cmdlet === 'Set-VMMemory').length, 2);
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
