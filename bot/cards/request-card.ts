/** The card of a request: all an approver needs to know, and its one outcome on every copy afterwards. */
import type { Request, Vote } from '#approvals/request-store.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { Job } from '#core/jobs/job.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { TellingSum } from '#core/ports/tellings.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import { toNobodyMayAgreeWords } from '../words/en/group-words.ts';
import { END_WORDS, fillWords } from '../words/en/rights-words.ts';
import { STOPPING_WORDS } from '../words/en/stopping-words.ts';
import { plural, toDeadline, toTime } from '../words/units.ts';
import { cameBackBlocks } from './came-back-blocks.ts';
import type { Block } from './card.ts';
import { changeBlocks } from './change-blocks.ts';
import { toDeedWords } from './deed-words.ts';
import type { Draft } from './draft.ts';
import { toFolderPath, toHostName } from './estate-place-words.ts';
import { takesFields } from './move-blocks.ts';
import {
  blockerBlocks,
  planDetails,
  toEffectWords,
  toPlaceWords,
  toSizeWords,
} from './plan-blocks.ts';
import { quotaBlocks, quotaFields } from './quota-blocks.ts';
import { endedActions, openActions } from './request-actions.ts';
import { countMeant, tellingBlocks, tellingFields } from './telling-blocks.ts';

export interface RequestFacts {
  readonly request: Request;
  readonly votes: readonly Vote[];
  /** Seats filled, in the order of the stages. */
  readonly filled: readonly number[];
  readonly plan: Plan;
  readonly job?: Job | undefined;
  readonly tellings: TellingSum;
  readonly viewer: {
    readonly id: string;
    readonly groupIds: readonly string[];
    readonly state: string;
  };
  readonly index: EstateIndex;
  /** Of the groups that are asked; nobody of them may agree (H28). */
  readonly disagreements?: readonly Disagreement[] | undefined;
  /** Its connection shows the script that does the same. */
  readonly canShowScript?: boolean | undefined;
  readonly now: Date;
  readonly timeZone: string;
}

/** A phone shows that many without scrolling. */
const NAMES_ON_CARD = 5;

export function requestCard(facts: RequestFacts): Draft {
  const { request, plan } = facts;
  const title = `${request.requesterName} wants to ${toDeedWords(plan)}`;
  const state = `R-${request.number} · ${toStateWords(facts)}`;
  return {
    ...{ title, state, tone: toTone(request), summary: toSummary(facts) },
    body: request.state === 'open' ? openBody(facts) : endedBody(facts),
    actions: request.state === 'open' ? openActions(facts) : endedActions(facts),
    details: [
      ...stageBlocks(facts),
      ...(isOnCard(facts) ? [] : tellingBlocks(facts.tellings)),
      ...quotaBlocks(plan.advice.quota ?? [], request.requesterName),
      ...planDetails(plan),
    ],
  };
}

/** Whether the card itself names everybody who was meant. */
function isOnCard({ request, tellings }: RequestFacts): boolean {
  return request.state === 'open' && countMeant(tellings) <= NAMES_ON_CARD;
}

function toTone({ state }: Request): Draft['tone'] {
  if (state === 'open') return 'busy';
  if (state === 'approved') return 'good';
  return state === 'denied' ? 'bad' : 'warning';
}

function toStateWords({ request, filled }: RequestFacts): string {
  if (request.state !== 'open') return request.state === 'ended' ? 'not started' : request.state;
  const needed = request.stages.reduce((sum, stage) => sum + stage.needed, 0);
  return `${filled.reduce((sum, seats) => sum + seats, 0)} of ${needed} agreed`;
}

function toSummary(facts: RequestFacts): string {
  const { request, plan, now, timeZone } = facts;
  const what = `"${toDeedWords(plan)}" for ${request.requesterName}`;
  if (request.state !== 'open') return `R-${request.number} ${what}: ${toOutcomeWords(facts)}`;
  return `Approve ${what}? ${toStateWords(facts)}, closes ${toTime(request.expiresAt, now, timeZone)}`;
}

function openBody(facts: RequestFacts): Block[] {
  const { request, plan, index, now, timeZone, votes } = facts;
  const place = toPlaceWords(plan, index);
  const agreed = votes.filter(({ word, voidCode }) => word === 'approve' && voidCode === null);
  const fields = [
    ...(request.reason ? [{ label: 'Reason', value: request.reason }] : []),
    { label: 'Effect', value: toEffectWords(plan) },
    ...(place ? [{ label: 'Place', value: place }] : []),
    ...takesFields(plan),
    ...quotaFields(plan.advice.quota ?? [], request.requesterName),
    { label: 'Rule', value: toRuleWords(request) },
    ...(agreed.length > 0
      ? [
          {
            label: 'Agreed',
            value: agreed
              .map(({ personName, votedAt }) => `${personName} ${toTime(votedAt, now, timeZone)}`)
              .join(', '),
          },
        ]
      : []),
    ...tellingFields(facts.tellings, NAMES_ON_CARD),
    { label: 'Closes', value: toDeadline(request.expiresAt, now, timeZone) },
  ];
  return [
    ...cameBackBlocks(facts),
    ...blockerBlocks(plan),
    { block: 'text', text: toWhatWords(facts), weight: 'quiet' },
    { block: 'fields', fields },
    ...deletionBlocks(plan),
    ...changeBlocks(plan),
    ...disagreementBlocks(facts),
    ...shortBlocks(facts),
  ];
}

