/** vcsim takes the fields of a request in any order, a vCenter does not: xmllint judges every request that is sent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { findVimFaults } from '#test/helpers/peers/vim-xsd.ts';
import { MOVING_ESTATE } from './moving-estate.ts';
import { refHosts } from './open-moving.ts';
import {
  carryOut,
  findByHandle,
  GIB,
  newCall,
  newCloneRequest,
  type OpenedVcenter,
  openVcenter,
  patience,
  readAll,
  refPart,
  refVm,
  toRef,
} from './open-vcenter.ts';

describe('requests to a vCenter', needsPeer('vcsim', 'openssl', 'vim-xsd'), () => {
  it('have their fields in the order of vim25, each of them', async () => {
    await using opened = await openVcenter({
      estate: MOVING_ESTATE,
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
    await moveAbout(opened);
    await connection.close();

    const methods = new Set(opened.proxy.methods);
    // One of each form.
    const forms = new Map(opened.proxy.calls.map(({ head }) => [toForm(head), head]));
    assert.deepEqual(findVimFaults(...forms.values()), []);
    for (const method of EXPECTED) assert.ok(methods.has(method), `${method} was not sent`);
  });
});

/** Moves of each form, asked first and looked for; a host's mark set, waited for and taken away. */
async function moveAbout(opened: OpenedVcenter): Promise<void> {
  const { migration, maintenance, vcsim } = opened;
  await vcsim.control('drs', { on: false });
  const vm = await refVm(opened, 'vm-1201');
  const [from, near, apart] = await refHosts(opened, 'host-1003', 'host-1005', 'host-1008');
  const shared = await refPart(opened, 'datastore', 'datastore-1015');
  const far = await refPart(opened, 'datastore', 'datastore-1016');
  const back = { host: from, datastore: shared };
  const wishes = [{ host: near }, { datastore: shared }, { host: apart, datastore: far }, back];
  for (const wish of wishes) {
    await migration.check(vm, { way: 'live', ...wish }, patience());
    await carryOut(opened, (call) => migration.move(vm, { way: 'live', ...wish }, call));
  }
  // Between stand-alone hosts or clusters that share their datastores: a pool, and no files.
  await vcsim.control('estate', { hosts: [{ id: 'host-1009', name: 'esx9', cluster: 'Near' }] });
  const [beside] = await refHosts(opened, 'host-1009');
  await migration.check(vm, { way: 'live', host: beside }, patience());
  await migration.move(vm, { way: 'live', host: beside }, newCall());
  await migration.findMove(vm, patience());
  await migration.findCopies(vm, patience());
  await maintenance.mark(from, { drain: false }, newCall());
  await carryOut(opened, (call) => maintenance.unmark(from, { failback: false }, call));
  await carryOut(opened, (call) => maintenance.mark(near, { drain: true }, call));
  await carryOut(opened, (call) => maintenance.unmark(near, { failback: false }, call));
}

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
  ...['SuspendVM_Task', 'Destroy_Task', 'MigrateVM_Task', 'RelocateVM_Task'],
  ...['CheckMigrate_Task', 'CheckRelocate_Task', 'FindAllByUuid'],
  ...['EnterMaintenanceMode_Task', 'ExitMaintenanceMode_Task'],
];
