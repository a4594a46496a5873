/** A failover cluster of Hyper-V that empties a node by itself and fills it again, from the typed word to PowerShell. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GIB } from '../fakes/hyperv/world/parts.ts';
import type { World } from '../fakes/hyperv/world/world.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { evacuateBy } from './drain-stage.ts';
import { openHypervStage, SHARED } from './hyperv-stage.ts';

const OPTIONS = { timeout: 250_000, ...needsPeer('powershell', 'openssl') };
const CONFIG = { config: evacuateBy('platform')('') };
const ROLES = ['web-01', 'low-01'];

function fill(world: World): void {
  for (const name of ROLES) {
    const path = `${SHARED}\\${name}`;
    const more = { path, disks: [`${path}\\a.vhdx`], state: 'Running', memoryBytes: 2 * GIB };
    world.addRole(world.addVm('hv01', name, more as Parameters<World['addVm']>[2]));
  }
  const low = world.clusterOf('hv01')?.groups.find(({ name }) => name === 'low-01');
  if (low) low.priority = 1000;
}

describe('a node that its failover cluster empties', OPTIONS, () => {
  it('is drained and filled again by the cluster, and Drover orders no move of its roles', async () => {
    await using stage = await openHypervStage(fill, CONFIG);
    const { world } = stage.site;
    const placeOf = (name: string) => world.vms.find((vm) => vm.name === name)?.host;

    const asked = await stage.say('host maintenance enter HV01 --plan');
    await stage.carryOut('host maintenance enter HV01 --reason test');
    const drained = ROLES.map(placeOf);
    const back = await stage.carryOut('host maintenance exit HV01 --move-back --reason test');

    assert.match(asked.replaceAll(/\s+/g, ' '), /Of low priority, [^:]*: low-01\. Saved/);
    assert.deepEqual(drained, ['hv02', 'hv02']);
    assert.match(back, /^done/);
    assert.deepEqual(ROLES.map(placeOf), ['hv01', 'hv01']);
    assert.equal(world.clusterOf('hv01')?.nodes[0]?.state, 'Up');
  });
});
