/** The task facet: follow, progress, cancel. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenConnection } from './connection-contract.ts';
import {
  assertFails,
  carryOut,
  facetOf,
  newCall,
  newCloneRequest,
  patience,
  readAll,
} from './connection-contract-actors.ts';

export function describeTasks(open: OpenConnection): void {
  describe('tasks', () => {
    it('finds a clone under way by its token, and follows it to its end', async (context) => {
      await using opened = await open({ isSlow: true });
      const provisioning = facetOf(opened, 'provisioning', context);
      const tasks = facetOf(opened, 'tasks', context);
      if (!provisioning || !tasks) return;
      const wish = await newCloneRequest(opened, 'contract-slow');
      const call = newCall();
      const percents: number[] = [];

      await provisioning.clone(wish, call);
      const look = await provisioning.findByToken(call.stepToken, wish.name, patience());
      assert.ok(look.found === 'running', look.found);
      await tasks.follow(look.task, newCall({ onProgress: (it) => void percents.push(it) }));

      assert.ok(percents.every((it) => Number.isInteger(it) && it >= 0 && it <= 100));
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
      );
      const after = await provisioning.findByToken(call.stepToken, wish.name, patience());
      assert.equal(after.found, 'vm');
    });

    it('is refused a name while the first clone is still being made', async (context) => {
      await using opened = await open({ isSlow: true });
      const provisioning = facetOf(opened, 'provisioning', context);
      if (!provisioning) return;
      const wish = await newCloneRequest(opened, 'contract-race');

      const first = carryOut(opened, (call) => provisioning.clone(wish, call));
      const second = carryOut(opened, (call) => provisioning.clone(wish, call));
      const ends = await Promise.allSettled([first, second]);

      const failed = ends.filter((it) => it.status === 'rejected');
      assert.equal(failed.length, 1);
      assert.equal(failed[0]?.reason.code, 'name_taken');
      assert.equal(failed[0]?.reason.end, 'refused');
    });

    it('cancels a clone: its end says so, and nothing of it stays', async (context) => {
      await using opened = await open({ isSlow: true });
      const provisioning = facetOf(opened, 'provisioning', context);
      const tasks = facetOf(opened, 'tasks', context);
      if (!provisioning || !tasks) return;
      const wish = await newCloneRequest(opened, 'contract-cancel');
      const call = newCall();
      const task = await provisioning.clone(wish, call);
      assert.ok(task !== undefined);

      const following = tasks.follow(task, call);
      await tasks.cancel(task, patience());

      await assertFails(following, 'refused', 'cancelled_on_platform');
      const look = await provisioning.findByToken(call.stepToken, wish.name, patience());
      assert.equal(look.found, 'nothing');
      const all = await readAll(opened.connection);
      assert.ok(!all.some((it) => it.body.name === 'contract-cancel'));
    });

    it('goes on when its follower stops waiting', async (context) => {
      await using opened = await open({ isSlow: true });
      const provisioning = facetOf(opened, 'provisioning', context);
      const tasks = facetOf(opened, 'tasks', context);
      if (!provisioning || !tasks) return;
      const wish = await newCloneRequest(opened, 'contract-left');
      const call = newCall();
      const task = await provisioning.clone(wish, call);
      assert.ok(task !== undefined);
      const leave = new AbortController();

      const following = tasks.follow(task, newCall({ signal: leave.signal }));
      leave.abort();

      await assertFails(following, 'unknown');
      await tasks.follow(task, newCall());
      const look = await provisioning.findByToken(call.stepToken, wish.name, patience());
      assert.equal(look.found, 'vm');
    });

    it('cannot tell the end of a task that the platform does not know', async (context) => {
      await using opened = await open({});
      const tasks = facetOf(opened, 'tasks', context);
      if (!tasks) return;

      await assertFails(tasks.follow('task-999999', newCall()), 'unknown');
    });
  });
}
