/** What the migration facet finds: judged before, under way, cancelled, and after an answer that was lost. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MoveWish } from '#core/ports/moving.ts';
import type { OpenConnection } from './connection-contract.ts';
import { assertFails, facetOf, findRef, newCall, patience } from './connection-contract-actors.ts';
import {
  assertOneCopy,
  assertStays,
  errorsOf,
  findNow,
  judge,
  openMoves,
  untilOnOther,
} from './connection-contract-moving.ts';

export function describeMoveLooks(open: OpenConnection): void {
  describe('what is known of a move', () => {
    it('judges a wish that fits, and changes nothing', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context);
      if (!moves) return;
      const { migration, vm, host } = moves;

      const findings = await judge(migration, vm, { way: 'live', host });

      if (!findings) return context.skip('this platform cannot judge this');
      assert.deepEqual(errorsOf(findings), []);
      await assertStays(opened, moves, 'on');
      assert.equal((await migration.findMove(vm, patience())).found, 'nothing');
      return undefined;
    });

    for (const [what, pick] of [
      ['a VM that is tied to its host', 'pinned'],
      ['a host without the network of the VM', 'withoutNetwork'],
    ] as const)
      it(`finds an error for ${what}`, async (context) => {
        await using opened = await open({});
        const moves = await openMoves(opened, context);
        if (!moves) return;
        const { migration, places } = moves;
        const name = places[pick];
        if (name === undefined) return context.skip('this platform has no such one');
        const isVm = pick === 'pinned';
        const vm = isVm ? await findRef(opened, 'vm', name) : moves.vm;
        const host = isVm ? moves.host : await findRef(opened, 'host', name);
        const wish: MoveWish = { way: 'live', host };

        const findings = await judge(migration, vm, wish);

        if (!findings) return context.skip('this platform cannot judge this');
        const errors = errorsOf(findings);
        assert.ok(errors.length > 0);
        assert.ok(errors.every(({ code, words }) => code !== '' && words !== ''));
        return undefined;
      });

    it('finds a move under way, follows it, and finds nothing when it is over', async (context) => {
      await using opened = await open({ isSlow: true });
      const moves = await openMoves(opened, context);
      const tasks = facetOf(opened, 'tasks', context);
      if (!moves || !tasks) return;
      const { migration, vm, host } = moves;
      const percents: number[] = [];

      const none = await migration.findMove(vm, patience());
      await migration.move(vm, { way: 'live', host }, newCall());
      const look = await migration.findMove(vm, patience());
      assert.ok(look.found === 'running', look.found);
      await tasks.follow(look.task, newCall({ onProgress: (it) => void percents.push(it) }));

      assert.equal(none.found, 'nothing');
      assert.ok(percents.every((it) => Number.isInteger(it) && it >= 0 && it <= 100));
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
      );
      const after = await findNow(opened, vm);
      assert.equal(after.body.hostHandle, host.handle);
      const over = await migration.findMove({ ...vm, handle: after.handle }, patience());
      assert.equal(over.found, 'nothing');
    });

    it('H18 cancels a move: its end says so, and the VM runs whole where it was', async (context) => {
      await using opened = await open({ isSlow: true });
      const moves = await openMoves(opened, context);
      const tasks = facetOf(opened, 'tasks', context);
      if (!moves || !tasks) return;
      const { migration, vm, host } = moves;
      const call = newCall();
      const task = await migration.move(vm, { way: 'live', host }, call);
      assert.ok(task !== undefined);

      const following = tasks.follow(task, call);
      await tasks.cancel(task, patience());

      await assertFails(following, 'refused', 'cancelled_on_platform');
      await assertStays(opened, moves, 'on');
      await assertOneCopy(opened, moves, await findNow(opened, vm));
      assert.equal((await migration.findMove(vm, patience())).found, 'nothing');
    });

    it('H13 says unknown when the answer is lost, and the platform shows the one move', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context);
      if (!moves) return;
      const { migration, vm, host } = moves;
      await opened.loseNextAnswer();

      await assertFails(migration.move(vm, { way: 'live', host }, newCall()), 'unknown');

      const after = await untilOnOther(opened, moves);
      assert.deepEqual([after.body.power, after.identity], ['on', vm.identity]);
      await assertOneCopy(opened, moves, after);
      if (opened.countMoves) assert.equal(await opened.countMoves(), 1);
    });

    it('sends nothing once it was called off', async (context) => {
      await using opened = await open({});
      const moves = await openMoves(opened, context);
      if (!moves) return;
      const { migration, vm, host } = moves;
      const call = newCall({ signal: AbortSignal.abort() });

      await assertFails(migration.move(vm, { way: 'live', host }, call), 'not_started');

      await assertStays(opened, moves, 'on');
    });
  });
}
