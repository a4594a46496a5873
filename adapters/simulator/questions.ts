/** What a platform asks about a VM in the middle of a task, which stands still until somebody answers. */
import type { Draft } from './draft.ts';
import type { LabTask } from './task.ts';

/** The VM shows it. Undefined when it is gone: nothing is asked then. */
export function askAbout(draft: Draft, task: LabTask, question: string): LabTask | undefined {
  const vm = findVm(draft, task);
  if (!vm) return undefined;
  draft.put({ ...vm, body: { ...vm.body, question } });
  return { ...task, state: 'asking', dueAt: undefined };
}

/** With its task goes what that asked; what the VM was asked otherwise stays. */
export function withdrawQuestion(draft: Draft, task: LabTask): void {
  const vm = findVm(draft, task);
  const { twist } = task;
  if (!vm || task.state !== 'asking' || twist?.twist !== 'ask') return;
  if (vm.body.question === twist.question)
    draft.put({ ...vm, body: { ...vm.body, question: undefined } });
}

function findVm(draft: Draft, { input }: LabTask) {
  return 'vm' in input ? draft.get('vm', input.vm.handle) : undefined;
}
