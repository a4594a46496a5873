/** Maintenance of hosts on the lab's failover cluster: a node is paused at once, and drained by the cluster. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMoving } from './moving.ts';
import { openTestLab, readAll } from './open-lab.ts';

describe('maintenance on the failover cluster', () => {
  it('pauses the node at once, with all that is on it', async () => {
    await using test = openTestLab();
    const { mark, stand, find } = createMoving(test.hv);
    const before = await stand('hv-02');

    await mark('hv-02');
    const after = await stand('hv-02');

    assert.equal(after.mark, 'in');
    assert.deepEqual(after.vms, before.vms);
    const { inMaintenance, platformState } = (await find('host', 'hv-02')).body;
    assert.deepEqual([inMaintenance, platformState], [true, 'Paused']);
  });

  it('drains by priority within its limits: low ones quick, those that are off too', async () => {
    await using test = openTestLab();
    const { clock, lab, hv } = test;
    const { mark, stand, follow } = createMoving(hv);
    const all = await readAll(hv);
    const before = await stand('hv-02');

    const task = await mark('hv-02', true);
    clock.advance(1000);
    const moves = lab.history().flatMap((it) => (it.deed === 'move' ? [it] : []));
    const running = moves.filter(({ state }) => state === 'running').length;
    const draining = await stand('hv-02');
    clock.advance(7_200_000);
    await follow(task);

    const vmOf = (handle: string) => all.find((it) => it.kind === 'vm' && it.handle === handle);
    const order = moves.map(({ input }) => {
      const vm = vmOf(input.vm.handle);
      return vm?.kind === 'vm' ? [vm.body.priority, vm.body.power, input.way] : [];
    });
    assert.equal(moves.length, before.vms.length);
    const ranks = order.map(([priority]) => ['high', 'medium', 'low'].indexOf(priority ?? ''));
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
    for (const [priority, power, way] of order)
      assert.equal(way, power === 'off' ? 'off' : priority === 'low' ? 'quick' : 'live');
    assert.equal(running, 2);
    assert.deepEqual([draining.mark, draining.task], ['in', task]);
    assert.deepEqual((await stand('hv-02')).vms, []);
  });

  it('fails the drain with the names of those that stay, and stays paused', async () => {
    await using test = openTestLab({ speed: 0 });
    const { mark, stand, follow, where } = createMoving(test.hv);
    const [vm] = (await stand('hv-02')).vms.filter(({ power }) => power === 'on');
    const name = vm?.name ?? '';
    test.lab.faults.changeByOthers('lab-hv', (it) =>
      it.editVm(name, { ties: [{ what: 'passthrough', label: 'GPU 0' }] }),
    );

    const failing = follow(await mark('hv-02', true));

    await assert.rejects(failing, ({ code, facts }) => {
      assert.equal(facts.reason, `not drained: ${name}`);
      return code === 'platform_refused';
    });
    assert.equal((await stand('hv-02')).mark, 'in');
    assert.deepEqual(await where(name), ['hv-02', 'on']);
  });

  it('brings back with failback what it drained, and nothing without', async () => {
    for (const failback of [true, false]) {
      await using test = openTestLab({ speed: 0 });
      const { mark, unmark, stand } = createMoving(test.hv);
      const before = (await stand('hv-02')).vms.map(({ name }) => name);
      await mark('hv-02', true);

      await unmark('hv-02', failback);

      const after = await stand('hv-02');
      assert.equal(after.mark, 'none');
      const names = after.vms.map(({ name }) => name);
      assert.deepEqual(names.toSorted(), failback ? before.toSorted() : []);
    }
  });
});
