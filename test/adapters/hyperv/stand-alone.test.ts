/** Several hosts that are in no cluster: VMs move between them with their files, and none of them has a mark of its own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import type { Call, TaskRef } from '#core/ports/connection.ts';
import {
  findOne,
  newCall,
  patience,
  readAll,
  toRef,
} from '#test/contracts/connection-contract-actors.ts';
import type { NextMove } from '#test/fakes/hyperv/world/parts.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { connectTo, keepHyperv, type OpenedHyperv } from './open-hyperv.ts';

const config = { standAlone: true, templates: [] };

describe('stand-alone hosts', needsPeer('powershell', 'openssl'), () => {
  const keep = keepHyperv();

  async function open({
    nextMove,
    isSlow = false,
  }: {
    nextMove?: NextMove;
    isSlow?: boolean;
  } = {}) {
    const opened = await keep({
      config,
      takesMs: isSlow ? { 'Start-Sleep': 500 } : {},
      build: (world) => {
        for (const name of ['hv-1', 'hv-2']) world.addHost(name);
        const path = 'C:\\VMs\\web-01';
        const more = { state: 'Running', path, disks: [`${path}\\system.vhdx`] } as const;
        world.addVm('hv-1', 'web-01', { ...more, nextMove });
      },
    });
    const { connection, site } = opened;
    const { migration, maintenance } = connection;
    assert.ok(migration && maintenance);
    const all = await readAll(connection);
    const vm = toRef(connection, findOne(all, 'vm', 'web-01'));
    const host = toRef(connection, findOne(all, 'host', 'HV-2'));
    const datastore = toRef(connection, findOne(all, 'datastore', 'HV-2 C:'));
    const own = toRef(connection, findOne(all, 'datastore', 'HV-1 C:'));
    const wish = { way: 'live', host, datastore } as const;
    const [model] = site.world.vms;
    assert.ok(model);
    return { opened, migration, maintenance, vm, host, own, wish, model };
  }

  const follow = async ({ connection }: OpenedHyperv, task: TaskRef, call = newCall()) =>
    connection.tasks?.follow(task, call);

  const carryOut = async (
    opened: OpenedHyperv,
    send: (call: Call) => Promise<TaskRef | undefined>,
  ) => {
    const task = await send(newCall());
    if (task !== undefined) await follow(opened, task);
  };

  const where = ({ connection }: OpenedHyperv, vm: { readonly handle: string }) =>
    connection.estate.findMoved?.(vm, patience());

  it('H03 a VM takes its files along, is judged before, and is the same where it comes to', async () => {
    const { opened, migration, vm, wish, model } = await open();
    await using _ = opened;

    assert.deepEqual(migration.can, ['storage', 'host_and_storage', 'shared_nothing']);
    assert.deepEqual(await migration.check(vm, wish, patience()), []);
    await carryOut(opened, (call) => migration.move(vm, wish, call));

    const found = await where(opened, vm);
    assert.ok(found?.kind === 'vm');
    assert.deepEqual([found.identity, found.body.power], [vm.identity, 'on']);
    assert.deepEqual(
      [found.body.datastoreHandle, found.body.disks[0]?.datastoreHandle],
      [wish.datastore.handle, wish.datastore.handle],
    );
    assert.equal(await opened.connection.estate.read(vm, patience()), undefined);
    const { copies, silent } = await migration.findCopies(vm, patience());
    assert.deepEqual([copies.map(({ handle }) => handle), silent], [[found.handle], []]);
    assert.equal(model.host, 'hv-2');
  });

  it('H15 B57 half of a move that failed is named beside the VM, and a host that is silent by its name', async () => {
    const nextMove = { failsWith: 'the disk is full', leavesCopy: true };
    const { opened, migration, vm, wish } = await open({ nextMove });
    await using _ = opened;

    await assert.rejects(
      carryOut(opened, (call) => migration.move(vm, wish, call)),
      ({ end, facts }: OperationError) =>
        end === 'refused' && /disk is full/.test(String(facts.words)),
    );
    const { copies, silent } = await migration.findCopies(vm, patience());
    assert.deepEqual(
      copies.map(({ identity, body }) => [
        identity,
        body.power,
        body.platformState,
        body.isReachable,
      ]),
      [
        [vm.identity, 'on', 'Running', true],
        [vm.identity, 'off', 'Planned', false],
      ],
    );
    assert.deepEqual(silent, []);
    await opened.site.rebootHost('hv-2');
    const after = await migration.findCopies(vm, patience());
    assert.deepEqual([after.copies.length, after.silent], [1, ['HV-2']]);
    await assert.rejects(async () => migration.check(vm, wish, patience()), {
      ...{ code: 'host_unavailable', end: 'not_started' },
    });
    // It may be there, for all that anybody knows.
    await assert.rejects(async () => where(opened, vm), { code: 'host_unavailable' });
  });

  it('have no mark: it is said, and refused', async () => {
    const { opened, maintenance, host } = await open();
    await using _ = opened;

    opened.site.world.addVm('hv-2', 'replica-01', { replication: 'Replica' });

    // A replica is no VM of the host (H04).
    assert.deepEqual(await maintenance.read(host, patience()), { mark: 'unsupported', vms: [] });
    for (const change of [
      async () => maintenance.mark(host, { drain: false }, newCall()),
      async () => maintenance.unmark(host, { failback: false }, newCall()),
    ])
      await assert.rejects(change, { code: 'not_supported', end: 'refused' });
  });

  it('H06 are one connection, whichever of them answers', async () => {
    const { opened } = await open();
    await using _ = opened;
    const { identity } = await opened.connection.estate.identify(patience());
    await opened.site.rebootHost('hv-1');

    assert.equal((await opened.connection.estate.identify(patience())).identity, identity);
    const all = await readAll(opened.connection);
    const states = all.flatMap(({ kind, body }) => (kind === 'host' ? [body.state] : []));
    assert.deepEqual(states, ['not_responding', 'connected']);
  });

  it('H18 a move of files is taken back by whoever stops it, and leaves them where they were', async () => {
    const { opened, migration, vm, own, model } = await open({ isSlow: true });
    await using _ = opened;
    const before = model.disks.map(({ path }) => path);
    const call = newCall();
    const task = await migration.move(vm, { way: 'live', datastore: own }, call);
    assert.ok(task !== undefined);

    const refused = { code: 'cancelled_on_platform', end: 'refused' };
    const stopped = assert.rejects(async () => follow(opened, task, call), refused);
    await opened.connection.tasks?.cancel(task, patience());

    await stopped;
    assert.deepEqual(
      model.disks.map(({ path }) => path),
      before,
    );
    assert.equal(model.secondary, undefined);
  });

  it('B60 a move that somebody else ordered is found, followed and stopped', async () => {
    const { opened, migration, vm, wish, model } = await open({ isSlow: true });
    await using _ = opened;
    const other = connectTo(opened.site, config);
    await readAll(other);
    const task = await migration.move(vm, wish, newCall());
    assert.ok(task !== undefined);
    const ended = assert.rejects(async () => follow(opened, task), { end: 'refused' });

    const look = await other.migration?.findMove(vm, patience());
    assert.ok(look?.found === 'running');
    const refused = { code: 'platform_refused', end: 'refused' };
    const stopped = assert.rejects(async () => other.tasks?.follow(look.task, newCall()), refused);
    await other.tasks?.cancel(look.task, patience());

    await stopped;
    await ended;
    assert.deepEqual([model.host, model.state], ['hv-1', 'Running']);
    assert.equal((await migration.findMove(vm, patience())).found, 'nothing');
    await other.close();
  });
});
