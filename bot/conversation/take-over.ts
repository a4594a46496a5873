/**
 * A job whose requester may no longer ask for it, and what an operator says of it (H26).
 *
 * That it goes on is for whoever could ask for it: it goes on by that person's right, which is read again like the
 * requester's before.
 */
import { judgeRight } from '#approvals/judge-right.ts';
import type { Request } from '#approvals/request-store.ts';
import { answerHold } from '#core/jobs/answer-hold.ts';
import { type Gate, type GateAnswer, HOLD_ANSWERS, type Job } from '#core/jobs/job.ts';
import { findOperation } from '#core/operations/registry.ts';
import type { Account } from '#core/ports/directory.ts';
import { authorize, type RightsDecision } from '#core/rights/authorize.ts';
import { notAllowedCard, plainRefusal, refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Reply } from '../commands/command.ts';
import type { House } from '../house.ts';

type Judging = Pick<House, 'index' | 'rules'>;

/** Undefined where nothing is left to judge. */
export function judgeTakeOver(
  house: Judging,
  { operation: name, requesterId }: Job,
  request: Pick<Request, 'input'> | undefined,
  person: Account,
): RightsDecision | undefined {
  const operation = findOperation(name);
  const input = operation?.input.safeParse(request?.input);
  if (!operation || !input?.success) return undefined;
  return judgeRight(house, { operation, input: input.data, requesterId }, person).rights;
}

export function answerHoldReply({ house, person }: Asking, gate: Gate, answer: GateAnswer): Reply {
  return async (tx) => {
    const word = HOLD_ANSWERS.find((one) => one === answer);
    const job = await tx.jobs.find(gate.jobId);
    if (!job || !word) return refusalCard({ code: 'action_unknown' });
    const request = await tx.requests.find(job.requestId);
    const toAnswer = authorize({ person, action: 'job.answer' }, house.rules.roles);
    const toGoOn = word === 'go_on' ? judgeTakeOver(house, job, request, person) : toAnswer;
    for (const [right, decision] of [
      ['job.answer', toAnswer],
      [job.operation, toGoOn],
    ] as const) {
      if (decision?.allowed) continue;
      await tx.audit.insert({
        event: 'refused',
        personId: person.id,
        jobId: job.id,
        facts: { right },
      });
      return decision
        ? notAllowedCard({ right, target: `J-${job.number}`, decision })
        : plainRefusal(`J-${job.number} cannot go on`, 'What it is about is gone. End it here.');
    }
    const said = { answer: word, person };
    if (await answerHold(tx, house.scheduling, gate, said))
      return { shows: [{ kind: 'job', id: job.id }] };
    return plainRefusal(
      'Answered before',
      'Somebody else has answered that question, or its time is over; the job’s card says how it stands.',
    );
  };
}
