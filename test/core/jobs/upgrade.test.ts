/** Steps that this release does not know end, and hold nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBench } from './open-bench.ts';
import { UNKNOWN } from './pretend-platform.ts';

describe('a step of an older version', () => {
  for (const [what, older] of [
    ['kind', { kind: 'unplug' }],
    ['version', { kind: 'change', version: 0 }],
  ] as const) {
    it(`H36 ends as made by an older version: unknown ${what}`, async () => {
      await using bench = await openBench();
      await bench.startJob({ steps: { a: older, b: { after: ['a'] } } });

      await bench.deliverAll();

      const step = await bench.step('job-1/a');
      assert.deepEqual([step.state, step.code], ['failed', 'made_by_older_version']);
      assert.deepEqual(await bench.states('job-1'), ['a failed', 'b skipped']);
      assert.equal((await bench.job('job-1')).state, 'failed');
      assert.deepEqual(bench.platform.calls, []);
      assert.deepEqual(await bench.reservations(), []);
    });
  }

  it('H36 gives its permits to others when the upgrade came after they were given', async () => {
    await using bench = await openBench();
    bench.capacities.set('host:x', 1);
    await bench.startJob({ steps: { a: { permits: ['host:x'] } } });
    await bench.startJob({ steps: { a: { permits: ['host:x'], kind: 'clone' } } });
    const { find } = bench.platform.kinds;
    const kinds = {
      find: (name: string, version: number) =>
        name === 'change' ? undefined : find(name, version),
    };

    await bench.deliverAll({ kinds });

    assert.deepEqual(await bench.states('job-1'), ['a failed']);
    assert.deepEqual(await bench.states('job-2'), ['a done']);
    const held = await bench.store.read((reads) => reads.jobs.listPermitSteps('holding'));
    assert.deepEqual(held, []);
    assert.deepEqual(await bench.reservations(), []);
  });

  it('H36 ends a step whose outcome was unknown when the upgrade came', async () => {
    await using bench = await openBench();
    await bench.startJob({ steps: { a: {} } });
    bench.platform.plan('job-1/a', { error: UNKNOWN, lateMs: 99_000 });
    await bench.deliver();

    await bench.deliverAll({ kinds: { find: () => undefined } });

    assert.equal((await bench.step('job-1/a')).code, 'made_by_older_version');
    assert.equal((await bench.job('job-1')).state, 'failed');
  });
});
