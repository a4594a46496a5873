/** The maintenance facet: a mark that is set, read and taken away from every part of the way, and that stops nothing. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { ObjectRef } from '#core/inventory/estate-object.ts';
import type { HostStanding, MaintenanceFacet } from '#core/ports/moving.ts';
import type { MovingPlaces, OpenConnection, OpenedConnection } from './connection-contract.ts';
import {
  assertFails,
  carryOut,
  facetOf,
  findRef,
  newCall,
  patience,
  readVm,
} from './connection-contract-actors.ts';
import {
  assertClosed,
  findNow,
  moveOnto,
  openMoves,
  placesFor,
} from './connection-contract-moving.ts';

const STAY = { drain: false } as const;
const LEAVE = { failback: false } as const;
const OTHER = { identity: '00000000-0000-4000-8000-00000000dead' };

interface OpenedMaintenance {
  readonly maintenance: MaintenanceFacet;
  readonly places: MovingPlaces;
  /** `host`, on which `movable` runs, and `otherHost`, which is empty. */
  readonly host: ObjectRef;
  readonly empty: ObjectRef;
  readonly vm: ObjectRef;
}

async function openMaintenance(
  opened: OpenedConnection,
  context: TestContext,
): Promise<OpenedMaintenance | undefined> {
  const maintenance = facetOf(opened, 'maintenance', context);
  const places = placesFor(opened, context);
  if (!maintenance || !places) return undefined;
  return {
    ...{ maintenance, places },
    host: await findRef(opened, 'host', opened.places.host),
    empty: await findRef(opened, 'host', places.otherHost),
    vm: await findRef(opened, 'vm', places.movable),
  };
}

export function describeMaintenance(open: OpenConnection): void {
  describe('maintenance', () => {
    it('reads a host: no mark, and every VM on it', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, host, empty, vm, places } = found;

      const full = await maintenance.read(host, patience());
      const none = await maintenance.read(empty, patience());

      assert.deepEqual([full.mark, full.task], ['none', undefined]);
      assert.deepEqual([none.mark, none.vms], ['none', []]);
      assert.deepEqual(
        full.vms.filter((it) => it.handle === vm.handle),
        [{ handle: vm.handle, identity: vm.identity, name: places.movable, power: 'on' }],
      );
      for (const { handle } of full.vms)
        assert.equal((await readVm(opened, handle))?.body.hostHandle, host.handle);
    });

    it('marks a host with VMs, twice without harm, and stops and moves nothing', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, host } = found;
      const before = await maintenance.read(host, patience());

      await maintenance.mark(host, STAY, newCall());
      const once = await maintenance.read(host, patience());
      await maintenance.mark(host, STAY, newCall());
      const twice = await maintenance.read(host, patience());

      assertMarked(once);
      assert.equal(twice.mark, once.mark);
      assert.equal(twice.task, once.task);
      for (const { vms } of [once, twice]) assert.deepEqual(sortVms(vms), sortVms(before.vms));
    });

    it('ends in maintenance when the host is empty, and leaves it', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, empty } = found;

      const task = await maintenance.mark(empty, STAY, newCall());
      if (task !== undefined) await opened.connection.tasks?.follow(task, newCall());
      const inside = await maintenance.read(empty, patience());
      await carryOut(opened, (call) => maintenance.unmark(empty, LEAVE, call));
      const after = await maintenance.read(empty, patience());

      assert.deepEqual([inside.mark, inside.vms], ['in', []]);
      assert.equal(after.mark, 'none');
    });

    it('B58 takes the mark away while VMs are on the host, twice without harm', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, host } = found;
      const before = await maintenance.read(host, patience());
      await maintenance.mark(host, STAY, newCall());
      assertMarked(await maintenance.read(host, patience()));

      for (let i = 0; i < 2; i++) {
        await carryOut(opened, (call) => maintenance.unmark(host, LEAVE, call));
        const after = await maintenance.read(host, patience());
        assert.deepEqual([after.mark, after.task], ['none', undefined]);
        assert.deepEqual(sortVms(after.vms), sortVms(before.vms));
      }
    });

    it('B60 lets no VM move onto a marked host, and lets it again afterwards', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      const moves = found && (await openMoves(opened, context));
      if (!found || !moves) return;
      const { maintenance, empty, vm } = found;
      await maintenance.mark(empty, STAY, newCall());

      await assertClosed(moveOnto(opened, moves, empty));
      const refused = await findNow(opened, vm);
      await carryOut(opened, (call) => maintenance.unmark(empty, LEAVE, call));
      await moveOnto(opened, moves, empty);
      const moved = await findNow(opened, vm);

      assert.equal(refused.body.hostHandle, moves.before.body.hostHandle);
      assert.deepEqual([moved.body.hostHandle, moved.body.power], [empty.handle, 'on']);
    });

    it('lets a VM move off a marked host', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      const moves = found && (await openMoves(opened, context));
      if (!found || !moves) return;
      const { maintenance, host, empty, vm } = found;
      await maintenance.mark(host, STAY, newCall());

      await moveOnto(opened, moves, empty);

      const moved = await findNow(opened, vm);
      assert.deepEqual([moved.body.hostHandle, moved.body.power], [empty.handle, 'on']);
      const left = await maintenance.read(host, patience());
      assert.ok(!left.vms.some(({ identity }) => identity === vm.identity));
    });

    itDrainsAsItSays(open);

    it('H02 marks and unmarks nothing that has the handle and another identity', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, host } = found;
      const other = { ...host, ...OTHER };

      const marking = maintenance.mark(other, STAY, newCall());
      await assertFails(marking, 'not_started', 'not_the_vm_approved');
      const untouched = await maintenance.read(host, patience());
      await maintenance.mark(host, STAY, newCall());
      const unmarking = maintenance.unmark(other, LEAVE, newCall());
      await assertFails(unmarking, 'not_started', 'not_the_vm_approved');

      assert.equal(untouched.mark, 'none');
      assertMarked(await maintenance.read(host, patience()));
    });

    it('sends nothing once it was called off', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, host } = found;
      const call = newCall({ signal: AbortSignal.abort() });

      await assertFails(maintenance.mark(host, STAY, call), 'not_started');

      assert.equal((await maintenance.read(host, patience())).mark, 'none');
    });

    it('H13 says unknown when an answer is lost, and the host shows what happened', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, host } = found;

      await opened.loseNextAnswer();
      await assertFails(maintenance.mark(host, STAY, newCall()), 'unknown');
      await untilMark(maintenance, host, (mark) => mark !== 'none');
      await opened.loseNextAnswer();
      await assertFails(maintenance.unmark(host, LEAVE, newCall()), 'unknown');
      await untilMark(maintenance, host, (mark) => mark === 'none');
    });

    it('says that a host cannot be marked, and refuses to', async (context) => {
      await using opened = await open({});
      const found = await openMaintenance(opened, context);
      if (!found) return;
      const { maintenance, places } = found;
      if (places.unmarkable === undefined) return context.skip('this platform has no such host');
      const host = await findRef(opened, 'host', places.unmarkable);

      const marking = maintenance.mark(host, STAY, newCall());

      await assert.rejects(
        marking,
        ({ code, end }) => code === 'not_supported' && end !== 'unknown',
      );
      assert.equal((await maintenance.read(host, patience())).mark, 'unsupported');
      return undefined;
    });
  });
}

