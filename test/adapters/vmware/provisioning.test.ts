import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import type { CloneRequest } from '#core/ports/connection.ts';
import type { Fault } from '#test/helpers/peers/fault-rules.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { readBackVms } from '#test/helpers/peers/pyvmomi.ts';
import {
  carryOut,
  findByHandle,
  GIB,
  HASTY,
  newCall,
  newCloneRequest,
  type OpenedVcenter,
  openVcenter,
  patience,
  readAll,
  readVm,
  refVm,
  toRef,
  untilSeen,
} from './open-vcenter.ts';
import { SMALL_ESTATE } from './small-estate.ts';

describe('making and deleting VMs on a vCenter', needsPeer('vcsim', 'openssl'), () => {
  it(
    'clones with host, datastore, hardware and network, as another client sees it',
    needsPeer('pyvmomi'),
    async () => {
      await using opened = await openVcenter();
      const network = await refNetwork(opened, 'dvportgroup-1023');
      const wish = { name: 'web-02', cpus: 4, memoryBytes: 8 * GIB, diskBytes: 20 * GIB, network };
      const request = await newCloneRequest(opened, wish);
      const call = newCall();

      await carryOut(opened, (given) => opened.provisioning.clone(request, given), call);

      const vms = await readBackVms(opened.vcsim);
      const made = vms.find(({ name }) => name === 'web-02');
      assert.partialDeepStrictEqual(made, {
        ...{ cpus: 4, memoryMB: 8192, host: 'esx3.test', datastores: ['shared-1'] },
        ...{ powerState: 'poweredOff', template: false, folder: '/Lab/vm' },
        networks: ['prod', 'segment'],
        extraConfig: { 'drover.step': call.stepToken },
      });
      assert.deepEqual(made?.disks[0], { file: '[shared-1] web-02/web-02.vmdk', bytes: 20 * GIB });
    },
  );

  for (const handle of ['network-1024', 'dvportgroup-1022', 'dvportgroup-1023', 'network-1025']) {
    it(`B40 puts the first NIC on ${handle} and leaves the second`, async () => {
      await using opened = await openVcenter();
      const network = await refNetwork(opened, handle);
      const request = await newCloneRequest(opened, { name: 'on-a-network', network });

      const vm = await cloneAndRead(opened, request);

      assert.deepEqual(
        vm.body.nics.map(({ networkHandle }) => networkHandle),
        [handle, 'network-1025'],
      );
    });
  }

  it('B42 clones a template with a snapshot and a larger disk', async () => {
    const tpl = {
      id: 'vm-1201',
      api: 'tpl-snap',
      template: true,
      disks: [{ gib: 40, parentChain: 1 }],
    };
    await using opened = await openVcenter({ estate: withVms(tpl) });
    const all = await readAll(opened.connection);
    const template = toRef(findByHandle(all, 'template', 'vm-1201'));
    const request = await newCloneRequest(opened, { name: 'grown', template, diskBytes: 80 * GIB });

    const vm = await cloneAndRead(opened, request);

    assert.equal(vm.body.disks[0]?.sizeBytes, 80 * GIB);
    const sent = opened.proxy.calls.find(({ method }) => method === 'CloneVM_Task');
    assert.match(sent?.head ?? '', /diskMoveType>moveAllDiskBackingsAndConsolidate</);
  });

  it('B43 never rounds a memory size, and sends nothing that it would have to round', async () => {
    await using opened = await openVcenter();
    const request = await newCloneRequest(opened, { name: 'odd', memoryBytes: GIB + 1 });

    const failing = opened.provisioning.clone(request, newCall());

    await assert.rejects(failing, { code: 'request_invalid', end: 'refused' });
    assert.ok(!opened.proxy.methods.includes('CloneVM_Task'));
  });

  it('B43 H13 sees success without effect when it looks', async () => {
    await using opened = await openVcenter();
    const request = await newCloneRequest(opened, { name: 'never-made' });
    const call = newCall();
    await opened.vcsim.control('rule', { method: 'CloneVM_Task', noEffect: true });

    await carryOut(opened, (given) => opened.provisioning.clone(request, given), call);

    const look = await opened.provisioning.findByToken(call.stepToken, request.name, patience());
    assert.deepEqual(look, { found: 'nothing' });
  });

  it('is refused a host in maintenance, a datastore without room or out of reach, a name', async () => {
    await using opened = await openVcenter();
    const all = await readAll(opened.connection);
    const datastore = (handle: string) => toRef(findByHandle(all, 'datastore', handle));
    const wish = await newCloneRequest(opened, { name: 'refused' });
    const host = toRef(findByHandle(all, 'host', 'host-1004'));
    const tries: readonly (readonly [Partial<CloneRequest>, string])[] = [
      [{ host }, 'host_unavailable'],
      [{ datastore: datastore('datastore-1014') }, 'datastore_unavailable'],
      [{ datastore: datastore('datastore-1013') }, 'datastore_unavailable'],
      [{ datastore: datastore('datastore-1012'), diskBytes: 30 * GIB }, 'not_enough_space'],
      [{ name: 'idle' }, 'name_taken'],
    ];
    for (const [changed, code] of tries) {
      const request = { ...wish, ...changed };

      const failing = carryOut(opened, (call) => opened.provisioning.clone(request, call));

      await assert.rejects(failing, { code, end: 'refused' });
    }
    assert.equal((await readAll(opened.connection)).length, all.length);
  });

  it('H02 does not clone from a VM or onto a host that was not approved', async () => {
    await using opened = await openVcenter();
    const wish = await newCloneRequest(opened, { name: 'other' });
    const identity = 'aaaaaaaa-0000-4000-8000-000000000000';
    for (const changed of [
      { template: { ...wish.template, identity } },
      { host: { ...wish.host, identity } },
    ]) {
      const failing = opened.provisioning.clone({ ...wish, ...changed }, newCall());

      await assert.rejects(failing, { code: 'not_the_vm_approved', end: 'not_started' });
    }
    assert.ok(!opened.proxy.methods.includes('CloneVM_Task'));
  });

  it('says which part of a clone is no more', async () => {
    await using opened = await openVcenter();
    const wish = await newCloneRequest(opened, { name: 'other' });
    const host = { ...wish.host, handle: 'host-9999' };

    const failing = opened.provisioning.clone({ ...wish, host }, newCall());

    await assert.rejects(failing, (error: OperationError) => {
      assert.deepEqual([error.code, error.facts.object], ['not_found', 'host-9999']);
      return true;
    });
  });

  const cuts: readonly (readonly [string, Fault])[] = [
    ['the answer is lost', { kind: 'drop_answer' }],
    ['the answer ends in the middle', { kind: 'cut_answer', afterBytes: 60 }],
    ['nobody answers in time', { kind: 'black_hole', reachesServer: true }],
  ];
  for (const [why, fault] of cuts) {
    it(`H13 finds its clone by the token when ${why}`, async () => {
      await using opened = await openVcenter({ config: HASTY });
      const request = await newCloneRequest(opened, { name: 'lost/100%' });
      const call = newCall();
      opened.proxy.add({ method: 'CloneVM_Task', fault });

      await assert.rejects(opened.provisioning.clone(request, call), { end: 'unknown' });

      const look = await untilSeen(
        () => opened.provisioning.findByToken(call.stepToken, 'lost/100%', patience()),
        ({ found }) => found === 'vm' || found === 'nothing',
      );
      assert.ok(look.found === 'vm', look.found);
      assert.equal(look.vm.body.stepToken, call.stepToken);
      assert.equal(look.vm.body.name, 'lost/100%');
    });
  }

  it('H13 never says nothing while a clone whose answer was lost is being made', async () => {
    await using opened = await openVcenter({ taskDelayMs: { CloneVM_Task: 1500 } });
    const request = await newCloneRequest(opened, { name: 'slow' });
    const call = newCall();
    opened.proxy.add({ method: 'CloneVM_Task', fault: { kind: 'drop_answer' } });
    await assert.rejects(opened.provisioning.clone(request, call), { end: 'unknown' });

    const found: string[] = [];
    while (found.at(-1) !== 'vm') {
      const look = await opened.provisioning.findByToken(call.stepToken, 'slow', patience());
      found.push(look.found);
    }

    assert.ok(found.length > 1);
    assert.ok(!found.includes('nothing'), found.join());
  });

  it('H05 takes the VM of the wished name when somebody cloned it with its token', async () => {
    await using opened = await openVcenter();
    const call = newCall();
    for (const name of ['original', 'copy']) {
      const request = await newCloneRequest(opened, { name });
      await carryOut(opened, (given) => opened.provisioning.clone(request, given), call);
    }

    const look = await opened.provisioning.findByToken(call.stepToken, 'original', patience());
    const other = await opened.provisioning.findByToken(call.stepToken, 'renamed', patience());

    assert.ok(look.found === 'vm' && look.vm.body.name === 'original');
    assert.equal(other.found, 'cannot_tell');
  });

  it('finds the VM by its token alone after it was renamed', async () => {
    await using opened = await openVcenter();
    const call = newCall();
    const request = await newCloneRequest(opened, { name: 'before' });
    await carryOut(opened, (given) => opened.provisioning.clone(request, given), call);
    const by = { user: 'CORP\\anna', method: 'Rename_Task', this: 'before' };
    await opened.vcsim.control('as', { ...by, args: { newName: 'after' } });

    const look = await opened.provisioning.findByToken(call.stepToken, 'before', patience());

    assert.ok(look.found === 'vm' && look.vm.body.name === 'after');
  });

  it('H19 deletes a VM and leaves the disk that was taken off before', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1104');
    await carryOut(opened, (call) => opened.provisioning.detachDisks(vm, ['2001'], call));

    await carryOut(opened, (call) => opened.provisioning.delete(vm, call));

    assert.equal(await readVm(opened, 'vm-1104'), undefined);
    const files = (await opened.vcsim.control('files', { datastore: 'shared-1' })) as string[];
    const left = files.filter((file) => file.startsWith('two-disks/'));
    assert.deepEqual(left.toSorted(), [
      'two-disks/two-disks_1-flat.vmdk',
      'two-disks/two-disks_1.vmdk',
    ]);
  });

  it('H17 takes no disk off a VM that was changed since it was looked at', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1104');
    const by = { user: 'CORP\\anna', method: 'ReconfigVM_Task', this: 'vm-1104' };
    await opened.vcsim.control('as', { ...by, args: { spec: { memoryMB: 2048 } } });
    await opened.vcsim.control('rule', { method: 'ReconfigVM_Task', fault: 'ConcurrentAccess' });

    const failing = carryOut(opened, (call) => opened.provisioning.detachDisks(vm, ['2001'], call));

    await assert.rejects(failing, { code: 'another_task_runs', end: 'refused' });
    const sent = opened.proxy.calls.find(({ method }) => method === 'ReconfigVM_Task');
    assert.match(sent?.head ?? '', /changeVersion>[^<]+</);
  });

  it('H13 is unknown when the answer to a deletion is lost, and the VM is seen gone', async () => {
    await using opened = await openVcenter();
    const vm = await refVm(opened, 'vm-1104');
    opened.proxy.add({ method: 'Destroy_Task', fault: { kind: 'drop_answer' } });

    await assert.rejects(opened.provisioning.delete(vm, newCall()), { end: 'unknown' });

    await untilSeen(
      () => readVm(opened, 'vm-1104'),
      (seen) => seen === undefined,
    );
  });
});

async function refNetwork({ connection }: OpenedVcenter, handle: string) {
  return toRef(findByHandle(await readAll(connection), 'network', handle));
}

async function cloneAndRead(opened: OpenedVcenter, request: CloneRequest) {
  const call = newCall();
  await carryOut(opened, (given) => opened.provisioning.clone(request, given), call);
  const look = await opened.provisioning.findByToken(call.stepToken, request.name, patience());
  assert.ok(look.found === 'vm');
  return look.vm;
}

function withVms(...vms: readonly object[]): object {
  return { ...SMALL_ESTATE, vms: [...SMALL_ESTATE.vms, ...vms] };
}
