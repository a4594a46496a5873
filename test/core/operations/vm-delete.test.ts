import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { vmDelete } from '#core/operations/vm-delete.ts';
import { codesOf, makePartsWorld, VM_ID } from './parts-world.ts';

const off = { power: 'off', snapshotCount: 2 } as const;

describe('H19 a plan that deletes a VM with snapshots', () => {
  it('says that they go with it where the platform deletes them', () => {
    const plan = vmDelete.plan({ vmId: VM_ID }, makePartsWorld({ vm: off }));

    assert.deepEqual(codesOf(plan), []);
    assert.ok(plan.advice.notes.some(({ code }) => code === 'snapshots_deleted'));
  });

  it('is stopped where they would be merged into disks that go', () => {
    const connection = { provisioning: { snapshotsStopDelete: true } as never };
    const plan = vmDelete.plan({ vmId: VM_ID }, makePartsWorld({ vm: off, connection }));

    assert.deepEqual(codesOf(plan), ['vm_has_snapshots']);
  });
});
