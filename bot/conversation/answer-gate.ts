/** An operator's word on an outcome that nothing can prove; a right is enough, no rule is asked. */
import type { GateAnswer } from '#core/jobs/job.ts';
import { answerGate } from '#core/jobs/schedule.ts';
import { authorize } from '#core/rights/authorize.ts';
import { notAllowedCard, plainRefusal, refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Reply } from '../commands/command.ts';

export async function answerGateReply(
  asking: Asking,
  gateId: string,
  answer: GateAnswer,
): Promise<Reply> {
  const { house, person } = asking;
  const decision = authorize({ person, action: 'job.answer' }, house.rules.roles);
  return async (tx) => {
    const gate = await tx.jobs.findGate(gateId);
    if (!gate) return refusalCard({ code: 'action_unknown' });
    if (!decision.allowed) {
      await tx.audit.insert({
        event: 'refused',
        personId: person.id,
        jobId: gate.jobId,
        facts: { right: 'job.answer' },
      });
      return notAllowedCard({ right: 'job.answer', decision });
    }
    if (await answerGate(tx, house.scheduling, gate, { answer, personId: person.id })) {
      return { shows: [{ kind: 'job', id: gate.jobId }] };
    }
    return plainRefusal(
      'Answered before',
      'Somebody else has answered that question; the job goes on by their word.',
    );
  };
}
