/** What stands against a new VM, and what is worth knowing of its name. */
import { isHostName } from '../inventory/host-name.ts';
import type { Placed } from '../placement/place-vm.ts';
import type { PlanNote } from '../plan/plan.ts';
import type { Wish } from './vm-create-wish.ts';

export function listBlockers(wish: Wish, best: Placed | undefined): PlanNote[] {
  const { input, world, template, folder, firstDiskBytes } = wish;
  const blockers: PlanNote[] = [];
  const facts = { template: template.body.name };
  const first = template.body.disks[0]?.sizeBytes;
  if (!world.connectionOf(input.connectionId).connection?.provisioning) {
    blockers.push({
      code: 'connection_cannot',
      facts: { connection: input.connectionId, what: 'vm.create' },
    });
  }
  if (template.body.unreadable) {
    blockers.push({
      code: 'template_unreadable',
      facts: { ...facts, words: template.body.unreadable },
    });
  }
  if (firstDiskBytes !== undefined && first !== undefined && firstDiskBytes < first) {
    blockers.push({
      code: 'disk_smaller_than_template',
      facts: { ...facts, wishedBytes: firstDiskBytes, bytes: first },
    });
  }
  if (firstDiskBytes !== undefined && (template.body.snapshotCount ?? 0) > 0) {
    blockers.push({ code: 'template_has_snapshot_and_larger_disk', facts });
  }
  if (isNameTaken(wish))
    blockers.push({ code: 'name_taken', facts: { name: input.name, folder: folder.body.path } });
  const letters = template.body.setUp?.hostNameLetters;
  if (letters !== undefined && !isHostName(input.name, letters))
    blockers.push({ code: 'name_invalid', facts: { ...facts, name: input.name, letters } });
  if (!best) blockers.push({ code: 'no_host_fits', facts: {} });
  return blockers;
}

/** A platform takes a name once a folder; VMs and templates share it. */
function isNameTaken({ input, world, folder }: Wish): boolean {
  const same = [
    ...world.index.byName('vm', input.name, input.connectionId),
    ...world.index.byName('template', input.name, input.connectionId),
  ];
  return same.some(({ body }) => body.folderHandle === folder.handle);
}

export function listNotes({ input, world, folder }: Wish): PlanNote[] {
  const others = world.index
    .byName('vm', input.name)
    .filter(
      (vm) => vm.connectionId !== input.connectionId || vm.body.folderHandle !== folder.handle,
    );
  if (others.length === 0) return [];
  return [{ code: 'other_vm_of_that_name', facts: { name: input.name, count: others.length } }];
}
