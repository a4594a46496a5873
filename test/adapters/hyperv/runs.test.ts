/** What becomes of a script when Drover ends, or does not want it any more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { CloneRequest, Connection, TokenLook } from '#core/ports/connection.ts';
import { newCall, patience, readAll } from '#test/contracts/connection-contract-actors.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { connectTo, keepHyperv, type OpenedHyperv, toTemplates } from './open-hyperv.ts';

async function toRequest({ connection }: OpenedHyperv, name: string): Promise<CloneRequest> {
  const all = await readAll(connection);
  const find = (kind: string, called: string) => {
    const found = all.find((it) => it.kind === kind && it.body.name === called);
    assert.ok(found, `${kind} ${called}`);
    const { handle, identity = '' } = found;
    return { connectionId: 'hv', kind: found.kind, handle, identity };
  };
  return {
    ...{ name, cpus: 2, memoryBytes: 2 ** 31, template: find('template', 'win2022') },
    ...{ host: find('host', 'NODE-1'), datastore: find('datastore', 'Volume2') },
    folder: find('folder', '/'),
  };
}

async function untilMade({ site }: OpenedHyperv): Promise<void> {
  while (!site.journal.some(({ cmdlet }) => cmdlet === 'New-VM')) await wait(20);
}

/** Asked until it can tell. */
async function lookFor(connection: Connection, token: string, name: string): Promise<TokenLook> {
  for (;;) {
    const look = await connection.provisioning?.findByToken(token, name, patience());
    if (look && look.found !== 'cannot_tell') return look;
    await wait(100);
  }
}

describe('a script that makes a VM', {
  ...needsPeer('powershell', 'openssl'),
  timeout: 120_000,
}, () => {
  const open = keepHyperv();

  it('goes on when Drover ends, is seen to run by the next one, and then found whole', async () => {
    const copied = Promise.withResolvers<void>();
    await using opened = await open({ createWaitsFor: copied.promise });
    const request = await toRequest(opened, 'left-alone');
    const call = newCall();
    const sent = opened.connection.provisioning?.clone(request, call);
    const ended = Promise.allSettled([sent]);
    await untilMade(opened);

    await opened.connection.close();
    await ended;
    const next = connectTo(opened.site, { templates: toTemplates('small') });
    const first = await next.provisioning?.findByToken(call.stepToken, request.name, patience());
    copied.resolve();
    const last = await lookFor(next, call.stepToken, request.name);
    await next.close();

    assert.equal(first?.found, 'cannot_tell');
    assert.equal(last.found, 'vm');
    assert.equal(opened.site.world.vms.filter(({ name }) => name === request.name).length, 1);
  });

  it('that the host ended in the middle left a part, which is told as one', async () => {
    await using opened = await open();
    const request = await toRequest(opened, 'half-made');
    const [host] = opened.site.hosts;
    host?.faults.add({ cmdlet: 'Set-VMProcessor', kind: 'cut_before' });
    const call = newCall();

    const sent = opened.connection.provisioning?.clone(request, call);
    await assert.rejects(Promise.resolve(sent), { end: 'unknown' });

    const look = await lookFor(opened.connection, call.stepToken, request.name);
    assert.ok(look.found === 'part', look.found);
    assert.equal(look.vm.body.name, request.name);
    assert.equal(look.vm.body.stepToken, undefined);
  });
});
