/** What a twin is loaded with: all that the plan touches, and no more of the estate. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { observeTouched } from '#core/rehearsal/observe-touched.ts';
import { readRequest } from './look.ts';
import { openMoves, say } from './moves-stage.ts';

describe('the twin of a plan', { timeout: 60_000 }, () => {
  it('has the hosts of its steps with everything on and under them, and no other host', async () => {
    await using app = await openMoves({
      on: { 'esx-01': ['app-01'], 'esx-02': ['web-01', 'web-02'], 'esx-03': ['db-01'] },
    });
    const { index, connections, store } = app.drover.house;
    await say(app, 'carl', 'vm migrate web-01 --host esx-03');
    const { planId } = await readRequest(app, 1);
    const stored = await store.read(({ plans }) => plans.find(planId));
    assert.ok(stored);

    const [estate, ...others] = observeTouched(stored.plan, index, connections);

    const names = (kind: string) =>
      estate?.objects
        .filter((it) => it.kind === kind)
        .map(({ body }) => body.name)
        .toSorted();
    assert.deepEqual([estate?.id, estate?.kind, others], ['lab-vc', 'vcenter', []]);
    assert.deepEqual(names('vm'), ['db-01', 'web-01', 'web-02']);
    assert.deepEqual(names('host'), ['esx-02', 'esx-03']);
    assert.deepEqual(names('cluster'), ['C1']);
    assert.deepEqual(names('datastore'), ['SAN']);
    assert.deepEqual(names('network'), ['LAN']);
    assert.deepEqual(names('folder'), ['web']);
  });
});
