/** Draws the live card of a request, a job or what was noticed for one reader, from what the store holds now. */
import { closeStages, listStageDisagreements } from '#approvals/close-stages.ts';
import { countVotes } from '#approvals/decide.ts';
import type { Request, Vote } from '#approvals/request-store.ts';
import type { Job } from '#core/jobs/job.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { CardRow } from '#core/ports/conversation-tables.ts';
import type { Account } from '#core/ports/directory.ts';
import type { TellingSum } from '#core/ports/tellings.ts';
import type { Card } from '../cards/card.ts';
import { type Draft, mint } from '../cards/draft.ts';
import { requestCard } from '../cards/request-card.ts';
import { NAMES_IN_DETAILS } from '../cards/telling-blocks.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import type { Subject } from '../conversation/show-subject.ts';
import type { House } from '../house.ts';
import { drawJob } from './draw-job.ts';
import { drawNoticed } from './draw-noticed.ts';

const ANYBODY: Account = { id: '', name: '', login: '', state: 'disabled', groupIds: [] };

export type Drawn = Pick<MessageView, 'card' | 'subject'>;

export async function drawSubject(
  house: House,
  card: CardRow,
  /** Null: for whoever reads there, without buttons. */
  personId: string | null,
): Promise<Drawn | undefined> {
  const viewer = personId === null ? ANYBODY : await house.directory.findAccount(personId);
  if (!viewer || !card.subjectId) return undefined;
  const kind = card.kind === 'answer' ? 'request' : card.kind;
  const drawn = await draftSubject(house, { kind, id: card.subjectId }, viewer);
  if (!drawn) return undefined;
  const { draft, revision, subject } = drawn;
  if (personId === null) return { card: { ...draft, actions: [] }, subject };
  return { card: await mintCard(house, draft, { cardId: card.id, personId, revision }), subject };
}

/** How it stands for this reader now. */
export function draftSubject(
  house: House,
  { kind, id }: Subject,
  viewer: Account,
): Promise<DrawnDraft | undefined> {
  if (kind === 'noticed') return drawNoticed(house, id, { hasButtons: viewer !== ANYBODY });
  return kind === 'job' ? drawJob(house, id, viewer) : drawRequest(house, id, viewer);
}

async function mintCard(
  { store, newId }: House,
  draft: Draft,
  minting: { cardId: string; personId: string; revision: number },
): Promise<Card> {
  if (draft.actions.length === 0) return { ...draft, actions: [] };
  return store.transact((tx) => mint(tx.cards, draft, { ...minting, newId }));
}

export interface DrawnDraft {
  readonly draft: Draft;
  readonly revision: number;
  readonly subject: NonNullable<MessageView['subject']>;
}

export interface RequestReading {
  readonly request: Request;
  readonly votes: readonly Vote[];
  readonly plan: Plan;
  readonly job?: Job | undefined;
  /** Who was to be told of it. */
  readonly tellings: TellingSum;
  readonly now: Date;
}

export async function readRequest(
  { store }: Pick<House, 'store'>,
  id: string,
): Promise<RequestReading | undefined> {
  return store.read(async (reads) => {
    const request = await reads.requests.find(id);
    const stored = request && (await reads.plans.find(request.planId));
    if (!request || !stored) return undefined;
    const votes = await reads.requests.listVotes(id, request.revision);
    return {
      request,
      votes,
      plan: stored.plan,
      job: await reads.jobs.findByRequest(id),
      tellings: await reads.tellings.sum(id, NAMES_IN_DETAILS),
      now: reads.now,
    };
  });
}

async function drawRequest(
  house: House,
  id: string,
  viewer: Account,
): Promise<DrawnDraft | undefined> {
  const reading = await readRequest(house, id);
  if (!reading) return undefined;
  const { votes } = reading;
  const { index, timeZone, rules } = house;
  const isOpen = reading.request.state === 'open';
  const request = isOpen ? closeStages(reading.request, rules.policies) : reading.request;
  const disagreements = isOpen ? listStageDisagreements(reading.request, rules.policies) : [];
  const filled = countVotes(request, votes, await readVoters(house, votes));
  const draft = requestCard({
    ...{ ...reading, request, filled, viewer, index, timeZone, disagreements },
    canShowScript: canShowScript(house, reading.plan),
  });
  const leadsTo =
    reading.job && request.state === 'approved' ? { leadsTo: `J-${reading.job.number}` } : {};
  const subject = { kind: 'request', label: `R-${request.number}`, isOpen, ...leadsTo } as const;
  return { draft, revision: request.revision, subject };
}

/** Whether the connection of a plan shows scripts. */
export function canShowScript(
  { connections }: Pick<House, 'connections'>,
  { bounds }: Pick<Plan, 'bounds'>,
): boolean {
  return connections.get(bounds.exact.connection ?? '')?.scripting !== undefined;
}

export async function readVoters(
  { directory }: House,
  votes: readonly Vote[],
): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>();
  for (const { personId } of votes) {
    const account = await directory.findAccount(personId);
    if (account) accounts.set(personId, account);
  }
  return accounts;
}
