/** Asks for moves that a proposal showed: all of them, or those that were ticked on it. */
import { clusterBalance } from '#core/operations/cluster-balance.ts';
import type { Json } from '#core/plan/plan.ts';
import { type ProposedMoves, TICKED } from '../cards/balance-card.ts';
import { plainRefusal, refusalCard } from '../cards/refusal-card.ts';
import { type Asking, answer, type Reply } from '../commands/command.ts';
import { BALANCE_WORDS } from '../words/en/balance-words.ts';
import { submitChange } from './submit-change.ts';

/** What comes back are ids; one that the proposal did not show is nobody's to ask for. */
export async function askMoves(
  asking: Asking,
  args: Json,
  { [TICKED]: ticked = '' }: Readonly<Record<string, string>>,
): Promise<Reply> {
  const { clusterId, vmIds, hostIdOf, isChosen, reason } = args as unknown as ProposedMoves;
  const wanted = isChosen ? readTicked(ticked) : vmIds;
  if (!wanted.every((id) => vmIds.includes(id))) return refuseForeign(asking);
  if (wanted.length === 0) return answer(plainRefusal(...BALANCE_WORDS.noneTicked));
  // Nobody may see it again before it begins: what is asked for is what was shown.
  const shown = hostIdOf && Object.fromEntries(wanted.map((id) => [id, hostIdOf[id] ?? '']));
  const input = { clusterId, vmIds: wanted, ...(shown && { hostIdOf: shown }) };
  return submitChange(asking, {
    ...{ operation: clusterBalance, input, reason },
    ...{ planOnly: false, isRehearsed: false, scriptOnly: false, readings: [] },
  });
}

function readTicked(ticked: string): string[] {
  return [...new Set(ticked.split(',').flatMap((id) => id.trim() || []))];
}

function refuseForeign({ person }: Asking): Reply {
  return async (tx) => {
    const facts = { reason: 'not_proposed' };
    await tx.audit.insert({ event: 'action_refused', personId: person.id, facts });
    return refusalCard({ code: 'action_unknown' });
  };
}
