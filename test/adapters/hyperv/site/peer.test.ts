/** The fake site in a process of its own: what is ordered there by HTTP shows over WinRM. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RemoteError, type RemoteScripts } from '#adapters/hyperv/remote-scripts.ts';
import { type HypervScript, SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { type HypervSite, startHypervSite } from '#test/helpers/peers/hyperv.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openClient, readAll, toCreate } from './open-site.ts';

const isUnknown = (error: RemoteError) => error.end === 'unknown';

describe('a site as a peer', needsPeer('powershell', 'openssl'), () => {
  it('shows and takes away VMs, tells what was changed, and keeps to what it is told', async () => {
    await using site = await startHypervSite({ estate: 'small', vms: 40 });
    await using client = openClientOf(site, 'node-1');
    const identified = await ask(client, SCRIPTS.identify);
    const HostId = identified?.hostId ?? '';
    const [first] = await site.control('vms');
    assert.equal((await site.control('vms')).length, 40);
    assert.deepEqual([first?.name, first?.state, first?.cpus], ['web-01', 'Running', 2]);
    const VmId = first?.id ?? '';

    const stopped = await ask(client, SCRIPTS.stopVm, { VmId, HostId });
    await site.control('start-vm', { id: VmId });
    const started = await ask(client, SCRIPTS.readVm, { VmId, HostId });
    await site.control('lose-next-answer');
    await assert.rejects(ask(client, SCRIPTS.stopVm, { VmId, HostId }), isUnknown);
    const fault = { cmdlet: 'Start-VM', kind: 'refuse' } as const;
    await site.control('cmdlet-fault', { host: 'node-1', fault });
    await ask(client, SCRIPTS.startVm, { VmId, HostId });
    const order = { verb: 'Command', fault: { kind: 'drop_answer' } } as const;
    await site.control('wire-fault', { host: 'node-1', order });
    await assert.rejects(ask(client, SCRIPTS.identify), isUnknown);
    await site.control('delete-vm', { id: VmId });

    assert.deepEqual([stopped?.state, started?.state], ['Off', 'Running']);
    assert.equal((await site.control('vms')).length, 39);
    const journal = await site.control('journal');
    assert.deepEqual(
      journal.map(({ host, cmdlet, vmId, isRefused }) => [host, cmdlet, vmId, isRefused]),
      [
        ['node-1', 'Stop-VM', VmId, false],
        ['node-1', 'Stop-VM', VmId, false],
        ['node-1', 'Start-VM', VmId, true],
      ],
    );
    await assert.rejects(site.control('delete-vm', { id: VmId }), /the site has no VM/);
  });

  it('is left and found again where it was, by another process in its place', async () => {
    const site = await startHypervSite({ estate: 'single' });
    await using client = openClientOf(site, 'hv-1');
    await ask(client, SCRIPTS.createVm, toCreate((await ask(client, SCRIPTS.identify))?.hostId));
    assert.ok((await site.control('vms')).some(({ name }) => name === 'web-09'));
    const { authority, hosts } = site;
    await site[Symbol.asyncDispose]();
    await assert.rejects(ask(client, SCRIPTS.identify), RemoteError);

    await using _next = await startHypervSite({
      ...{ estate: 'single', authority, port: hosts[0]?.port },
    });

    assert.equal((await ask(client, SCRIPTS.identify))?.name, 'HV-1');
  });
});

function openClientOf(site: HypervSite, host: string): RemoteScripts & AsyncDisposable {
  const found = site.hosts.find(({ name }) => name === host);
  const client = openClient({ ...site, address: found?.address ?? '', port: found?.port ?? 0 });
  return { ...client, [Symbol.asyncDispose]: () => client.close() };
}

async function ask<Answer>(
  client: RemoteScripts,
  script: HypervScript<Answer>,
  parameters = {},
): Promise<Answer | undefined> {
  return (await readAll(client, script, { parameters })).answer;
}
