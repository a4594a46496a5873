/** `vm disk add` and `vm disk remove`: one disk of a VM; its file is never deleted. */
import type { DiskBody } from '#core/inventory/vm-parts.ts';
import { vmDiskAdd } from '#core/operations/vm-disk-add.ts';
import { vmDiskRemove } from '#core/operations/vm-disk-remove.ts';
import { toSizeOrUnknown } from '../cards/estate-state-words.ts';
import { submitChange } from '../conversation/submit-change.ts';
import { answer, CHANGE_OPTIONS, defineCommand } from './command.ts';
import { readVmNow } from './read-vm-now.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { resolvePart } from './resolve-part.ts';
import { numberOption, toAsked } from './typed-change.ts';

const TARGET = { name: 'vm', kind: 'vm', required: true } as const;

export const vmDiskAddCommand = defineCommand({
  words: ['vm', 'disk', 'add'],
  summary: 'add an empty disk to a VM, also while it runs',
  right: vmDiskAdd.name,
  changes: true,
  target: TARGET,
  options: [{ name: 'size', type: 'size', summary: 'as 40GiB', required: true }, ...CHANGE_OPTIONS],
  examples: [
    'vm disk add web-01 --size 40GiB --reason "logs"',
    'vm disk add web-01 --size 2TiB --plan',
  ],
  async run(asking, typed) {
    const resolved = await resolveObject(asking, 'vm', typed.target ?? '', {
      ...{ position: 'vm', may: mayOn(asking, 'vm.show'), typedAt: typed.at.vm },
    });
    if ('reply' in resolved) return answer(resolved.reply);
    return submitChange(asking, {
      operation: vmDiskAdd,
      input: { vmId: resolved.found.id, sizeBytes: numberOption(typed, 'size') },
      ...toAsked(typed),
    });
  },
});

export const vmDiskRemoveCommand = defineCommand({
  words: ['vm', 'disk', 'remove'],
  summary: 'take a disk off a VM and keep its file',
  right: vmDiskRemove.name,
  changes: true,
  target: TARGET,
  // Left out, the answer is the list of them.
  more: [{ name: 'disk', type: 'text', required: false }],
  options: CHANGE_OPTIONS,
  examples: [
    'vm disk remove web-01 "SCSI 0:1" --reason "moved to db-01"',
    'vm disk remove web-01 2001 --plan',
  ],
  async run(asking, typed) {
    const resolved = await resolveObject(asking, 'vm', typed.target ?? '', {
      ...{ position: 'vm', may: mayOn(asking, 'vm.show'), typedAt: typed.at.vm },
    });
    if ('reply' in resolved) return answer(resolved.reply);
    const { id, body } = await readVmNow(asking, vmDiskRemove, resolved.found);
    const disk = resolvePart(asking, body.disks, {
      ...{ vm: body.name, what: 'disk', prefix: '', typedAt: typed.at.disk },
      typed: typeof typed.more.disk === 'string' ? typed.more.disk : undefined,
      described: 'Size and file',
      describe: describeDisk,
    });
    if ('reply' in disk) return answer(disk.reply);
    return submitChange(asking, {
      operation: vmDiskRemove,
      input: { vmId: id, diskKey: disk.found.key },
      ...toAsked(typed),
    });
  },
});

function describeDisk({ sizeBytes, file }: DiskBody): string {
  return `${toSizeOrUnknown(sizeBytes)}, ${file ?? 'no file shown'}`;
}
