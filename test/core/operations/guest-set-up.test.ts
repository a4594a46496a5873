/** What plans say of a guest that Drover sets up, and of the image it does that with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import type { World } from '#core/operations/operation.ts';
import { vmCreate } from '#core/operations/vm-create.ts';
import { vmDelete } from '#core/operations/vm-delete.ts';
import { PLACEMENT_RULES } from '#core/placement/stars.ts';
import type { Connection } from '#core/ports/connection.ts';
import { createDeleteVm } from '#core/steps/delete-vm.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { GIB, make, makeIndex } from '../estate-makers.ts';

function toWorld(objects: readonly EstateObject[]): World {
  const connection = { id: 'vc', provisioning: {} } as unknown as Connection;
  return {
    ...{ index: makeIndex(objects), reservations: [], rules: PLACEMENT_RULES, now: new Date(0) },
    connectionOf: () => ({ connection, state: undefined }),
    busyWith: () => undefined,
    ...{ goalOf: () => 'balance' as const, closedHostIds: new Set<string>() },
    evacuationOf: () => 'drover',
    capacityOf: () => undefined,
    answerOf: () => undefined,
    purposesOf: () => [],
    movedFrom: () => undefined,
    maintenanceOf: () => undefined,
    pacesOf: () => [],
  };
}

function planCreate(name: string, setUp?: EstateObject<'template'>['body']['setUp']) {
  const template = make('template', 'tpl-1', { body: { setUp } });
  const folder = make('folder', 'folder-1');
  const objects = [template, folder, make('datastore', 'ds-san'), make('host', 'host-1')];
  const input = { connectionId: 'vc', name, templateId: template.id, folderId: folder.id };
  return vmCreate.plan({ ...input, start: true }, toWorld(objects));
}

describe('the plan of a VM whose guest is set up', () => {
  it('has a blocker for a name that its guest cannot bear', () => {
    const setUp = { digest: 'a', hostNameLetters: 15 };

    assert.deepEqual(planCreate('web-07', setUp).blockers, []);
    assert.deepEqual(planCreate('web_07 of ann').blockers, []);
    for (const name of ['web_07 of ann', 'sixteen-letters1', '1234', '-web'])
      assert.deepEqual(planCreate(name, setUp).blockers, [
        { code: 'name_invalid', facts: { template: 'tpl-1', name, letters: 15 } },
      ]);
  });

  it('is bound to the texts that were there when it was approved', () => {
    const exactOf = (digest: string) =>
      planCreate('web-07', { digest, hostNameLetters: 15 }).bounds.exact.setUp;

    assert.deepEqual([exactOf('a'), exactOf('b')], ['a', 'b']);
    assert.ok(!('setUp' in planCreate('web-07').bounds.exact));
  });
});

const images = [
  { file: 'C:\\VMs\\J1_clone-vm\\setup.iso', isOwn: true },
  { file: 'C:\\iso\\tools.iso', isOwn: false },
];

describe('H19 the plan to delete a VM with images', () => {
  const disk = { key: '1', label: 'SCSI 0:0', file: 'x.vhdx', sizeBytes: GIB };
  const disks = [{ ...disk, inOwnFolder: true, shared: false }];
  const vm = make('vm', 'vm-1', { body: { power: 'off', disks, images } });

  it('lists its own as deleted and others as kept, in the bounds and in words', () => {
    const { bounds, advice, steps } = vmDelete.plan({ vmId: vm.id }, toWorld([vm]));

    assert.deepEqual(bounds.deletes, ['disk 1 x.vhdx', 'image C:\\VMs\\J1_clone-vm\\setup.iso']);
    assert.deepEqual(bounds.keeps, ['image C:\\iso\\tools.iso']);
    const notes = advice.notes.filter(({ code }) => code.startsWith('image_'));
    assert.deepEqual(notes, [
      { code: 'image_deleted', facts: { file: images[0]?.file } },
      { code: 'image_kept', facts: { file: images[1]?.file } },
    ]);
    const input = steps[0]?.input as { images?: unknown } | undefined;
    assert.deepEqual(input?.images, ['image C:\\VMs\\J1_clone-vm\\setup.iso']);
  });

  it('stops at an image that counts as its own only since', async () => {
    const deleted: string[] = [];
    const read = async () => vm;
    const connection = {
      ...{ id: 'vc', estate: { read } },
      provisioning: { delete: async ({ handle }: { handle: string }) => void deleted.push(handle) },
    } as unknown as Connection;
    const step = createDeleteVm({ changeable: async () => connection } as unknown as StepWorld);
    const { kind, handle, identity, connectionId } = vm;
    const input = { vm: { kind, handle, identity, connectionId }, name: 'vm-1' };
    const call = { stepToken: 'J1/x', signal: AbortSignal.timeout(60_000), onProgress() {} };
    const named = { ...input, disks: ['disk 1 x.vhdx'] };

    await assert.rejects(() => step.act(named, call), {
      ...{ code: 'parts_changed', end: 'not_started' },
      facts: { vm: 'vm-1', disks: ['image C:\\VMs\\J1_clone-vm\\setup.iso'] },
    });
    assert.deepEqual(deleted, []);
    await step.act({ ...named, images: ['image C:\\VMs\\J1_clone-vm\\setup.iso'] }, call);
    assert.deepEqual(deleted, ['vm-1']);
  });
});
