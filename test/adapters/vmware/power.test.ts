import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import type { Fault } from '#test/helpers/peers/fault-rules.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { readBackVms } from '#test/helpers/peers/pyvmomi.ts';
import {
  carryOut,
  HASTY,
  newCall,
  type OpenedVcenter,
  openVcenter,
  readVm,
  refVm,
  untilSeen,
} from './open-vcenter.ts';

const OFF = 'vm-1105';
const ON = 'vm-1102';

describe('power on a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it('starts and stops a VM, as another client sees it', needsPeer('pyvmomi'), async () => {
    await using opened = await openVcenter();
    const { power, vcsim } = opened;
    const start = await refVm(opened, OFF);
    const stop = await refVm(opened, ON);

    await carryOut(opened, (call) => power.start(start, call));
    await carryOut(opened, (call) => power.stop(stop, call));

    const vms = await readBackVms(vcsim);
    const states = vms.filter(({ handle }) => [OFF, ON].includes(handle));
    assert.deepEqual(states.map(({ handle, powerState }) => [handle, powerState]).toSorted(), [
      [ON, 'poweredOff'],
      [OFF, 'poweredOn'],
    ]);
  });

  it(
    'suspends a VM and starts it again, as another client sees it',
    needsPeer('pyvmomi'),
    async () => {
      await using opened = await openVcenter();
      const { power, vcsim } = opened;
      const vm = await refVm(opened, ON);
      const readState = async () =>
        (await readBackVms(vcsim)).find(({ handle }) => handle === ON)?.powerState;

      await carryOut(opened, async (call) => power.save?.(vm, call));
      const [state, seen] = [await readState(), await readVm(opened, ON)];
      await carryOut(opened, (call) => power.start(vm, call));

      assert.deepEqual([state, seen?.body.power], ['suspended', 'suspended']);
      assert.equal(seen?.body.guestTools, 'not_running');
      assert.equal(await readState(), 'poweredOn');
      assert.deepEqual([power.pause, power.resume], [undefined, undefined]);
    },
  );

  it('H02 looks at the VM right before, and sends nothing to another one', async () => {
    await using opened = await openVcenter();
    const vm = { ...(await refVm(opened, OFF)), identity: 'aaaaaaaa-0000-4000-8000-000000000000' };

    const failing = opened.power.start(vm, newCall());

    await assert.rejects(failing, { code: 'not_the_vm_approved', end: 'not_started' });
    assert.ok(!opened.proxy.methods.includes('PowerOnVM_Task'));
  });

  const refusals: readonly (readonly [fault: string, code: string, end: string])[] = [
    ['InsufficientMemoryResourcesFault', 'not_enough_memory', 'refused'],
    ['InvalidPowerState', 'wrong_power_state', 'refused'],
    ['TaskInProgress', 'another_task_runs', 'refused'],
    ['NoPermission', 'not_permitted_on_platform', 'refused'],
    ['HostNotConnected', 'host_unavailable', 'refused'],
    ['FileLocked', 'disk_unusable', 'refused'],
    ['HostCommunication', 'host_unavailable', 'unknown'],
    ['SystemError', 'platform_refused', 'unknown'],
  ];
  it('is refused with the code of the platform’s fault, by the call or by its task', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, OFF);
    for (const [fault, code, end] of refusals) {
      for (const when of ['call', 'before']) {
        await opened.vcsim.control('rule', { method: 'PowerOnVM_Task', fault, when });

        const failing = carryOut(opened, (call) => opened.power.start(vm, call));

        await assert.rejects(failing, (error: OperationError) => {
          assert.deepEqual([error.code, error.end, error.facts.fault], [code, end, fault]);
          return true;
        });
      }
    }
  });

  it('keeps the words of a fault that no table knows', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, OFF);
    await opened.vcsim.control('rule', { method: 'PowerOnVM_Task', fault: 'VmWwnConflict' });

    const failing = carryOut(opened, (call) => opened.power.start(vm, call));

    await assert.rejects(failing, (error: OperationError) => {
      assert.deepEqual([error.end, error.facts.words], ['unknown', 'VmWwnConflict']);
      assert.match(String(error.cause), /VmWwnConflict/);
      return true;
    });
  });

  const cuts: readonly (readonly [why: string, fault: Fault, code: string])[] = [
    ['the answer never arrives', { kind: 'drop_answer' }, 'no_answer'],
    ['the request is cut off', { kind: 'drop_request' }, 'no_answer'],
    ['the answer ends in the middle', { kind: 'cut_answer', afterBytes: 40 }, 'no_answer'],
    ['nobody answers in time', { kind: 'black_hole', reachesServer: true }, 'no_answer'],
    ['a gateway answers', { kind: 'answer_status', status: 503 }, 'answer_not_understood'],
  ];
  for (const [why, fault, code] of cuts) {
    it(`H13 is unknown when ${why}, and nothing is sent twice`, async () => {
      await using opened = await openVcenter({ config: HASTY });
      const vm = await refVm(opened, OFF);
      opened.proxy.add({ method: 'PowerOnVM_Task', fault });

      const failing = opened.power.start(vm, newCall());

      await assert.rejects(failing, { code, end: 'unknown' });
      const sent = opened.proxy.methods.filter((method) => method === 'PowerOnVM_Task');
      assert.equal(sent.length, 1);
    });
  }

  it('H13 reads after a lost answer what became of it', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, OFF);
    opened.proxy.add({ method: 'PowerOnVM_Task', fault: { kind: 'drop_answer' } });
    await assert.rejects(opened.power.start(vm, newCall()), { end: 'unknown' });

    await untilSeen(
      () => readVm(opened, OFF),
      (seen) => seen?.body.power === 'on',
    );
  });

  it('is not started when the look before is cut off', async () => {
    await using opened = await openVcenter({ config: HASTY });
    const vm = await refVm(opened, OFF);
    opened.proxy.add({ method: 'RetrievePropertiesEx', fault: { kind: 'black_hole' } });

    const failing = opened.power.start(vm, newCall());

    await assert.rejects(failing, { code: 'no_answer', end: 'not_started' });
    assert.ok(!opened.proxy.methods.includes('PowerOnVM_Task'));
  });

  it('logs in again in silence when the session ended before the change', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, OFF);
    await opened.vcsim.control('expire');

    await carryOut(opened, (call) => opened.power.start(vm, call));

    assert.equal((await readVm(opened, OFF))?.body.power, 'on');
    assert.equal(countLogins(opened), 2);
  });

  it('logs in again once when the session ends between look and change', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, OFF);
    await opened.vcsim.control('rule', {
      method: 'PowerOnVM_Task',
      fault: 'NotAuthenticated',
      when: 'call',
    });

    await carryOut(opened, (call) => opened.power.start(vm, call));

    assert.equal((await readVm(opened, OFF))?.body.power, 'on');
    assert.equal(countLogins(opened), 2);
  });

  it('gives up when a new session is refused as well', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, OFF);
    const rule = { method: 'PowerOnVM_Task', fault: 'NotAuthenticated', when: 'call', count: 2 };
    await opened.vcsim.control('rule', rule);

    const failing = opened.power.start(vm, newCall());

    await assert.rejects(failing, { code: 'session_lost', end: 'not_started' });
    assert.equal(countLogins(opened), 2);
  });

  it('H13 is unknown when the answer to a shutdown of the guest is lost', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, ON);
    opened.proxy.add({ method: 'ShutdownGuest', fault: { kind: 'drop_answer' } });

    const failing = opened.power.shutdownGuest(vm, newCall());

    await assert.rejects(failing, { code: 'no_answer', end: 'unknown' });
  });
});

function countLogins({ proxy }: OpenedVcenter): number {
  return proxy.methods.filter((method) => method === 'Login').length;
}
