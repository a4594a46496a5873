/** Every command on Hyper-V, from the typed word to PowerShell: what people read, and what the hosts then have. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GIB } from '../fakes/hyperv/world/parts.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { type HypervStage, openHypervStage, SHARED } from './hyperv-stage.ts';

const OPTIONS = { timeout: 250_000, ...needsPeer('powershell', 'openssl') };

describe('commands on Hyper-V', OPTIONS, () => {
  let stage: HypervStage;
  before(async () => {
    stage = await openHypervStage(() => undefined);
  });
  after(() => stage[Symbol.asyncDispose]());
  const vmOf = (name: string) => stage.site.world.vms.find((vm) => vm.name === name);
  const carryOut = async (line: string) => {
    const end = await stage.carryOut(`${line} --reason test`);
    assert.match(end, /^done\n/, line);
    return end;
  };

  it('take one VM through its life', async () => {
    const name = 'web-01';
    await carryOut(
      `vm create ${name} --template win2022 --cpu 4 --memory 8GiB --network 'External LAN'`,
    );
    const vm = vmOf(name);
    assert.ok(vm);
    assert.deepEqual([vm.state, vm.isClustered, vm.processors], ['Running', true, 4]);

    await carryOut(`vm pause ${name}`);
    assert.equal(vm.state, 'Paused');
    assert.match(await stage.say(`vm shutdown ${name}`), /paused/);
    await carryOut(`vm resume ${name}`);
    await carryOut(`vm save ${name}`);
    assert.equal(vm.state, 'Saved');
    await carryOut(`vm resume ${name}`);
    assert.equal(vm.state, 'Running');

    await carryOut(`vm disk add ${name} --size 20GiB`);
    assert.equal(vm.disks.length, 2);
    await carryOut(`vm disk remove ${name} 'SCSI 0:1'`);
    assert.equal(vm.disks.length, 1);

    await carryOut(`vm network connect ${name} Standardväxel --vlan 42 --vmq-weight 0`);
    const [nic] = vm.nics;
    const { switches } = stage.site.world.requireHost(vm.host);
    assert.deepEqual(
      [switches.find(({ id }) => id === nic?.switchId)?.name, nic?.vlanId, nic?.vmqWeight],
      ['Standardväxel', 42, 0],
    );
    await carryOut(`vm maintenance enter ${name} --off-network --save`);
    assert.deepEqual([vm.state, nic?.switchId, nic?.vlanId], ['Saved', undefined, 42]);
    assert.match(await stage.say(`vm start ${name}`), /is in maintenance since/);
    await carryOut(`vm maintenance exit ${name}`);
    assert.deepEqual(
      [vm.state, switches.find(({ id }) => id === nic?.switchId)?.name, nic?.vlanId],
      ['Running', 'Standardväxel', 42],
    );
    await carryOut(`vm network disconnect ${name}`);
    assert.equal(nic?.switchId, undefined);

    await carryOut(`vm shutdown ${name}`);
    await carryOut(`vm start ${name}`);
    await carryOut(`vm stop ${name}`);
    assert.equal(vm.state, 'Off');
    const [disk] = vm.disks;
    await carryOut(`vm delete ${name}`);
    assert.equal(vmOf(name), undefined);
    assert.equal(stage.site.world.files.exists('hv01', disk?.path ?? ''), false);
    assert.match(await stage.say(`vm show ${name}`), /There is no VM called/);
  });

  it('H13 tell a lost answer from a failure, and made it once', async () => {
    stage.site.loseNextAnswer();

    const end = await stage.carryOut(
      'vm create lost-01 --template win2022 --start=false --reason test',
    );

    assert.match(end, /^done_with_warning\n/);
    assert.equal(stage.site.world.vms.filter(({ name }) => name === 'lost-01').length, 1);
  });
});

describe('an odd estate on Hyper-V', OPTIONS, () => {
  let stage: HypervStage;
  before(async () => {
    stage = await openHypervStage((world) => {
      const app = world.addVm('hv01', 'hv-app', { state: 'Running', replication: 'Primary' });
      world.addVm('hv02', 'hv-app', { id: app.id, replication: 'Replica' });
      world.addVm('hv01', 'hv-new', { oddState: 'SomethingOfTheFuture' });
      world.addVm('hv01', 'hv-crit', { state: 'OffCritical' });
      const path = `${SHARED}\\VMs\\hv-chk`;
      const kept = world.addVm('hv01', 'hv-chk', { path, disks: [`${path}\\a.vhdx`] });
      kept.checkpoints.push({ id: world.newId(), name: 'before', createdAt: 0 });
      world.addVm('hv02', 'hv-here', { state: 'Running', memoryBytes: 2 * GIB });
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('B54 H11 B51 lists each as it is, and permits no change of what it does not know', async () => {
    assert.match(await stage.say('vm list'), /hv-crit .*OffCritical|OffCritical/);
    for (const [line, words] of [
      ['vm start hv-new', /SomethingOfTheFuture|not known/],
      ['vm stop hv-crit', /OffCritical/],
      ['vm delete hv-chk', /has snapshots/],
    ] as const) {
      const answer = await stage.say(`${line} --reason test`);
      assert.match(answer, words, line);
      assert.doesNotMatch(answer, /R-\d+ · approved/, line);
    }
    assert.match(await stage.say('vm start hv-app'), /hv-app is on/);
    assert.match(await stage.say('vm show hv-app'), /^Replica: +on HV02/m);
    assert.ok(stage.site.journal.every(({ cmdlet }) => !/^(Start|Stop|Remove)-VM$/.test(cmdlet)));
  });

  it('H09 a node that is lost: its VMs are not known now, the other goes on', async () => {
    await stage.site.loseNode('hv02');
    const answer = await stage.say('vm stop hv-here --reason test');

    assert.match(answer, /hv-here/);
    assert.doesNotMatch(answer, /J-\d+/);
    const end = await stage.carryOut(
      'vm create other --template win2022 --host HV01 --start=false --reason test',
    );
    assert.match(end, /^done\n/);
  });
});
