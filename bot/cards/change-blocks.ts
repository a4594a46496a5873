/** What a change means for VMs, and what its rehearsal showed: on the card itself and not under Details. */
import type { Plan } from '#core/plan/plan.ts';
import type { PlanCode } from '#core/plan/plan-codes.ts';
import type { Block } from './card.ts';
import { toNoteWords } from './plan-blocks.ts';
import { rehearsalBlocks, rehearsalNotes } from './rehearsal-blocks.ts';

const ON_CARD: ReadonlySet<PlanCode> = new Set([
  'size_rounded',
  'disk_added',
  'disk_taken_off',
  'vm_may_not_start',
  'nic_changes',
  'nic_was',
  'nic_leaves',
  'nic_stays_off',
  'vm_is_saved_meanwhile',
  'vm_stays_as_it_is',
  'nic_comes_back',
  'nic_changed_meanwhile',
  'nic_gone_meanwhile',
  'nic_left_off',
  'vm_starts_again',
  'vm_runs_already',
  'vm_power_left',
  'nothing_comes_back',
  'maintenance_forgotten',
  'files_move_too',
  'files_of_vms_move_too',
  'vm_there_left_out',
  'vm_tied_to_host',
  'vm_asks_question',
  'vm_paused',
  'vm_state_unknown',
  'vm_is_twin',
  'vm_needs_other_rule',
  'vm_has_no_host',
  'vm_without_room',
  'vm_not_moved_back',
  'platform_cannot_empty',
  'platform_empties',
  'platform_saves',
  'platform_leaves',
  'platform_moves_needed',
  'platform_moves_resting',
  'platform_brings_back',
  'vms_stay_away',
  'platform_warns',
  'moves_not_checked',
  'moves_wish_broken',
  'imbalance_changes',
  'hosts_left_out',
  'automation_unknown',
]);

export function changeBlocks(plan: Plan): Block[] {
  const notes = plan.advice.notes.filter(({ code }) => ON_CARD.has(code));
  return [
    ...notes.map((note): Block => ({ block: 'text', text: toNoteWords(note) })),
    ...rehearsalNotes(plan),
    ...rehearsalBlocks(plan),
  ];
}

/** On the card of a job: where nobody is asked, it is the first that people see of their change (H20). */
export function roundedBlocks({ advice }: Plan): Block[] {
  const notes = advice.notes.filter(({ code }) => code === 'size_rounded');
  return notes.map((note): Block => ({ block: 'text', text: toNoteWords(note) }));
}
