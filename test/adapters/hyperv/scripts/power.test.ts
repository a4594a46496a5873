import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toScriptError } from '#adapters/hyperv/faults.ts';
import { type HypervScript, SCRIPTS } from '#adapters/hyperv/scripts.ts';
import { GIB, type WorldVm } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepPwsh } from './kept.ts';
import type { OpenedScripts, Parameters } from './open-scripts.ts';

type AnyScript = HypervScript<{ readonly state: string }>;

const toOf = ({ world }: OpenedScripts, vm: WorldVm): Parameters => ({
  VmId: vm.id,
  HostId: world.requireHost(vm.host).uuid,
});

/** Runs a script that is to refuse, and gives code and end. */
async function refuse(
  opened: OpenedScripts,
  script: HypervScript<unknown>,
  parameters: Parameters,
): Promise<readonly [string, string]> {
  const { fault, answer } = await opened.run(script, parameters);
  assert.equal(answer, undefined);
  assert.ok(fault, `${script.name} did not refuse`);
  const { code, end } = toScriptError(script, fault);
  return [code, end];
}

describe('the power of a VM', needsPeer('powershell'), () => {
  const open = keepPwsh();

  it('is changed by each script, which says the state that came of it', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'web', { disks: ['C:\\VMs\\web.vhdx'] });
    const of = toOf(opened, vm);
    const course: readonly (readonly [AnyScript, string])[] = [
      [SCRIPTS.startVm, 'Running'],
      [SCRIPTS.pauseVm, 'Paused'],
      [SCRIPTS.resumeVm, 'Running'],
      [SCRIPTS.saveVm, 'Saved'],
      [SCRIPTS.startVm, 'Running'],
      [SCRIPTS.stopVm, 'Off'],
      [SCRIPTS.startVm, 'Running'],
      [SCRIPTS.shutdownVm, 'Off'],
    ];

    for (const [script, state] of course) {
      const { answer } = await opened.run(script, of);
      assert.equal(answer?.state, state, script.name);
      assert.equal(vm.state, state, script.name);
    }
  });

  it('is refused from a state that the host would pass over with a warning', async () => {
    using opened = open();
    const on = toOf(opened, opened.world.addVm('hv-1', 'on', { state: 'Running' }));
    const off = toOf(opened, opened.world.addVm('hv-1', 'off'));

    for (const [script, of] of [
      [SCRIPTS.startVm, on],
      [SCRIPTS.stopVm, off],
      [SCRIPTS.shutdownVm, off],
    ] as const)
      assert.deepEqual(await refuse(opened, script, of), ['wrong_power_state', 'refused']);
  });

  it('B52 a VM whose disks are merged is started later', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'merging', { secondary: 'MergingDisks' });
    const of = toOf(opened, vm);

    assert.deepEqual(await refuse(opened, SCRIPTS.startVm, of), [
      'another_task_runs',
      'not_started',
    ]);
    vm.secondary = undefined;
    const { answer } = await opened.run(SCRIPTS.startVm, of);
    assert.equal(answer?.state, 'Running');
  });

  it('a guest that does not answer is not forced unless the plan says so', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'mute', { state: 'Running', noGuest: true });
    const of = toOf(opened, vm);

    assert.deepEqual(await refuse(opened, SCRIPTS.shutdownVm, of), [
      'guest_tools_missing',
      'refused',
    ]);
    assert.equal(vm.state, 'Running');
    const { answer } = await opened.run(SCRIPTS.shutdownVm, { ...of, Force: true });
    assert.equal(answer?.state, 'Off');
  });

  it('each refusal of the host has its code, and is final', async () => {
    using opened = open();
    const { world } = opened;
    const add = (name: string, more: Partial<WorldVm>) =>
      toOf(opened, world.addVm('hv-1', name, { ...more, disks: [] }));
    const lost = world.addVm('hv-1', 'lost', { disks: ['C:\\VMs\\lost.vhdx'] });
    world.files.remove('hv-1', 'C:\\VMs\\lost.vhdx');
    const cases: readonly (readonly [HypervScript<unknown>, Parameters, string])[] = [
      [SCRIPTS.startVm, add('big', { memoryBytes: 512 * GIB }), 'not_enough_memory'],
      [SCRIPTS.pauseVm, add('off', {}), 'wrong_power_state'],
      [SCRIPTS.resumeVm, add('on', { state: 'Running' }), 'wrong_power_state'],
      [SCRIPTS.saveVm, add('off-2', {}), 'wrong_power_state'],
      [
        SCRIPTS.shutdownVm,
        add('stuck', { state: 'Running', stuck: true }),
        'guest_did_not_shut_down',
      ],
    ];

    for (const [script, of, code] of cases)
      assert.deepEqual(await refuse(opened, script, of), [code, 'refused'], script.name);
    // No published id tells why it did not start: only what becomes of it does.
    assert.deepEqual(await refuse(opened, SCRIPTS.startVm, toOf(opened, lost)), [
      'platform_refused',
      'unknown',
    ]);
  });

  it('H02 H04 H11 another host, a replica and a word nobody knows are refused before anything is done', async () => {
    using opened = open();
    const { world } = opened;
    const vm = world.addVm('hv-1', 'web');
    const replica = world.addVm('hv-1', 'replica', { replication: 'Replica' });
    const odd = world.addVm('hv-1', 'odd', { oddState: 'Hibernating' });
    const elsewhere = { VmId: vm.id, HostId: world.requireHost('node-1').uuid };
    const noSuch = { ...toOf(opened, vm), VmId: world.newId() };
    const acts = [
      ...[SCRIPTS.startVm, SCRIPTS.shutdownVm, SCRIPTS.stopVm],
      ...[SCRIPTS.saveVm, SCRIPTS.pauseVm, SCRIPTS.resumeVm],
    ];

    for (const script of acts) {
      const [other, ofReplica, ofOdd, gone] = [
        await refuse(opened, script, elsewhere),
        await refuse(opened, script, toOf(opened, replica)),
        await refuse(opened, script, toOf(opened, odd)),
        await refuse(opened, script, noSuch),
      ];
      assert.deepEqual(other, ['not_the_vm_approved', 'not_started'], script.name);
      assert.deepEqual(ofReplica, ['is_replica', 'refused'], script.name);
      assert.deepEqual(ofOdd, ['state_unknown', 'refused'], script.name);
      assert.deepEqual(gone, ['not_found', 'refused'], script.name);
    }
    assert.deepEqual(
      world.vms.map(({ state }) => state),
      ['Off', 'Off', 'Off'],
    );
  });

  it('a script that is cut in the middle says neither end nor fault, and the state is read after it', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'web');
    const of = toOf(opened, vm);
    for (const [kind, state] of [
      ['cut_before', 'Off'],
      ['cut_after', 'Running'],
    ] as const) {
      opened.faults.add({ cmdlet: 'Start-VM', kind });

      const cut = await opened.run(SCRIPTS.startVm, of);
      const { answer } = await opened.run(SCRIPTS.readVm, of);

      assert.deepEqual([cut.isCut, cut.answer, cut.fault], [true, undefined, undefined]);
      assert.equal(answer?.state, state, kind);
    }
  });

  it('effect without success and success without effect are told apart by what the script reads after', async () => {
    using opened = open();
    const vm = opened.world.addVm('hv-1', 'web');
    const of = toOf(opened, vm);

    opened.faults.add({ cmdlet: 'Start-VM', kind: 'no_effect' });
    const said = await opened.run(SCRIPTS.startVm, of);
    opened.faults.add({ cmdlet: 'Start-VM', kind: 'effect_then_error' });
    const [, end] = await refuse(opened, SCRIPTS.startVm, of);

    assert.equal(said.answer?.state, 'Off');
    assert.equal(end, 'unknown');
    assert.equal(vm.state, 'Running');
  });
});
