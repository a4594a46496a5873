/** Who may stop a job on several VMs: by a right that holds on each of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whatMay } from '#bot/delivery/draw-job.ts';
import type { Job } from '#core/jobs/job.ts';
import { NO_BOUNDS } from '#core/operations/plan-parts.ts';
import type { Plan } from '#core/plan/plan.ts';
import { ANN, makeHouse } from '#test/bot/commands/views/view-house.ts';
import { make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';

const house = makeHouse({
  objects: [
    make('folder', 'f-web', { body: { name: 'web', path: '/web' } }),
    make('folder', 'f-db', { body: { name: 'db', path: '/db' } }),
    ...['web-01', 'web-02'].map((name) =>
      make('vm', name, { body: { name, folderHandle: 'f-web' } }),
    ),
    make('vm', 'db-01', { body: { name: 'db-01', folderHandle: 'f-db' } }),
  ],
  roles: [makeRole({ allow: ['job.cancel'], scope: { folders: ['/web'] } })],
});
const job = { requesterId: 'somebody', state: 'running' } as Job;

function mayCancel(...names: string[]): boolean {
  const targets = names.map((name) => ({ id: `id-of-${name}`, kind: 'vm' as const, name }));
  const plan = { targets, bounds: NO_BOUNDS } as unknown as Plan;
  return whatMay(house, job, plan, ANN, []).cancel;
}

describe('a job on several VMs', () => {
  it('is stopped by whoever may on each, not by whoever may on the first', () => {
    assert.equal(mayCancel('web-01', 'web-02'), true);
    assert.equal(mayCancel('web-01', 'db-01'), false);
    assert.equal(mayCancel('web-01'), true);
  });
});
