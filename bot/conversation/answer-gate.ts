/**
 * A person's word on what nothing can prove, or on what becomes of a VM that cannot be moved. A right is enough, no rule is
 * asked.
 */

import { answerGate, isLate } from '#core/jobs/gates.ts';
import type { Gate, GateAnswer } from '#core/jobs/job.ts';
import { authorize } from '#core/rights/authorize.ts';
import { isOfJob } from '../cards/held-blocks.ts';
import { notAllowedCard, plainRefusal, refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Reply } from '../commands/command.ts';
import { type ConsentWord, decideConsent, findElsewhere } from './consent.ts';
import { answerHoldReply } from './take-over.ts';

export async function answerGateReply(
  asking: Asking,
  gateId: string,
  answer: GateAnswer,
): Promise<Reply> {
  const { house, person } = asking;
  return async (tx) => {
    const gate = await tx.jobs.findGate(gateId);
    if (gate && isOfJob(gate)) return answerHoldReply(asking, gate, answer)(tx);
    const step = gate && (await tx.jobs.findStep(gate.stepId));
    if (!gate || !step || !gate.choices.includes(answer))
      return refusalCard({ code: 'action_unknown' });
    const { right, target, decision } = decide(asking, gate, { step, answer, person });
    if (!decision.allowed) {
      const facts = { right };
      await tx.audit.insert({ event: 'refused', personId: person.id, jobId: gate.jobId, facts });
      return notAllowedCard({ right, target, decision });
    }
    const job = await tx.jobs.find(gate.jobId);
    const isAct = gate.code === 'consent_needed' && answer !== 'leave';
    const elsewhere = isAct && job && findElsewhere(house.index, step, job);
    if (elsewhere) {
      return plainRefusal(
        `${elsewhere.vm} is on ${elsewhere.host} by now`,
        'It has left the host that is emptied, so nothing need be done to it, and nothing was. Leave it, and the job goes on.',
      );
    }
    if (await answerGate(tx, house.scheduling, gate, { answer, personId: person.id })) {
      return { shows: [{ kind: 'job', id: gate.jobId }] };
    }
    if (isLate(gate, tx.now)) {
      return plainRefusal(
        'Too late',
        'That question was open until its deadline; it counts as left, and nothing was done to the VM.',
      );
    }
    return plainRefusal(
      'Answered before',
      'Somebody else has answered that question; the job goes on by their word.',
    );
  };
}

function decide({ house, person }: Asking, { code }: Gate, word: ConsentWord) {
  if (code === 'consent_needed') {
    const { right, vm, decision } = decideConsent(house, word);
    return { right, target: vm, decision };
  }
  const right = 'job.answer';
  return {
    right,
    target: undefined,
    decision: authorize({ person, action: right }, house.rules.roles),
  };
}
