/** What is said when a change is not possible, and what `--plan` shows when it is. */
import type { Judgement, Possible } from '#approvals/open-request.ts';
import { CLUSTER_BALANCE } from '#core/operations/cluster-balance.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Asking } from '../commands/command.ts';
import { rewriteFlags } from '../grammar/rewrite-flags.ts';
import { BALANCE_WORDS } from '../words/en/balance-words.ts';
import { toNobodyMayAgreeWords } from '../words/en/group-words.ts';
import { toQuotaWords } from '../words/en/rights-words.ts';
import type { Block } from './card.ts';
import { changeBlocks } from './change-blocks.ts';
import { toDeedWords } from './deed-words.ts';
import type { Draft } from './draft.ts';
import { takesFields } from './move-blocks.ts';
import {
  blockerBlocks,
  planDetails,
  toEffectWords,
  toPlaceWords,
  toSizeWords,
} from './plan-blocks.ts';
import { quotaBlocks, quotaFields } from './quota-blocks.ts';
import { notAllowedCard, plainRefusal, runButton } from './refusal-card.ts';

export interface Refused {
  readonly judgement: Exclude<Judgement, Possible>;
  readonly operation: string;
  /** Name of what it is about, and what else this person may do with it: `start`. */
  readonly target?: string | undefined;
  readonly may: readonly string[];
}

export function judgementCard({ judgement, operation, target, may }: Refused): Draft {
  const command = operation.replaceAll('.', ' ');
  switch (judgement.verdict) {
    case 'not_allowed':
      return notAllowedCard({
        ...{ right: operation, decision: judgement.rights },
        // Of several, the one alone is named.
        ...(judgement.on === undefined ? { target, may } : { target: judgement.on }),
      });
    case 'target_gone':
      return plainRefusal(
        `Not done: ${command}`,
        'What it is about is no more, says its platform.',
      );
    case 'blocked':
      return {
        ...plainRefusal(`Cannot ${toDeedWords(judgement.plan)}`, ''),
        summary: `Cannot ${toDeedWords(judgement.plan)}: ${judgement.plan.blockers.map(({ code }) => code.replaceAll('_', ' ')).join(', ')}`,
        body: [
          ...blockerBlocks(judgement.plan),
          { block: 'text', text: 'Nothing was done.', weight: 'quiet' },
        ],
      };
    case 'over_quota':
      return plainRefusal(
        `Over quota: ${toDeedWords(judgement.plan)}`,
        `${judgement.lines.map((line) => toQuotaWords(line)).join('; ')}. Ask for less, or delete what is not needed: vm list --owner me`,
      );
    case 'no_policy':
      return plainRefusal(
        `Not allowed: ${command}`,
        `No rule of the configuration says who must agree to this${judgement.on === undefined ? '' : ` on ${judgement.on}`}, so nobody can (no_policy). An administrator can add one; explain ${command} shows the rules.`,
      );
    case 'group_disagrees': {
      const { stage, disagreement, plan } = judgement;
      return plainRefusal(
        `Nobody can agree to this: ${toDeedWords(plan)}`,
        `Rule ${stage.rule} (line ${stage.line}) asks ${stage.needed} of ${stage.groupName}. ${toNobodyMayAgreeWords(disagreement)}`,
      );
    }
    case 'nobody_can_agree': {
      const { stage, others } = judgement;
      return plainRefusal(
        `Nobody can agree to this: ${toDeedWords(judgement.plan)}`,
        `Rule ${stage.rule} (line ${stage.line}) asks ${stage.needed} of ${stage.groupName}, and without you only ${others} could. An administrator can change the rule or the group.`,
      );
    }
  }
}

export interface Shown {
  readonly planOnly: boolean;
  /** What was read otherwise than typed. */
  readonly readings: readonly string[];
  readonly canShowScript: boolean;
}

/** `--plan`, and `--rehearse` where nobody is asked: what would be asked of whom, and what would be done. */
export function planCard(
  possible: Possible,
  { house, text, shape }: Asking,
  { planOnly, readings, canShowScript }: Shown,
): Draft {
  const { plan, policy, quota } = possible;
  const place = toPlaceWords(plan, house.index);
  const size = toSizeWords(plan);
  const who =
    policy.verdict === 'auto'
      ? `agreed by rule ${policy.rules.map(({ name }) => name).join(', ')}`
      : policy.stages
          .map(({ rule, needed, groupName }) => `${needed} of ${groupName} (rule ${rule})`)
          .join(' and ');
  const fields = [
    { label: 'Effect', value: toEffectWords(plan) },
    ...(size ? [{ label: 'Size', value: size }] : []),
    ...(place ? [{ label: 'Place', value: place }] : []),
    ...takesFields(plan),
    ...quotaFields(quota, 'you'),
    { label: 'Agrees', value: who },
  ];
  const notes = readings.map((text): Block => ({ block: 'text', text, weight: 'quiet' }));
  const title = `Plan: ${toDeedWords(plan)}`;
  // Where nobody is asked, a rehearsal would show the same card again.
  const without = policy.verdict === 'auto' ? ['plan', 'rehearse'] : ['plan'];
  const line = rewriteFlags(text, shape, { without });
  const label = planOnly ? 'Ask for it' : 'Start it';
  // Of a balance without names: then its line alone only proposes.
  const isAll = rewriteFlags(text, shape, { without: [...without, 'all'] }) !== line;
  return {
    ...{ title, tone: 'neutral', summary: `${title}. ${who}` },
    body: [
      { block: 'fields', fields },
      ...changeBlocks(plan),
      ...notes,
      ...plannedAnewBlocks(plan, label, isAll),
      {
        block: 'text',
        text: planOnly
          ? `Nothing was done. ${isAll ? 'Write --all in place of --plan' : 'Leave --plan out'} to ask for it.`
          : 'Nothing was done. Nobody has to agree: it starts when you leave --rehearse out.',
        weight: 'quiet',
      },
    ],
    actions: [
      {
        verb: 'run',
        args: { text: line },
        label,
        style: 'primary',
      },
      ...(canShowScript
        ? [runButton(rewriteFlags(text, shape, { without, add: 'script' }), 'Show script')]
        : []),
    ],
    details: [...quotaBlocks(quota, 'you'), ...planDetails(plan)],
  };
}

/** The moves of a balance are no wish of the line, so the button may come to others. */
function plannedAnewBlocks({ operation, targets }: Plan, label: string, isAll: boolean): Block[] {
  if (operation !== CLUSTER_BALANCE) return [];
  const text = BALANCE_WORDS.plannedAnew(label, targets[0]?.name ?? '', isAll);
  return [{ block: 'text', text }];
}
