/** Answers with the script of a plan: by `--script`, or from a request's card. */
import type { Members } from '#approvals/open-request.ts';
import type { Request } from '#approvals/request-store.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Account } from '#core/ports/directory.ts';
import { authorize } from '#core/rights/authorize.ts';
import { writeScript } from '#core/steps/write-script.ts';
import { plainRefusal } from '../cards/refusal-card.ts';
import { scriptCards } from '../cards/script-card.ts';
import { type Asking, answer, type Reply } from '../commands/command.ts';
import { readRequest } from '../delivery/draw-subject.ts';
import type { House } from '../house.ts';
import { SCRIPT_WORDS } from '../words/en/script-words.ts';
import { isChat } from './destinations.ts';
import { judgeNow } from './judge-now.ts';
import { type Change, refusedCard } from './refused-change.ts';

/** Its reads of the platform, all together. */
const WRITE_LIMIT_MS = 60_000;

/** Judged as the change itself is: what would be refused has no script. */
export async function showScriptOf(
  asking: Asking,
  change: Change,
  members: Members,
): Promise<Reply> {
  const judgement = await judgeNow(asking, change, members);
  if (judgement.verdict !== 'possible') return answer(refusedCard(asking, change, judgement));
  return showScript(asking, judgement.plan);
}

/** From the card of a request: for those whom it concerns, and who may see requests. */
export async function showScriptOfRequest(asking: Asking, requestId: string): Promise<Reply> {
  const { house, person } = asking;
  const reading = await readRequest(house, requestId);
  if (!reading || !maySee(house, person, reading.request))
    return answer(plainRefusal(SCRIPT_WORDS.title(''), SCRIPT_WORDS.askAgain));
  return showScript(asking, reading.plan);
}

function maySee(
  { rules }: Pick<House, 'rules'>,
  person: Account,
  { requesterId, stages }: Request,
): boolean {
  if (person.id === requesterId) return true;
  if (stages.some(({ groupId }) => person.groupIds.includes(groupId))) return true;
  return authorize({ person, action: 'approval.show' }, rules.roles).allowed;
}

async function showScript({ house, via }: Asking, plan: Plan): Promise<Reply> {
  const connectionId = plan.bounds.exact.connection ?? '';
  const scripting = house.connections.get(connectionId)?.scripting;
  if (!scripting)
    return answer(plainRefusal(SCRIPT_WORDS.cannot(connectionId), SCRIPT_WORDS.cannotWhy));
  const signal = AbortSignal.timeout(WRITE_LIMIT_MS);
  const { clock } = house.sync;
  const scripts = await writeScript({ scripting, plan, clock, token: house.newId(), signal });
  const [draft, ...more] = scriptCards(plan, scripts, { inMessages: isChat(via) });
  return async () => ({ draft, more, shows: [] });
}
