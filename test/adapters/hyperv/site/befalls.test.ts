/** What befalls hosts, volumes and connections while Drover's own client is at work, with real PowerShell behind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RemoteError } from '#adapters/hyperv/remote-scripts.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import type { Site } from '#test/fakes/hyperv/site.ts';
import { FAULTS } from '#test/fakes/hyperv/ws-man-text.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { hasProgress, keepSites, readAll, toCreate } from './open-site.ts';

/** Until a script is ended, as far as a test goes. */
const forEverMs = 600_000;
const volume = 'C:\\ClusterStorage\\Volume1';

const onVolume = (hostId: string, more = {}) => ({
  ...toCreate(hostId, { IsClustered: true }),
  ...{ Root: volume, TemplatePath: `${volume}\\templates\\win2022.vhdx` },
  ...more,
});

const findVm = ({ world }: Site, name: string) => {
  const vm = world.vms.find((one) => one.name === name);
  if (!vm) throw new Error(`the site has no ${name}`);
  return vm;
};

const countCalls = (site: Site, cmdlet: string) =>
  site.journal.filter((entry) => entry.cmdlet === cmdlet).length;

async function fail(work: Promise<unknown>): Promise<RemoteError> {
  return await work.then(
    () => assert.fail('it did not fail'),
    (error: RemoteError) => error,
  );
}

