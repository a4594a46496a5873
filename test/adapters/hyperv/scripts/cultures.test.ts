import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type HypervScript, SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import type { Server } from '#test/fakes/hyperv/stubs/contract.ts';
import { GIB } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openScripts, type Parameters } from './open-scripts.ts';

interface Tour {
  readonly culture: string;
  readonly server: Server;
}

/** Every culture, and every Windows version by one of them. */
const tours: readonly Tour[] = [
  { culture: 'de-DE', server: '2016' },
  { culture: 'fr-FR', server: '2022' },
  { culture: 'tr-TR', server: '2025' },
  { culture: 'th-TH', server: '2022' },
];

/** Carries every script out once, on worlds that are alike, and gives every line they wrote. */
async function tour(pwsh: KeptPwsh, culture: string): Promise<Readonly<Record<string, unknown>>> {
  using opened = openScripts(pwsh);
  const { world } = opened;
  const { uuid: HostId, switches } = world.requireHost('hv-1');
  const disk = 'C:\\VMs\\IDLE-i\\titel.vhdx';
  const vm = world.addVm('hv-1', 'IDLE-i ıİ 12,5', { disks: [disk], memoryBytes: 1.5 * GIB });
  vm.checkpoints.push({ id: world.newId(), name: 'Wichtig', createdAt: world.clock.now() });
  world.addVm('hv-1', 'doomed', { disks: ['C:\\VMs\\doomed.vhdx'], nics: [] });
  world.files.write('hv-1', 'C:\\Templates\\t.vhdx', {
    ...{ sizeBytes: 20 * GIB, fileBytes: GIB, type: 'Dynamic' },
  });
  const of = { VmId: vm.id, HostId };
  const written: Record<string, unknown> = {};
  const run = async <Answer>(
    script: HypervScript<Answer>,
    parameters: Parameters,
    host = 'hv-1',
  ) => {
    const ran = await opened.run(script, parameters, { culture, host });
    assert.equal(ran.fault, undefined, `${script.name} under ${culture}`);
    assert.ok(ran.answer !== undefined, `${script.name}: ${JSON.stringify(ran.errors)}`);
    written[script.name] = ran.lines;
    return ran.answer;
  };

  await run(SCRIPTS.identify, {}, 'node-1');
  await run(SCRIPTS.inventoryCluster, {}, 'node-1');
  await run(SCRIPTS.doctorHost, {}, 'node-1');
  await run(SCRIPTS.doctorCluster, {}, 'node-1');
  await run(SCRIPTS.startVm, of);
  await run(SCRIPTS.pauseVm, of);
  await run(SCRIPTS.resumeVm, of);
  await run(SCRIPTS.saveVm, of);
  await run(SCRIPTS.startVm, of);
  const added = await run(SCRIPTS.addDisk, { ...of, Token: 'ti-1', SizeBytes: 10 * GIB });
  const { nics } = await run(SCRIPTS.readVm, of);
  await run(SCRIPTS.setNic, {
    ...of,
    ...{ NicId: nics[0]?.id ?? '', SwitchId: switches[0]?.id ?? '', VlanId: 12, VmqWeight: 0 },
  });
  await run(SCRIPTS.inventoryFast, {});
  await run(SCRIPTS.inventorySlow, {});
  await run(SCRIPTS.removeDisk, { ...of, DiskId: added.id, Path: added.path });
  await run(SCRIPTS.shutdownVm, of);
  await run(SCRIPTS.startVm, of);
  await run(SCRIPTS.stopVm, of);
  await run(SCRIPTS.createVm, {
    ...{ HostId, Token: 'TI-2', Name: 'İstanbul', TemplatePath: 'C:\\Templates\\t.vhdx' },
    ...{ Root: 'C:\\VMs', Generation: 2, Processors: 2, MemoryBytes: 2 * GIB },
    ...{ IsDifferencing: false, IsClustered: false },
  });
  await run(SCRIPTS.readTemplates, { Paths: ['C:\\Templates\\t.vhdx', 'C:\\no.vhdx'] });
  await run(SCRIPTS.discardVm, { HostId, Token: 'ti-4', Root: 'C:\\VMs' });
  await run(SCRIPTS.findByToken, { HostId, Token: 'TI-2', Root: 'C:\\VMs' });
  const home = 'C:\\ClusterStorage\\Volume1\\IDLE-i';
  const role = world.addVm('node-1', 'İ-rolle', { path: home, disks: [`${home}\\titel.vhdx`] });
  world.addRole(role);
  role.state = 'Running';
  const [node1 = '', node2 = ''] = ['node-1', 'node-2'].map((name) => world.requireHost(name).uuid);
  const roleOf = { VmId: role.id, HostId: node1 };
  const to = { Node: 'NODE-2', Destination: 'NODE-2.lab.example' };
  await run(SCRIPTS.checkMove, { ...roleOf, ...to }, 'node-1');
  await run(SCRIPTS.moveVm, { ...roleOf, ...to, Token: 'TI-5', Way: 'Live' }, 'node-1');
  await run(SCRIPTS.findMove, { ...roleOf, HostId: node2 }, 'node-2');
  await run(SCRIPTS.watchMove, { ...roleOf, HostId: node2 }, 'node-2');
  await run(SCRIPTS.cancelMove, { ...roleOf, HostId: node2 }, 'node-2');
  await run(SCRIPTS.findCopies, { ...roleOf, HostId: node2 }, 'node-2');
  await run(SCRIPTS.suspendNode, { HostId: node1, Drain: true }, 'node-1');
  await run(SCRIPTS.readHostVms, { HostId: node1 }, 'node-1');
  await run(SCRIPTS.resumeNode, { HostId: node1, Failback: true }, 'node-1');
  const doomed = world.vms.find(({ name }) => name === 'doomed');
  await run(SCRIPTS.deleteVm, {
    ...{ VmId: doomed?.id ?? '', HostId, Token: 'ti-3' },
    ...{ Delete: ['C:\\VMs\\doomed.vhdx'], Keep: [] },
  });
  return written;
}

describe('every script', needsPeer('powershell'), () => {
  const running = new AsyncDisposableStack();
  after(() => running.disposeAsync());

  it('writes the same under de-DE, fr-FR, tr-TR and th-TH, on the modules of 2016, 2022 and 2025', async () => {
    const written: (readonly [Tour, Readonly<Record<string, unknown>>])[] = [];
    for (const one of tours) {
      await using pwsh = await startKeptPwsh(one.server);
      written.push([one, await tour(pwsh, one.culture)]);
    }

    const [[, first] = []] = written;
    const names = Object.values(SCRIPTS).map(({ name }) => name);
    assert.deepEqual(Object.keys(first ?? {}).sort(), names.sort());
    for (const [{ culture, server }, lines] of written)
      assert.deepEqual(lines, first, `${culture} on ${server}`);
  });

  it('runs under the bootstrap, letter for letter as it goes over the wire', async () => {
    const pwsh = running.use(await startKeptPwsh('2022'));
    using opened = openScripts(pwsh);
    const name = 'naïve 😀 “web”';
    opened.world.addVm('hv-1', name);

    const { answer, exitCode } = await opened.run(
      SCRIPTS.inventoryFast,
      {},
      { culture: 'th-TH', isWholeBootstrap: true },
    );

    assert.equal(exitCode, 0);
    assert.equal(answer?.vms[0]?.name, name);
  });
});
