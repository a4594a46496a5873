/** The migration facet: each way that the platform has works, is refused, and never leaves a VM on two hosts or on none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationError } from '#core/errors.ts';
import type { MoveWish } from '#core/ports/moving.ts';
import type { OpenConnection } from './connection-contract.ts';
import { assertFails, carryOut, findRef, patience } from './connection-contract-actors.ts';
import {
  assertClosed,
  assertLiesOn,
  assertOneCopy,
  assertStays,
  findNow,
  openMoves,
  turnOff,
} from './connection-contract-moving.ts';

export function describeMigration(open: OpenConnection): void {
  describe('migration', () => {
    for (const way of ['live', 'quick', 'off'] as const)
      it(`moves a VM to another host, ${way}`, async (context) => {
        await using opened = await open({});
        const moves = await openMoves(opened, context, ...(way === 'quick' ? [way] : []));
        if (!moves) return;
        const { migration, vm, host, before } = moves;
        if (way === 'off') await turnOff(opened, vm);

        await carryOut(opened, (call) => migration.move(vm, { way, host }, call));

        const after = await findNow(opened, vm);
        assert.equal(after.identity, vm.identity);
        assert.equal(after.body.name, before.body.name);
        assert.equal(after.body.hostHandle, host.handle);
        assert.equal(after.body.power, way === 'off' ? 'off' : 'on');
        assert.equal(after.body.datastoreHandle, before.body.datastoreHandle);
        await assertOneCopy(opened, moves, after);
      });

    for (const way of ['live', 'off'] as const)
      it(`moves all files of a VM, ${way}, and leaves it on its host`, async (context) => {
        await using opened = await open({});
        const moves = await openMoves(
          opened,
          context,
          ...(way === 'live' ? (['storage'] as const) : []),
        );
        if (!moves) return;
        const { migration, vm, datastore, before } = moves;
        if (way === 'off') await turnOff(opened, vm);

        await carryOut(opened, (call) => migration.move(vm, { way, datastore }, call));

        const after = await findNow(opened, vm);
        assertLiesOn(after, datastore);
        assert.equal(after.body.hostHandle, before.body.hostHandle);
        assert.equal(after.body.power, way === 'off' ? 'off' : 'on');
        await assertOneCopy(opened, moves, after);
      });

    it('moves host and files at once', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context, 'host_and_storage');
      if (!moves) return;
      const { migration, vm, host, datastore } = moves;
      const wish: MoveWish = { way: 'live', host, datastore };

      await carryOut(opened, (call) => migration.move(vm, wish, call));

      const after = await findNow(opened, vm);
      assertLiesOn(after, datastore);
      assert.deepEqual([after.body.hostHandle, after.body.power], [host.handle, 'on']);
      assert.equal(after.identity, vm.identity);
      await assertOneCopy(opened, moves, after);
    });

    it('moves between hosts that share no datastore', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context, 'shared_nothing');
      if (!moves) return;
      const { migration, vm, places } = moves;
      if (!places.apart) return context.skip('this platform has no such hosts');
      const host = await findRef(opened, 'host', places.apart.host);
      const datastore = await findRef(opened, 'datastore', places.apart.datastore);
      const wish: MoveWish = { way: 'live', host, datastore };

      await carryOut(opened, (call) => migration.move(vm, wish, call));

      const after = await findNow(opened, vm);
      assertLiesOn(after, datastore);
      assert.deepEqual([after.body.hostHandle, after.body.power], [host.handle, 'on']);
      await assertOneCopy(opened, moves, after);
      return undefined;
    });

    it('is refused a way that does not fit how the VM stands', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context);
      if (!moves) return;
      const { migration, vm, host } = moves;
      const move = (way: MoveWish['way']) =>
        carryOut(opened, (call) => migration.move(vm, { way, host }, call));

      await assertFails(move('off'), 'refused', 'wrong_power_state');
      await assertStays(opened, moves, 'on');
      await turnOff(opened, vm);
      await assertFails(move('live'), 'refused', 'wrong_power_state');
      if (migration.can.includes('quick'))
        await assertFails(move('quick'), 'refused', 'wrong_power_state');
      await assertStays(opened, moves, 'off');
    });

    it('H02 neither moves nor judges a VM that has the handle and another identity', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context);
      if (!moves) return;
      const { migration, vm, host } = moves;
      const other = { ...vm, identity: '00000000-0000-4000-8000-00000000dead' };
      const wish: MoveWish = { way: 'live', host };

      const moving = carryOut(opened, (call) => migration.move(other, wish, call));
      await assertFails(moving, 'not_started', 'not_the_vm_approved');
      const codes = ['not_the_vm_approved', 'not_supported'];
      await assert.rejects(migration.check(other, wish, patience()), (error) =>
        codes.includes((error as OperationError).code),
      );

      await assertStays(opened, moves, 'on');
    });

    it('is refused a host that is away', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context);
      if (!moves) return;
      const { migration, vm, places } = moves;
      if (places.awayHost === undefined) return context.skip('this platform has no such host');
      const host = await findRef(opened, 'host', places.awayHost);

      const moving = carryOut(opened, (call) => migration.move(vm, { way: 'live', host }, call));

      await assertClosed(moving);
      await assertStays(opened, moves, 'on');
      return undefined;
    });
  });
}