describe('on a fake site', needsPeer('powershell', 'openssl'), () => {
  const openSite = keepSites();

  for (const verb of ['Send', 'Receive'])
    it(`a login forgotten at ${verb} is made again, and each deed done once`, async () => {
      await using opened = await openSite();
      const hostId = await opened.hostIdOf('node-1');
      const { server } = opened.site.requireHost('node-1');
      const logins = server.logins.accepted.length;
      server.order({ verb, fault: { kind: 'forget_login' } });

      const { answer } = await opened.ask('node-1', SCRIPTS.createVm, onVolume(hostId));

      assert.equal(answer?.name, 'web-09');
      assert.equal(server.logins.accepted.length, logins + 1);
      assert.equal(countCalls(opened.site, 'New-VM'), 1);
    });

  it('a quota of shells or operations is waited for, and each deed done once', async () => {
    await using opened = await openSite();
    const { server } = opened.site.requireHost('node-1');
    server.order({ verb: 'Create', fault: { kind: 'fault', fault: FAULTS.shells } });
    const hostId = await opened.hostIdOf('node-1');
    for (const verb of ['Command', 'Receive'])
      server.order({ verb, fault: { kind: 'fault', fault: FAULTS.operations } });

    const { answer } = await opened.ask('node-1', SCRIPTS.createVm, onVolume(hostId));

    assert.equal(answer?.name, 'web-09');
    assert.equal(countCalls(opened.site, 'New-VM'), 1);
  });

  it('letters come whole, however they were split', async () => {
    await using opened = await openSite({ server: { pieceBytes: 1 } });
    const script = { ...SCRIPTS.identify, text: '"süd 世界 𝄞"' };

    const { lines } = await readAll(opened.clientOf('node-1'), script, { parameters: {} });

    const said = lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text);
    assert.deepEqual(said, ['süd 世界 𝄞']);
  });

  it('progress on standard error, in the middle too, is no failure', async () => {
    await using opened = await openSite();
    const text = `$ProgressPreference = 'Continue'; Write-Progress -Activity 'halfway'; 'done'`;
    const script = { ...SCRIPTS.identify, text };

    const { lines } = await readAll(opened.clientOf('node-1'), script, { parameters: {} });

    const said = (stream: string) =>
      lines.filter((line) => line.stream === stream).map((line) => line.text);
    assert.deepEqual(said('stdout'), ['done']);
    assert.match(said('stderr').join(''), /Preparing modules.*S="progress".*<AV>halfway<\/AV>/);
  });

  it('a shell that is lost ends its script, outcome unknown, and a repeat goes on', async () => {
    const copied = Promise.withResolvers<void>();
    await using opened = await openSite({ createWaitsFor: copied.promise });
    const { server } = opened.site.requireHost('node-1');
    const hostId = await opened.hostIdOf('node-1');

    const error = await fail(
      opened.ask('node-1', SCRIPTS.createVm, onVolume(hostId), {
        onLine: (line) => {
          if (hasProgress(line, 'disk')) server.shells.lose();
        },
      }),
    );
    const made = findVm(opened.site, 'web-09');
    const { length } = made.disks;
    copied.resolve();
    const { answer } = await opened.ask('node-1', SCRIPTS.createVm, onVolume(hostId));

    assert.deepEqual([error.failure, error.end], ['shell_lost', 'unknown']);
    assert.equal(length, 0);
    assert.deepEqual([answer?.vmId, answer?.wasFound], [made.id, true]);
    assert.equal(countCalls(opened.site, 'New-VM'), 1);
    // The repeat's alone: the first one came no further.
    assert.equal(countCalls(opened.site, 'Set-VMMemory'), 1);
    assert.equal(made.disks.length, 1);
  });

  it('a host that boots in the middle leaves the outcome unknown, is away, and comes back', async () => {
    await using opened = await openSite({ createTakesMs: forEverMs, endsRunsWithShell: false });
    const before = (await opened.ask('node-1', SCRIPTS.identify)).answer;
    const hostId = before?.hostId ?? '';
    let booted: Promise<void> | undefined;

    const error = await fail(
      opened.ask('node-1', SCRIPTS.createVm, onVolume(hostId), {
        onLine: (line) => {
          if (hasProgress(line, 'disk')) booted = opened.site.rebootHost('node-1');
        },
      }),
    );
    await booted;
    const away = await fail(opened.ask('node-1', SCRIPTS.identify));
    await opened.site.comeBack('node-1');
    const after = (await opened.ask('node-1', SCRIPTS.identify)).answer;
    const { answer } = await opened.ask('node-1', SCRIPTS.findByToken, {
      ...{ Token: 'step-1', HostId: hostId, Root: volume },
    });

    assert.equal(error.end, 'unknown');
    assert.deepEqual([away.failure, away.end], ['not_connected', 'not_started']);
    assert.equal(after?.hostId, hostId);
    assert.ok((after?.bootedAt ?? '') > (before?.bootedAt ?? ''));
    assert.equal(findVm(opened.site, 'web-01').state, 'Off');
    assert.deepEqual(
      answer?.vms.map(({ name }) => name),
      ['web-09'],
    );
    assert.deepEqual([answer?.isRunning, answer?.hasFolder], [false, true]);
    assert.equal(findVm(opened.site, 'web-09').disks.length, 0);
  });

  it('what is highly available starts on another node when its own is lost', async () => {
    await using opened = await openSite();
    const vm = findVm(opened.site, 'web-01');
    const own = findVm(opened.site, 'twin');
    own.state = 'Running';

    await opened.site.loseNode('node-1');

    const { answer } = await opened.ask('node-2', SCRIPTS.inventoryCluster);
    const groups = answer?.groups.filter(({ vmId }) => vmId !== '') ?? [];
    const seen = (await opened.ask('node-2', SCRIPTS.inventorySlow)).answer;
    const shown = seen?.same === false ? seen.vms.find(({ id }) => id === vm.id) : undefined;
    assert.deepEqual(
      answer?.nodes.map(({ name, state }) => [name, state]),
      [
        ['node-1', 'Down'],
        ['node-2', 'Up'],
      ],
    );
    assert.ok(groups.length > 0 && groups.every(({ owner }) => owner === 'node-2'));
    assert.equal(shown?.state, 'Running');
    assert.equal(shown.nics[0]?.switchName, 'vSwitch');
    assert.deepEqual([own.host, own.state], ['node-1', 'Off']);
    assert.equal((await fail(opened.ask('node-1', SCRIPTS.identify))).end, 'not_started');
  });

  it('a volume that is lost shows, and nothing is made on it until it is back', async () => {
    await using opened = await openSite();
    const hostId = await opened.hostIdOf('node-1');
    const elsewhere = 'C:\\ClusterStorage\\Volume2\\t.vhdx';
    const { files } = opened.site.world;
    files.write('node-1', elsewhere, { sizeBytes: 2 ** 30, fileBytes: 2 ** 20, type: 'Dynamic' });
    const create = async (more = {}) =>
      await opened.ask('node-1', SCRIPTS.createVm, onVolume(hostId, more));

    opened.site.loseVolume('Volume1');

    const cluster = (await opened.ask('node-2', SCRIPTS.inventoryCluster)).answer;
    const lost = cluster?.volumes.find(({ name }) => name === 'Cluster Disk 1');
    const fast = (await opened.ask('node-1', SCRIPTS.inventoryFast)).answer;
    const web = findVm(opened.site, 'web-01');
    const fromThere = await create();
    const toThere = await create({ TemplatePath: elsewhere });
    opened.site.returnVolume('Volume1');
    const back = await create();
    assert.deepEqual(
      [lost?.state, lost?.fault, lost?.sizeBytes],
      ['Offline', 'NoAccess', undefined],
    );
    assert.equal(fast?.vms.find(({ id }) => id === web.id)?.health, 25);
    assert.deepEqual(
      [fromThere.fault?.id, fromThere.fault?.begun],
      ['DroverTemplateMissing', false],
    );
    assert.match(toThere.fault?.id ?? '', /^OperationFailed,.*NewVM/);
    assert.equal(back.answer?.name, 'web-09');
    assert.equal(web.state, 'Running');
  });

  it('a volume that is reached over the network shows, with its node', async () => {
    await using opened = await openSite();

    opened.site.redirectVolume('Volume1', 'node-2');

    const { answer } = await opened.ask('node-1', SCRIPTS.inventoryCluster);
    const access = answer?.volumes.find(({ name }) => name === 'Cluster Disk 1')?.access;
    assert.deepEqual(
      access?.map((one) => [one.node, one.access]),
      [
        ['node-1', 'Direct'],
        ['node-2', 'FileSystemRedirected'],
      ],
    );
  });

  it('nothing is begun where nothing is reachable', async () => {
    await using opened = await openSite();

    await opened.site.cutOff();

    for (const host of ['node-1', 'node-2']) {
      const { failure, end } = await fail(opened.ask(host, SCRIPTS.identify));
      assert.deepEqual([failure, end], ['not_connected', 'not_started']);
    }
  });
});