/** `prod-vc · from ubuntu-24 · 4 vCPU · 16 GiB · 80 GiB disk · in /prod/web`; of a VM where it lies. */
function toWhatWords({ plan, request, index }: RequestFacts): string {
  const [target, ...more] = plan.targets;
  const vm = target && more.length === 0 ? index.get('vm', target.id) : undefined;
  const input = request.input as { templateId?: string; folderId?: string; networkIds?: string[] };
  const template = input.templateId && index.get('template', input.templateId)?.body.name;
  const folder = input.folderId && index.get('folder', input.folderId)?.body.path;
  const network = input.networkIds?.[0] && index.get('network', input.networkIds[0])?.body.name;
  return [
    plan.bounds.exact.connection ?? vm?.connectionId,
    template && `from ${template}`,
    toSizeWords(plan),
    network,
    folder && `in ${folder}`,
    vm && `in ${toFolderPath(index, vm)}`,
    vm && `on ${toHostName(index, vm)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What is deleted and what is kept stands on the card itself, not under Details (H19). */
function deletionBlocks({ advice, operation }: Plan): Block[] {
  if (operation !== 'vm.delete') return [];
  const fates = advice.notes.filter(
    ({ code }) => /^(disk|image)_/.test(code) || code === 'snapshots_deleted',
  );
  const undo: Block = { block: 'text', text: 'This cannot be undone.', weight: 'strong' };
  return [
    undo,
    ...planDetails({ advice: { ...advice, notes: fates, ratings: [] } } as unknown as Plan).slice(
      0,
      fates.length,
    ),
  ];
}

/** `create-prod: 2 of ops-leads, reason on deny`. */
function toRuleWords({ stages }: Request): string {
  return stages
    .map(
      ({ rule, needed, groupName, reasonOnDeny }) =>
        `${rule}: ${needed} of ${groupName}${reasonOnDeny ? ', reason on deny' : ''}`,
    )
    .join(' and ');
}

function disagreementBlocks({ disagreements = [] }: RequestFacts): Block[] {
  return disagreements.map((one) => ({
    ...{ block: 'text', text: toNobodyMayAgreeWords(one), weight: 'strong' },
  }));
}

/** Where it is said why nobody may agree, that nobody is left would be half of the truth. */
function shortBlocks({ request, disagreements = [] }: RequestFacts): Block[] {
  const group = request.facts?.fallsShort;
  if (!group || disagreements.length > 0) return [];
  const text = `Not enough people of ${String(group)} are left to agree. It expires as planned unless somebody joins the group.`;
  return [{ block: 'text', text, weight: 'strong' }];
}

function endedBody(facts: RequestFacts): Block[] {
  const { request } = facts;
  const lines: Block[] = [
    { block: 'text', text: toOutcomeWords(facts), weight: 'strong' },
    { block: 'text', text: toWhatWords(facts), weight: 'quiet' },
  ];
  const reason = request.facts?.reason;
  if (request.state === 'denied' && reason)
    lines.push({ block: 'text', text: `Reason: ${String(reason)}` });
  return lines;
}

/** `Approved by Bob Stein 13:31 and Eva Lang 13:40 · J-412 is running`. */
function toOutcomeWords({ request, votes, job, now, timeZone }: RequestFacts): string {
  if (request.state === 'approved') {
    const by = votes.filter(({ word, voidCode }) => word === 'approve' && voidCode === null);
    const names = by
      .map(({ personName, votedAt }) => `${personName} ${toTime(votedAt, now, timeZone)}`)
      .join(' and ');
    const ran = job ? ` · J-${job.number} ${toJobWords(job)}` : '';
    return (names ? `Approved by ${names}` : 'Approved by rule') + ran;
  }
  const denier = votes.find(({ word, voidCode }) => word === 'deny' && voidCode === null);
  if (request.state === 'denied' && denier) {
    return `Denied by ${denier.personName} ${toTime(denier.votedAt, now, timeZone)}`;
  }
  const words = END_WORDS[request.code ?? request.state] ?? request.state;
  const when = request.decidedAt ? ` ${toTime(request.decidedAt, now, timeZone)}` : '';
  const sentence = fillWords(words, request.facts);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${when}`;
}

export function toJobWords({ state, cancelAskedAt }: Job): string {
  if (state === 'starting') return 'is starting';
  if (state === 'running') return cancelAskedAt ? STOPPING_WORDS.listed : 'is running';
  return state === 'done_with_warning' ? 'is done, with a warning' : `is ${state}`;
}

function stageBlocks({ request, filled }: RequestFacts): Block[] {
  return request.stages.map(({ rule, line, groupName, needed }, at) => ({
    block: 'text',
    text: `${plural(needed, 'vote')} of ${groupName}, ${filled[at] ?? 0} so far (rule ${rule}, line ${line})`,
  }));
}
