/** A request or job as it stands now, as the answer to `show`; its live card stays where it is. */
import { refusalCard } from '../cards/refusal-card.ts';
import type { Subject } from '../conversation/show-subject.ts';
import { draftSubject } from '../delivery/draw-subject.ts';
import { type Asking, answer, type Reply } from './command.ts';

export async function showNow({ house, person }: Asking, subject: Subject): Promise<Reply> {
  const drawn = await draftSubject(house, subject, person);
  return answer(drawn?.draft ?? refusalCard({ code: 'action_unknown' }));
}