/** Alone, for a platform whose cluster balances by itself: there, what the other tests mark is emptied. */
export function itDrainsAsItSays(open: OpenConnection, { isSureTo = false } = {}): void {
  it('drains as it says that it does, and moves back where it says so', async (context) => {
    await using opened = await open({});
    const found = await openMaintenance(opened, context);
    if (!found) return;
    const { maintenance, host, vm } = found;
    const isDrained =
      maintenance.drains.where === 'in_clusters' ||
      (await readAutomation(opened, host.handle)) === 'full';
    if (isSureTo) assert.ok(isDrained, 'it says that it does not');
    const listIds = async () =>
      (await maintenance.read(host, patience())).vms.map(({ identity }) => identity);
    const isOn = async () => (await listIds()).includes(vm.identity);

    await maintenance.mark(host, { drain: true }, newCall());
    assertMarked(await maintenance.read(host, patience()));
    if (isDrained) await until(async () => !(await isOn()), 'it stays on the host');
    if (maintenance.drains.failsBack)
      await until(async () => isOver(await maintenance.read(host, patience())), 'no end');
    const drained = await findNow(opened, vm);
    await carryOut(opened, (call) => maintenance.unmark(host, { failback: true }, call));
    const isBack = isDrained && maintenance.drains.failsBack;
    if (isBack) await until(isOn, 'it does not come back');

    assert.equal(drained.body.power, 'on');
    assert.equal(drained.body.hostHandle === host.handle, !isDrained);
    assert.equal((await maintenance.read(host, patience())).mark, 'none');
    assert.equal(await isOn(), isBack || !isDrained);
  });
}

/** The platform moves nothing more off it. */
const isOver = ({ mark, task }: HostStanding): boolean => mark === 'in' && task === undefined;

function assertMarked({ mark }: HostStanding): void {
  assert.ok(mark === 'entering' || mark === 'in', mark);
}

function sortVms(vms: HostStanding['vms']): HostStanding['vms'] {
  return vms.toSorted((a, b) => (a.handle < b.handle ? -1 : 1));
}

/** Whether the cluster of that host moves VMs by itself, as its connection reads it. */
async function readAutomation({ connection: { estate } }: OpenedConnection, handle: string) {
  const read = async (kind: 'host' | 'cluster', one: string) =>
    await estate.read({ kind, handle: one }, patience());
  const host = await read('host', handle);
  const clusterHandle = host?.kind === 'host' ? host.body.clusterHandle : undefined;
  const cluster = clusterHandle ? await read('cluster', clusterHandle) : undefined;
  return cluster?.kind === 'cluster' ? cluster.body.automation : undefined;
}

function untilMark(
  maintenance: MaintenanceFacet,
  host: ObjectRef,
  fits: (mark: HostStanding['mark']) => boolean,
): Promise<void> {
  const isSo = async () => fits((await maintenance.read(host, patience())).mark);
  return until(isSo, 'the host never showed it');
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let i = 0; i < 800; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(otherwise);
}
