import assert from 'node:assert/strict';
import { it } from 'node:test';
import { vmDelete } from '#core/operations/vm-delete.ts';
import { vmShutdown, vmStart, vmStop } from '#core/operations/vm-power.ts';
import { vmPause, vmResume, vmSave } from '#core/operations/vm-save.ts';
import { codesOf, makePartsWorld, VM_ID } from './parts-world.ts';

const OPERATIONS = [vmStart, vmShutdown, vmStop, vmSave, vmPause, vmResume, vmDelete];

it('H04 no operation starts, halts or deletes a replica', () => {
  const world = makePartsWorld({ vm: { role: 'replica' } });

  for (const operation of OPERATIONS) {
    const plan = operation.plan({ vmId: VM_ID }, world);
    assert.ok(codesOf(plan).includes('vm_is_replica'), operation.name);
  }
});
