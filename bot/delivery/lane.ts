/** How urgent a message is. */
import type { MessageView } from '../conversation/conversation-port.ts';
import type { Lane } from '../delivery/budget.ts';

export function laneOf({ subject, card }: Pick<MessageView, 'subject' | 'card'>): Lane {
  if (subject === undefined) return 'urgent'; // somebody waits for this answer
  if (!subject.isOpen) return 'final';
  if (subject.kind !== 'job') return 'urgent';
  const asks = card.body.some(
    (block) => block.block === 'steps' && block.steps.some(({ mark }) => mark === 'asking'),
  );
  return asks ? 'urgent' : 'progress';
}
