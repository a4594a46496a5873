/** What a change of a VM's parts means, on the card itself and not under Details. */
import type { Plan } from '#core/plan/plan.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import type { Block } from './card.ts';
import { toNoteWords } from './plan-blocks.ts';

const ON_CARD: ReadonlySet<PlanCode> = new Set([
  'disk_added',
  'disk_taken_off',
  'vm_may_not_start',
  'nic_changes',
  'nic_was',
]);

export function changeBlocks({ advice }: Plan): Block[] {
  return advice.notes
    .filter(({ code }) => ON_CARD.has(code))
    .map((note) => ({ block: 'text', text: toNoteWords(note) }));
}
