/** How urgent a message is. */
import type { MessageView } from '../conversation/conversation-port.ts';
import type { Lane } from '../delivery/budget.ts';

export function laneOf({ subject, card }: Pick<MessageView, 'subject' | 'card'>): Lane {
  // Somebody waits for this answer, also where it speaks of a job that goes on.
  if (subject === undefined || subject.cardVersion !== undefined) return 'urgent';
  if (!subject.isOpen) return 'final';
  if (subject.kind !== 'job') return 'urgent';
  const asks = card.body.some(
    (block) => block.block === 'steps' && block.steps.some(({ mark }) => mark === 'asking'),
  );
  return asks ? 'urgent' : 'progress';
}
