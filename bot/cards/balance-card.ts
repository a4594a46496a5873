/** What would bring a cluster nearer to its goal: a proposal, of which all or some can be asked for. */
import type { Json, MoveLine, Plan } from '#core/plan/plan.ts';
import { BALANCE_WORDS } from '../words/en/balance-words.ts';
import { toDuration, toStars } from '../words/units.ts';
import { changeBlocks } from './change-blocks.ts';
import type { Draft } from './draft.ts';
import { moveTable, takesFields } from './move-blocks.ts';
import { planDetails } from './plan-blocks.ts';

/** What the buttons of a proposal ask for: these VMs, or of them those that are ticked. */
export interface ProposedMoves {
  readonly clusterId: string;
  readonly vmIds: readonly string[];
  /** By VM, the host that stands beside it; none on a proposal that an older version made. */
  readonly hostIdOf?: Readonly<Record<string, string>>;
  /** Only those that are ticked: an answer without ticks asks for none. */
  readonly isChosen: boolean;
  readonly reason: string | null;
}

/** The input in which they are ticked. */
export const TICKED = 'moves';

export function balanceCard(plan: Plan, reason: string | null, readings: readonly string[]): Draft {
  const [cluster] = plan.targets;
  const { moves = [], dataAgeMs } = plan.advice;
  const title = BALANCE_WORDS.title(cluster?.name ?? '', moves.length);
  const vmIds = moves.map(({ vmId }) => vmId);
  const hostIdOf = Object.fromEntries(moves.map(({ vmId, toId }) => [vmId, toId]));
  const proposed = { clusterId: cluster?.id ?? '', vmIds, hostIdOf, reason };
  const toButton = (isChosen: boolean) => {
    const args: ProposedMoves = { ...proposed, isChosen };
    return { verb: 'ask_moves', args: args as unknown as Json } as const;
  };
  const choices = moves.map((move) => ({ title: toChoiceWords(move), value: move.vmId }));
  const which = { name: TICKED, label: BALANCE_WORDS.which, required: true, choices };
  const fields = takesFields(plan);
  const quiet = [
    ...readings,
    BALANCE_WORDS.meaning,
    `${BALANCE_WORDS.nothingAsked} Data read ${toDuration(dataAgeMs)} ago.`,
  ];
  return {
    ...{ title, tone: 'neutral', summary: `${title}. ${BALANCE_WORDS.nothingAsked}` },
    body: [
      ...changeBlocks(plan),
      ...(fields.length > 0 ? [{ block: 'fields', fields } as const] : []),
      ...moveTable(plan),
      ...quiet.map((text) => ({ block: 'text', text, weight: 'quiet' }) as const),
    ],
    actions: [
      { ...toButton(false), label: BALANCE_WORDS.askForAll(moves.length), style: 'primary' },
      ...(moves.length > 1
        ? [{ ...toButton(true), label: BALANCE_WORDS.choose, style: 'normal', ask: which } as const]
        : []),
    ],
    details: planDetails(plan),
  };
}

function toChoiceWords({ vmName, fromName, toName, stars, starsBefore = 0 }: MoveLine): string {
  const gain = `${toStars(starsBefore)} → ${toStars(stars)}`;
  return BALANCE_WORDS.move(vmName, fromName, toName, gain);
}
