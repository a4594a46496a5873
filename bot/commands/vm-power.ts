/** `vm start`, `shutdown`, `stop`, `save`, `pause`, `resume` and `delete`: one VM by its exact name. */
import type { AnyOperation } from '#core/operations/operation.ts';
import { vmDelete } from '#core/operations/vm-delete.ts';
import { vmShutdown, vmStart, vmStop } from '#core/operations/vm-power.ts';
import { vmPause, vmResume, vmSave } from '#core/operations/vm-save.ts';
import { submitChange } from '../conversation/submit-change.ts';
import { answer, CHANGE_OPTIONS, type CommandDefinition, defineCommand } from './command.ts';
import { mayOn, resolveObject } from './resolve-name.ts';
import { toAsked } from './typed-change.ts';

export const vmStartCommand = defineVmCommand(vmStart, 'start a VM', [
  'vm start web-01',
  'vm start web-01 --plan',
]);

export const vmShutdownCommand = defineVmCommand(vmShutdown, 'ask the guest of a VM to shut down', [
  'vm shutdown web-01 --reason "kernel update"',
]);

export const vmStopCommand = defineVmCommand(vmStop, 'power a VM off, as pulling the plug does', [
  'vm stop web-01 --reason "hangs since noon"',
]);

export const vmSaveCommand = defineVmCommand(
  vmSave,
  'write the memory of a VM to disk and halt it',
  ['vm save web-01 --reason "host repair tonight"'],
);

export const vmPauseCommand = defineVmCommand(
  vmPause,
  'halt a VM in the memory of its host; a vCenter cannot',
  ['vm pause sql-01 --reason "looking at its disk"'],
);

export const vmResumeCommand = defineVmCommand(
  vmResume,
  'let a paused VM go on, or start a saved one where it was',
  ['vm resume web-01', 'vm resume web-01 --plan'],
);

export const vmDeleteCommand = defineVmCommand(
  vmDelete,
  'delete a VM and the disks that only it uses',
  ['vm delete web-01 --plan', 'vm delete web-01 --reason "replaced by web-02"'],
);

function defineVmCommand(
  operation: AnyOperation,
  summary: string,
  examples: readonly string[],
): CommandDefinition {
  return defineCommand({
    words: operation.name.split('.'),
    ...{ summary, examples, right: operation.name, changes: true },
    target: { name: 'vm', kind: 'vm', required: true },
    options: CHANGE_OPTIONS,
    async run(asking, typed) {
      const may = mayOn(asking, 'vm.show');
      const resolved = await resolveObject(asking, 'vm', typed.target ?? '', {
        position: 'vm',
        may,
        typedAt: typed.at.vm,
      });
      if ('reply' in resolved) return answer(resolved.reply);
      return submitChange(asking, {
        operation,
        input: { vmId: resolved.found.id },
        ...toAsked(typed),
      });
    },
  });
}
