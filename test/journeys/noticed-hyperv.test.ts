/** A failover cluster from PowerShell to the card: a node is lost and its VMs start elsewhere; a volume in redirected I/O. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { openHypervStage, SHARED } from './hyperv-stage.ts';
import { noticedLines, untilNoticed } from './noticed-stage.ts';

const OPTIONS = { timeout: 250_000, ...needsPeer('powershell', 'openssl') };

describe('a node that is lost', OPTIONS, () => {
  it('is told once, with the VMs that its cluster started elsewhere', async () => {
    await using stage = await openHypervStage((world) => {
      for (const name of ['web-01', 'web-02']) {
        const path = `${SHARED}\\${name}`;
        const disks = [`${path}\\system.vhdx`];
        world.addRole(world.addVm('hv02', name, { state: 'Running', path, disks }));
      }
      world.addVm('hv02', 'local-01', { state: 'Running' });
    });
    const { app, site } = stage;

    await site.loseNode('hv02');
    const down = await untilNoticed(app, /2 VMs that stood on it run on other hosts now/);
    await site.comeBack('hv02');
    const back = await untilNoticed(app, /responds again/);

    assert.match(down, /Host HV02 does not respond since .*3 VMs ran on it when last seen/i);
    assert.match(down, /web-01 on HV01, web-02 on HV01 prod-hv · c1 · its platform says/i);
    assert.match(back, /2 VMs that stood on it run on other hosts now/);
    assert.equal((await noticedLines(app)).length, 1);
  });
});

describe('a volume in redirected I/O', OPTIONS, () => {
  it('is told once, with hosts and reasons, and the same card says when it is over', async () => {
    await using stage = await openHypervStage(() => undefined);
    const { app, site } = stage;

    site.redirectVolume('Volume1', 'hv02');
    const slow = await untilNoticed(app, /is redirected/);
    const listed = await stage.say('datastore list');
    site.redirectVolume('Volume1', 'hv01');
    const both = await untilNoticed(app, /hv01: UserRequest hv02: UserRequest/);
    site.redirectVolume('Volume1', 'hv01', false);
    site.redirectVolume('Volume1', 'hv02', false);
    const over = await untilNoticed(app, /goes straight again/);

    assert.match(slow, /I\/O to datastore Volume1 is redirected over the network since/);
    assert.match(slow, /hv02: UserRequest prod-hv It works, and is slower/);
    assert.match(
      slow,
      /\[datastore list --connection prod-hv\] \[host list --connection prod-hv\]/,
    );
    assert.match(listed, /I\/O redirected on/);
    assert.match(both, /is redirected/);
    assert.match(over, /over since .*It lasted/);
    assert.equal((await noticedLines(app)).length, 1);
  });
});
