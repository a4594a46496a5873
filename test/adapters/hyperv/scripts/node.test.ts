import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { type HypervScript, SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { HOSTILE_WORDS } from './hostile-words.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts, Ran } from './open-scripts.ts';

const SHARED = 'C:\\ClusterStorage\\Volume1';

describe('a node of a cluster', needsPeer('powershell'), () => {
  const open = keepPwsh();

  function prepare({ world }: OpenedScripts) {
    const add = (name: string, more = {}) => {
      const path = `${SHARED}\\${name}`;
      const made = { state: 'Running', path, disks: [`${path}\\s.vhdx`], ...more } as const;
      const vm = world.addVm('node-1', name, made);
      world.addRole(vm);
      return vm;
    };
    const node = world.clusterOf('node-1')?.nodes[0];
    assert.ok(node);
    const of = { HostId: world.requireHost('node-1').uuid };
    return { add, node, of, other: { HostId: world.requireHost('hv-1').uuid } };
  }

  const at = { host: 'node-1' };

  function toEnd(script: HypervScript<unknown>, { fault }: Ran<unknown>) {
    assert.ok(fault);
    const { code, end } = toScriptError(script, fault);
    return [code, end];
  }

  it('is paused without anything on it being moved or stopped, and resumed, and once is enough', async () => {
    using opened = open();
    const { add, node, of } = prepare(opened);
    const vm = add('web');

    for (const expected of [{ state: 'Paused' }, { state: 'Paused' }]) {
      const { answer } = await opened.run(SCRIPTS.suspendNode, { ...of, Drain: false }, at);
      assert.equal(answer?.state, expected.state);
    }
    assert.deepEqual([vm.host, vm.state, node.state], ['node-1', 'Running', 'Paused']);
    for (const failback of [false, false]) {
      const { answer } = await opened.run(SCRIPTS.resumeNode, { ...of, Failback: failback }, at);
      assert.equal(answer?.state, 'Up');
    }
  });

  it('B58 drains what can move, says that it failed with the rest on it, and takes back what it moved', async () => {
    using opened = open();
    const { world } = opened;
    const { add, of } = prepare(opened);
    const [web, pinned] = [add('web'), add('pinned', { isPinned: true })];
    add('replica', { state: 'Off', replication: 'Replica' });
    const read = async () => (await opened.run(SCRIPTS.readHostVms, of, at)).answer;

    await opened.run(SCRIPTS.suspendNode, { ...of, Drain: true }, at);
    assert.deepEqual([(await read())?.state, (await read())?.drain], ['Paused', 'InProgress']);
    world.clock.advance(60_000);
    const after = await read();
    assert.deepEqual(after?.drain, 'Failed');
    assert.deepEqual(
      after?.vms.map(({ name, state }) => [name, state]),
      [['pinned', 'Running']],
    );
    assert.deepEqual([web.host, pinned.host, pinned.state], ['node-2', 'node-1', 'Running']);

    await opened.run(SCRIPTS.resumeNode, { ...of, Failback: true }, at);
    world.clock.advance(60_000);
    assert.deepEqual([web.host, (await read())?.state], ['node-1', 'Up']);
  });

  it('H13 that stays as it was is no success, whatever the cluster said; an error with the effect is one', async () => {
    using opened = open();
    const { node, of } = prepare(opened);
    const suspend = { ...of, Drain: false };
    const resume = { ...of, Failback: false };

    opened.faults.add({ cmdlet: 'Suspend-ClusterNode', kind: 'no_effect' });
    const unmarked = await opened.run(SCRIPTS.suspendNode, suspend, at);
    assert.deepEqual(toEnd(SCRIPTS.suspendNode, unmarked), ['platform_refused', 'refused']);
    opened.faults.add({ cmdlet: 'Suspend-ClusterNode', kind: 'effect_then_error' });
    assert.equal((await opened.run(SCRIPTS.suspendNode, suspend, at)).answer?.state, 'Paused');
    opened.faults.add({ cmdlet: 'Resume-ClusterNode', kind: 'no_effect' });
    const stays = await opened.run(SCRIPTS.resumeNode, resume, at);
    assert.deepEqual(toEnd(SCRIPTS.resumeNode, stays), ['platform_refused', 'refused']);
    assert.equal(node.state, 'Paused');
    opened.faults.add({ cmdlet: 'Resume-ClusterNode', kind: 'cut_after' });
    const cut = await opened.run(SCRIPTS.resumeNode, resume, at);
    assert.deepEqual([cut.isCut, cut.fault, node.state], [true, undefined, 'Up']);
  });

  it('is refused where it is down, the last one up, or another machine than the one that was approved', async () => {
    using opened = open();
    const { node, of, other } = prepare(opened);
    const suspend = (parameters: { HostId: string }) =>
      opened.run(SCRIPTS.suspendNode, { ...parameters, Drain: false }, at);
    const second = opened.world.clusterOf('node-1')?.nodes[1];
    assert.ok(second);

    second.state = 'Down';
    const last = await suspend(of);
    assert.deepEqual(toEnd(SCRIPTS.suspendNode, last), ['platform_refused', 'refused']);
    assert.match(String(last.fault?.facts.words), /No other node/);
    node.state = 'Down';
    assert.deepEqual(toEnd(SCRIPTS.suspendNode, await suspend(of)), [
      'host_unavailable',
      'refused',
    ]);
    assert.deepEqual(toEnd(SCRIPTS.readHostVms, await opened.run(SCRIPTS.readHostVms, of, at)), [
      ...['host_unavailable', 'refused'],
    ]);
    assert.deepEqual(toEnd(SCRIPTS.suspendNode, await suspend(other)), [
      'not_the_vm_approved',
      'not_started',
    ]);
    for (const word of HOSTILE_WORDS)
      assert.equal((await suspend({ HostId: word })).fault?.id, 'DroverOtherHost', word);
  });

  it('H15 B57 shows a VM, half of one, and nothing of others', async () => {
    using opened = open();
    const { world } = opened;
    const { add } = prepare(opened);
    const vm = add('web');
    world
      .requireHost('node-2')
      .planned.push({ id: vm.id, name: 'web' }, { id: world.newId(), name: 'x' });
    const look = async (host: string) => {
      const of = { VmId: vm.id, HostId: world.requireHost(host).uuid };
      return (await opened.run(SCRIPTS.findCopies, of, { host })).answer;
    };

    assert.deepEqual(await look('node-1'), { hasVm: true, planned: [] });
    assert.deepEqual(await look('node-2'), { hasVm: false, planned: ['web'] });
    const alone = await opened.run(SCRIPTS.readHostVms, { HostId: world.requireHost('hv-1').uuid });
    assert.deepEqual([alone.answer?.state, alone.answer?.vms], ['', []]);
  });
});
