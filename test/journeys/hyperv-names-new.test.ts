/** Names that are code, patterns or mark-up elsewhere, given to new VMs on Hyper-V: they arrive unchanged, or are refused in words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { NAMES, quoted } from './hyperv-names.ts';
import { openHypervStage } from './hyperv-stage.ts';

describe('H35 names of new VMs on Hyper-V', {
  timeout: 300_000,
  ...needsPeer('powershell', 'openssl'),
}, () => {
  it('each is given to a new VM, or refused in words with nothing made', {
    timeout: 250_000,
  }, async () => {
    await using stage = await openHypervStage(() => undefined);
    const made: string[] = [];
    for (const name of NAMES) {
      const line = `vm create ${quoted(name)} --template win2022 --network ${quoted('Standardväxel')} --start=false`;
      const end = await stage.carryOut(`${line} --reason ${quoted(name)}`);
      if (/^done\n/.test(end)) made.push(name);
      // `NULL` after `null`: Windows tells no capitals apart.
      else assert.match(end, /^That name cannot be given|The name NULL is taken/, name);
    }
    assert.deepEqual(
      stage.site.world.vms.map((vm) => vm.name),
      made,
    );
    assert.ok(made.length >= 20, `${made.length} names were given`);
  });
});
