import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { type HypervScript, SCRIPTS } from '#adapters/hyperv/scripts.ts';
import type { NewVm } from '#test/fakes/hyperv/world/world.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts, Parameters, Ran } from './open-scripts.ts';

const SHARED = 'C:\\ClusterStorage\\Volume1';
const toNode2 = { Node: 'NODE-2', Destination: 'NODE-2.lab.example' };
const toHv2 = { Node: 'HV-2', Destination: 'HV-2.lab.example' };

describe('a move', needsPeer('powershell'), () => {
  const open = keepPwsh();

  /** A role on `node-1`. */
  function addRole({ world }: OpenedScripts, name: string, more: NewVm = {}) {
    const path = `${SHARED}\\${name}`;
    const made = { state: 'Running', path, disks: [`${path}\\system.vhdx`], ...more } as const;
    const vm = world.addVm('node-1', name, made);
    world.addRole(vm);
    return { vm, of: { VmId: vm.id, HostId: world.requireHost('node-1').uuid } };
  }

  /** A VM with its files on `hv-1`, beside which `hv-2` stands alone. */
  function addLone({ world }: OpenedScripts, name: string, more: NewVm = {}) {
    if (!world.hosts.has('hv-2')) world.addHost('hv-2');
    const path = `C:\\VMs\\${name}`;
    const made = { state: 'Running', path, disks: [`${path}\\system.vhdx`], ...more } as const;
    const vm = world.addVm('hv-1', name, made);
    return { vm, of: { VmId: vm.id, HostId: world.requireHost('hv-1').uuid } };
  }

  const node1 = { host: 'node-1' };
  const percents = ({ records }: Ran<unknown>) =>
    records.flatMap((record) => (record.t === 'progress' ? [record.v.percent] : []));

  function toEnd(script: HypervScript<unknown>, { fault }: Ran<unknown>) {
    assert.ok(fault);
    const { code, end, facts } = toScriptError(script, fault);
    return { code, end, facts };
  }

  it('of a role goes to the node that was named, live, quick or off, with the host’s percent', async () => {
    using opened = open();
    const cases = [
      [addRole(opened, 'live'), 'Live', 'Running'],
      [addRole(opened, 'paused', { state: 'Paused' }), 'Live', 'Paused'],
      [addRole(opened, 'quick'), 'Quick', 'Running'],
      [addRole(opened, 'off', { state: 'Off' }), 'Off', 'Off'],
      [addRole(opened, 'saved', { state: 'Saved' }), 'Off', 'Saved'],
    ] as const;

    for (const [{ vm, of }, Way, state] of cases) {
      const ran = await opened.run(SCRIPTS.moveVm, { ...of, ...toNode2, Token: 'T-1', Way }, node1);

      assert.ok(ran.answer, JSON.stringify(ran.fault));
      assert.deepEqual(
        [vm.host, vm.state, vm.nics[0]?.switchId],
        ['node-2', state, toSwitch(opened)],
      );
      const told = percents(ran);
      assert.deepEqual(
        told,
        [...new Set(told)].sort((a, b) => a - b),
      );
      assert.equal(told.length > 3, Way !== 'Off', `${vm.name}: ${told}`);
    }
    const owners = opened.world
      .clusterOf('node-1')
      ?.groups.flatMap(({ vmId, owner }) => (vmId ? [owner] : []));
    assert.deepEqual(new Set(owners), new Set(['node-2']));
  });

  const toSwitch = ({ world }: OpenedScripts) => world.requireHost('node-2').switches[0]?.id;

  it('between hosts in no cluster takes the files along, and of one host takes them to another folder', async () => {
    using opened = open();
    const { world } = opened;
    const { vm, of } = addLone(opened, 'web', { notes: 'drover:J1_clone-vm' });
    const off = addLone(opened, 'off', { state: 'Off' });

    const away = await opened.run(SCRIPTS.moveVm, {
      ...{ ...of, ...toHv2, Token: 'T-1', Way: 'Live', Root: 'C:\\New' },
    });
    const here = await opened.run(SCRIPTS.moveVm, {
      ...{ ...off.of, Token: 'T-2', Way: 'Off', Root: 'C:\\New' },
    });

    assert.ok(away.answer && here.answer, JSON.stringify(away.fault ?? here.fault));
    assert.deepEqual([vm.host, vm.state, vm.path], ['hv-2', 'Running', 'C:\\New\\J1_clone-vm']);
    assert.ok(percents(away).length > 3);
    const [disk] = vm.disks;
    assert.ok(disk && world.files.exists('hv-2', disk.path));
    assert.ok(!world.files.exists('hv-1', 'C:\\VMs\\web\\system.vhdx'));
    assert.equal(here.answer.path, `C:\\New\\${off.vm.id}`);
    assert.deepEqual([off.vm.host, off.vm.state], ['hv-1', 'Off']);
  });

  it('H13 is refused with the words of who refuses, and leaves the VM where it is', async () => {
    using opened = open();
    const { world } = opened;
    const pinned = addRole(opened, 'pinned', { isPinned: true });
    const failing = addRole(opened, 'failing', {
      nextMove: { failsWith: 'the network went away' },
    });
    const noHop = addRole(opened, 'no-hop');
    const lone = addLone(opened, 'lone');
    const noSwitch = addLone(opened, 'no-switch');
    const half = addLone(opened, 'half', {
      nextMove: { failsWith: 'disk full', leavesCopy: true },
    });
    const away = { Token: 'T-1', Way: 'Live', Root: 'C:\\New', ...toHv2 };
    const aside = { Token: 'T-1', Way: 'Live', ...toNode2 };
    const refuse = async (of: Parameters, more: Parameters, host = 'hv-1') => {
      const { code, end, facts } = toEnd(
        SCRIPTS.moveVm,
        await opened.run(SCRIPTS.moveVm, { ...of, ...more }, { host }),
      );
      assert.deepEqual([code, end], ['platform_refused', 'refused']);
      return String(facts.words);
    };

    assert.match(await refuse(pinned.of, aside, 'node-1'), /device of its host/);
    assert.match(await refuse(failing.of, aside, 'node-1'), /the network went away/);
    opened.faults.add({
      ...{ cmdlet: 'Move-ClusterVirtualMachineRole', kind: 'refuse' },
      error: {
        id: 'X',
        category: 'PermissionDenied',
        message: 'Access is denied',
        terminating: true,
      },
    });
    assert.match(await refuse(noHop.of, aside, 'node-1'), /Access is denied/);
    assert.match(await refuse(half.of, away), /disk full/);
    const host = world.requireHost('hv-2');
    assert.deepEqual(host.planned, [{ id: half.vm.id, name: 'half' }]);
    host.switches = [];
    assert.match(await refuse(noSwitch.of, away), /Ethernet switch/);
    world.requireHost('hv-1').migration.isDelegated = false;
    assert.match(await refuse(lone.of, away), /No credentials/);
    for (const { vm } of [pinned, failing, noHop]) assert.equal(vm.host, 'node-1');
    for (const { vm } of [lone, noSwitch, half])
      assert.deepEqual([vm.host, vm.state], ['hv-1', 'Running']);
  });

  it('H13 that a cluster carries out in spite of its error is done', async () => {
    using opened = open();
    const { vm, of } = addRole(opened, 'web');
    opened.faults.add({ cmdlet: 'Move-ClusterVirtualMachineRole', kind: 'effect_then_error' });
    const wish = { ...of, ...toNode2, Token: 'T-1', Way: 'Live' };

    const { answer } = await opened.run(SCRIPTS.moveVm, wish, node1);

    assert.ok(answer);
    assert.equal(vm.host, 'node-2');
  });

  it('H13 that a cluster says it does, and does not, is no success', async () => {
    using opened = open();
    const { vm, of } = addRole(opened, 'web');
    opened.faults.add({ cmdlet: 'Move-ClusterVirtualMachineRole', kind: 'no_effect' });
    const wish = { ...of, ...toNode2, Token: 'T-1', Way: 'Live' };

    const ran = await opened.run(SCRIPTS.moveVm, wish, node1);

    assert.deepEqual(toEnd(SCRIPTS.moveVm, ran).code, 'platform_refused');
    assert.equal(vm.host, 'node-1');
  });

  it('B61 H17 of a VM whose guest goes off on the way ends with that word', async () => {
    using opened = open();
    const { vm, of } = addRole(opened, 'web', { nextMove: { offAtPercent: 60 } });
    const wish = { ...of, ...toNode2, Token: 'T-1', Way: 'Live' };

    const ran = await opened.run(SCRIPTS.moveVm, wish, node1);

    const { end, facts } = toEnd(SCRIPTS.moveVm, ran);
    assert.deepEqual([end, facts.state], ['refused', 'Offline']);
    assert.match(String(facts.words), /went off/);
    assert.deepEqual([vm.host, vm.state], ['node-1', 'Off']);
  });

  it('B60 H17 H11 waits its turn in a cluster’s queue, and is refused where another one is under way', async () => {
    using opened = open();
    const { world } = opened;
    const busy = ['a', 'b'].map((name) => addRole(opened, name));
    const next = addRole(opened, 'next');
    const cluster = world.clusterOf('node-1');
    assert.ok(cluster);
    const order = { Token: 'T-1', Way: 'Live', ...toNode2 };
    for (const { of } of busy) {
      opened.faults.add({ cmdlet: 'Start-Sleep', kind: 'cut_before' });
      await opened.run(SCRIPTS.moveVm, { ...of, ...order }, node1);
    }
    assert.equal(busy[0]?.vm.host, 'node-1');

    const second = await opened.run(SCRIPTS.moveVm, { ...busy[0]?.of, ...order }, node1);
    const wrong = await opened.run(SCRIPTS.moveVm, { ...next.of, ...order, Way: 'Off' }, node1);
    const queued = await opened.run(SCRIPTS.moveVm, { ...next.of, ...order }, node1);

    const { code, end } = toEnd(SCRIPTS.moveVm, second);
    assert.deepEqual([code, end], ['another_task_runs', 'not_started']);
    assert.equal(toEnd(SCRIPTS.moveVm, wrong).code, 'wrong_power_state');
    assert.ok(queued.answer, JSON.stringify(queued.fault));
    assert.deepEqual(
      [...busy, next].map(({ vm }) => vm.host),
      ['node-2', 'node-2', 'node-2'],
    );
  });

  it('H02 H04 is refused before anything is done on another host, of a replica, with a way that is not there', async () => {
    using opened = open();
    const role = addRole(opened, 'web');
    const replica = addRole(opened, 'replica', { replication: 'Replica', state: 'Off' });
    const lone = addLone(opened, 'lone');
    const order = { Token: 'T-1', Way: 'Live', ...toNode2 };
    const codeOf = async (parameters: Parameters, host = 'node-1') =>
      toEnd(SCRIPTS.moveVm, await opened.run(SCRIPTS.moveVm, parameters, { host })).code;

    assert.equal(await codeOf({ ...role.of, ...order }, 'node-2'), 'not_the_vm_approved');
    assert.equal(await codeOf({ ...replica.of, ...order, Way: 'Off' }), 'is_replica');
    assert.equal(await codeOf({ ...role.of, ...order, Root: SHARED }), 'not_supported');
    assert.equal(
      await codeOf({ ...lone.of, ...toHv2, Token: 'T', Way: 'Quick' }, 'hv-1'),
      'not_supported',
    );
    assert.deepEqual(
      [role.vm.host, lone.vm.host, opened.world.moves.length],
      ['node-1', 'hv-1', 0],
    );
  });

  it('cut in the middle goes on: it is found, watched to its end, and stopped by whoever wants to', async () => {
    using opened = open();
    const role = addRole(opened, 'web');
    const lone = addLone(opened, 'lone');
    const begin = async (of: Parameters, more: Parameters, host: string) => {
      opened.faults.add({ cmdlet: 'Start-Sleep', kind: 'cut_before' });
      const cut = await opened.run(
        SCRIPTS.moveVm,
        { ...of, Token: 'T-1', Way: 'Live', ...more },
        { host },
      );
      assert.deepEqual([cut.isCut, cut.answer, cut.fault], [true, undefined, undefined]);
    };
    const look = async (of: Parameters, host: string) =>
      (await opened.run(SCRIPTS.findMove, of, { host })).answer?.isMoving;

    for (const [{ vm, of }, host, more, to] of [
      [role, 'node-1', toNode2, 'node-2'],
      [lone, 'hv-1', { ...toHv2, Root: 'C:\\New' }, 'hv-2'],
    ] as const) {
      assert.equal(await look(of, host), false);
      await begin(of, more, host);
      assert.equal(await look(of, host), true);
      const stopped = await opened.run(SCRIPTS.cancelMove, of, { host });
      assert.deepEqual([stopped.answer?.isHere, vm.host, vm.state], [true, host, 'Running']);
      assert.equal(await look(of, host), false);

      await begin(of, more, host);
      const watched = await opened.run(SCRIPTS.watchMove, of, { host });
      const late = await opened.run(SCRIPTS.cancelMove, of, { host });

      assert.deepEqual(
        [watched.answer?.isAway, vm.host],
        [true, to],
        JSON.stringify(watched.fault),
      );
      assert.ok(percents(watched).length > 3);
      assert.equal(late.answer?.isHere, false);
    }
  });

  it('is judged before by Compare-VM, by the cluster’s nodes and by possible owners, each under its name', async () => {
    using opened = open();
    const { world } = opened;
    const role = addRole(opened, 'web');
    const odd = addLone(opened, 'odd', { hasOddProcessor: true });
    const codes = async (of: Parameters, more: Parameters, host = 'node-1') => {
      const { answer, fault } = await opened.run(SCRIPTS.checkMove, { ...of, ...more }, { host });
      assert.ok(answer, JSON.stringify(fault));
      return answer.findings.map(({ code, severity }) => `${severity} ${code}`);
    };
    const cluster = world.clusterOf('node-1');
    const node = cluster?.nodes[1];
    const group = cluster?.groups.find(({ vmId }) => vmId === role.vm.id);
    assert.ok(node && group);

    assert.deepEqual(await codes(role.of, toNode2), []);
    node.state = 'Paused';
    group.possibleOwners = ['node-1'];
    world.requireHost('node-1').migration.isDelegated = false;
    assert.deepEqual(await codes(role.of, toNode2), [
      'error Get-ClusterNode State',
      'error Get-ClusterOwnerNode',
      'warning OperationFailed,Microsoft.HyperV.PowerShell.Commands.CompareVM',
    ]);
    assert.deepEqual(await codes(odd.of, { ...toHv2, Root: 'C:\\New' }, 'hv-1'), [
      'error Compare-VM 24004',
    ]);
    world.requireHost('hv-2').switches = [];
    assert.deepEqual(await codes(odd.of, toHv2, 'hv-1'), [
      ...['error Compare-VM 33012', 'error Compare-VM 24004', 'error Compare-VM 40010'],
    ]);
    world.requireHost('hv-1').migration.isDelegated = false;
    assert.deepEqual(await codes(odd.of, toHv2, 'hv-1'), [
      'error OperationFailed,Microsoft.HyperV.PowerShell.Commands.CompareVM',
    ]);
    assert.equal(world.moves.length, 0);
  });

  it('H35 takes words that are code somewhere as a token, a node, a host or a folder, and nothing else', async () => {
    using opened = open();
    const { vm, of } = addRole(opened, 'web');
    const lone = addLone(opened, 'lone', { state: 'Off' });
    for (const word of HOSTILE_WORDS.filter((one) => !/[\0]/.test(one))) {
      const to = { Node: word, Destination: word };
      const { answer } = await opened.run(SCRIPTS.checkMove, { ...of, ...to, Root: word }, node1);
      assert.ok(answer?.findings.length, word);
      // Some are good tokens.
      if (!/^(true|null|x+)$/.test(word)) {
        const aside = { ...lone.of, Token: word, Way: 'Off', Root: word };
        const { fault } = await opened.run(SCRIPTS.moveVm, aside);
        assert.equal(fault?.id, 'DroverBadToken', word);
      }
      const ran = await opened.run(
        SCRIPTS.moveVm,
        { ...of, ...to, Token: 'T-1', Way: 'Live' },
        node1,
      );
      assert.equal(ran.fault?.id, 'DroverNodeNotUp', word);
    }
    assert.deepEqual([vm.host, vm.state, lone.vm.host], ['node-1', 'Running', 'hv-1']);
  });
});
