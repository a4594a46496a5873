/** vcsim takes the fields of a request in any order, a vCenter does not: xmllint judges every request that is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { findVimFaults } from '#test/helpers/peers/vim-xsd.ts';
import {
  carryOut,
  findByHandle,
  GIB,
  newCall,
  newCloneRequest,
  openVcenter,
  patience,
  readAll,
  refVm,
  toRef,
} from './open-vcenter.ts';

describe('requests to a vCenter', needsPeer('vcsim', 'openssl', 'vim-xsd'), () => {
  it('have their fields in the order of vim25, each of them', async () => {
    await using opened = await openVcenter({
      taskDelayMs: { PowerOffVM_Task: 300 },
      config: { pageSize: 10 },
    });
    const { connection, power, provisioning, tasks } = opened;
    const all = await readAll(connection);
    const end = new AbortController();
    const mark = await connection.estate.snapshot(async () => {}, patience());
    await connection.estate.changes(mark, async () => end.abort(), end.signal);
    for (const handle of ['network-1024', 'dvportgroup-1022', 'network-1025']) {
      const network = toRef(findByHandle(all, 'network', handle));
      const wish = { name: `on ${handle}`, network, diskBytes: 20 * GIB };
      const request = await newCloneRequest(opened, wish);
      await carryOut(opened, (call) => provisioning.clone(request, call));
    }
    const running = await refVm(opened, 'vm-1102');
    const stopped = await refVm(opened, 'vm-1104');
    const { hardware } = connection;
    assert.ok(hardware);
    await carryOut(opened, (call) => hardware.addDisk(running, GIB, call));
    for (const handle of ['network-1024', 'dvportgroup-1022', 'network-1025']) {
      const network = toRef(findByHandle(all, 'network', handle));
      for (const wished of [network, null])
        await carryOut(opened, (it) => hardware.setNic(running, '4000', { network: wished }, it));
    }
    const stop = newCall();
    const task = (await power.stop(running, stop)) ?? '';
    const looking = provisioning.findByToken('none', 'none', patience());
    await Promise.allSettled([tasks.follow(task, stop), tasks.cancel(task, patience()), looking]);
    await power.shutdownGuest(await refVm(opened, 'vm-1103'), newCall()).catch(() => undefined);
    await carryOut(opened, (call) => provisioning.detachDisks(stopped, ['2001'], call));
    await carryOut(opened, (call) => power.start(stopped, call));
    await carryOut(opened, async (call) => power.save?.(stopped, call));
    await carryOut(opened, (call) => power.stop(stopped, call));
    await carryOut(opened, (call) => provisioning.delete(stopped, call));
    await connection.close();

    const methods = new Set(opened.proxy.methods);
    // One of each form: xmllint reads a schema of two megabytes every time.
    const forms = new Map(opened.proxy.calls.map((call) => [toForm(call.head), call]));
    for (const { method, head } of forms.values()) {
      assert.deepEqual(findVimFaults(head), [], `${method}\n${head}`);
    }
    for (const method of EXPECTED) assert.ok(methods.has(method), `${method} was not sent`);
  });
});

function toForm(request: string): string {
  return request
    .replaceAll(/>[^<]+</g, '><')
    .replaceAll(/(<(?:\w+:)?pathSet><\/(?:\w+:)?pathSet>)+/g, '');
}

const EXPECTED = [
  ...['RetrieveServiceContent', 'Login', 'Logout', 'CreateContainerView', 'DestroyView'],
  ...['RetrievePropertiesEx', 'ContinueRetrievePropertiesEx', 'CreatePropertyCollector'],
  ...['DestroyPropertyCollector', 'CreateFilter', 'WaitForUpdatesEx', 'CancelTask'],
  ...['CloneVM_Task', 'ReconfigVM_Task', 'PowerOnVM_Task', 'PowerOffVM_Task', 'ShutdownGuest'],
  ...['SuspendVM_Task', 'Destroy_Task'],
];
