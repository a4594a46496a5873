/** How often hosts are judged for VMs that move together: the work of a plan over a large estate. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { createHostJudge } from '#core/placement/move-needs.ts';
import { make, makeIndex } from '../estate-makers.ts';

const HANDLES = ['h-0', 'h-1', 'h-2', 'h-3', 'h-4'];

/** A VM on each host, and how many looks at a host its judging takes. */
function openJudge() {
  const index = makeIndex([
    ...HANDLES.map((handle) => make('host', handle)),
    ...HANDLES.map((hostHandle) => make('vm', `on-${hostHandle}`, { body: { hostHandle } })),
  ]);
  let looks = 0;
  const firstViewOf = (object: EstateObject<'host'>) => {
    looks += 1;
    return index.firstViewOf(object);
  };
  const judge = createHostJudge('vc', {
    index: { ...index, firstViewOf } as typeof index,
    closedHostIds: new Set(),
  });
  const judgeAll = () =>
    HANDLES.map((handle) => {
      const vm = index.get('vm', `id-of-on-${handle}`) as EstateObject<'vm'>;
      return judge({ vm, takesFiles: false });
    });
  return { judgeAll, countLooks: () => looks };
}

describe('judging hosts for VMs of the same needs', () => {
  it('looks at each host once for all of them, and once more for its own', () => {
    const { judgeAll, countLooks } = openJudge();

    judgeAll();
    judgeAll();

    assert.equal(countLooks(), 2 * HANDLES.length);
  });

  it('keeps each VM from its own host alone', () => {
    const against = openJudge()
      .judgeAll()
      .map((judged) =>
        judged.flatMap(({ host, against: notes }) =>
          notes.map(({ code }) => `${host.handle} ${code}`),
        ),
      );

    assert.deepEqual(
      against,
      HANDLES.map((handle) => [`${handle} host_is_its_own`]),
    );
  });
});
