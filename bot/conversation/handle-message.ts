/**
 * Handles one received message: reads it, runs its command, and writes effect, answer and `handled` in one transaction.
 *
 * Every message gets exactly one answer (H32). What was received but not handled when a process died is handled at the
 * next start, or answered "came too late" (H31).
 */
import type { ApprovalTx } from '#approvals/request-store.ts';
import { OperationError } from '#core/errors.ts';
import type { Json } from '#core/plan/plan.ts';
import type { InboxRow } from '#core/ports/conversation-tables.ts';
import type { Account } from '#core/ports/directory.ts';
import { type Draft, mint } from '../cards/draft.ts';
import { answeredInPrivateCard } from '../cards/private-answer-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Reply, Said } from '../commands/command.ts';
import type { House } from '../house.ts';
import { answerStranger } from './answer-stranger.ts';
import {
  type Destination,
  directMessage,
  isChat,
  isDirect,
  originOf,
  toDestinationText,
} from './destinations.ts';
import { findSender } from './find-sender.ts';
import { type Run, runAction } from './run-action.ts';
import { runText } from './run-text.ts';
import { type Answering, showSubject } from './show-subject.ts';

/** Older messages are answered, not obeyed (H31). */
const TOO_LATE_MS = 5 * 60_000;
/** How often a command is run again when something changed between its two halves. */
const RUNS_AT_MOST = 20;

/** What stands in `inbox.body`. */
export type InboxBody = { readonly isPrivate?: boolean } & (
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'action';
      readonly actionId: string;
      readonly inputs: Readonly<Record<string, string>>;
    }
);

/** Carries out one wake-up of topic `inbox`. */
export async function handleMessage(house: House, inboxId: string): Promise<void> {
  const { row, now } = await house.store.read(async (reads) => ({
    row: await reads.inbox.find(inboxId),
    now: reads.now,
  }));
  if (!row || row.handledAt) return;
  for (let run = 1; run <= RUNS_AT_MOST; run += 1) {
    const prepared = await prepare(house, row, now);
    if (await concludeOnce(house, row, prepared)) return;
  }
  await house.store.transact((tx) =>
    conclude(house, tx, row, { reply: async () => refusalCard({ code: 'busy' }), isPrivate: true }),
  );
}

async function prepare(house: House, row: InboxRow, now: Date): Promise<Run> {
  const { sentAt } = row;
  const { timeZone } = house;
  if (now.getTime() - sentAt.getTime() > TOO_LATE_MS)
    return {
      reply: async () => refusalCard({ code: 'too_late', sentAt, timeZone }),
      isPrivate: true,
    };
  try {
    return await run(house, row);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { reply: async () => refusalCard({ code: 'operation_error', error }), isPrivate: true };
  }
}

async function run(house: House, row: InboxRow): Promise<Run> {
  const sender = await findSender(house, row);
  const body = row.body as unknown as InboxBody;
  if (!sender.isKnown) return answerStranger(house, body, sender);
  const { account: person, personId } = sender;
  if (person?.state !== 'active') return { reply: refuseAccount(personId, person), personId };
  const place = toDestinationText(originOf(row));
  const asking = { house, person, place, via: row.transport, chosen: {}, ...toChat(row, body) };
  return { ...(await runBody(asking, body)), personId };
}

/** Which chat user it was, for `link` and `unlink`. */
function toChat(
  { transport, personId }: InboxRow,
  { isPrivate = false }: InboxBody,
): Pick<Asking, 'chat'> {
  return isChat(transport) ? { chat: { chatId: personId, isPrivate } } : {};
}

async function runBody(asking: Omit<Asking, 'text'>, body: InboxBody): Promise<Run> {
  if (body.kind === 'action') return runAction({ ...asking, text: '' }, body);
  const { text } = body;
  return { ...(await runText({ ...asking, text })), said: text };
}

function refuseAccount(personId: string, person: Account | undefined): Reply {
  return async (tx) => {
    const facts = { code: 'account_not_active', state: person?.state ?? 'gone' };
    await tx.audit.insert({ event: 'refused', personId, facts });
    return refusalCard({ code: 'account_not_active', state: person?.state ?? 'gone' });
  };
}

/** Answers false when the command has to run once more; nothing is written then. */
async function concludeOnce(house: House, row: InboxRow, prepared: Run): Promise<boolean> {
  try {
    await house.store.transact((tx) => conclude(house, tx, row, prepared));
    return true;
  } catch (error) {
    if (error instanceof RunAgain) return false;
    throw error;
  }
}

async function conclude(house: House, tx: ApprovalTx, row: InboxRow, run: Run): Promise<void> {
  const { reply, said, isPrivate } = run;
  // In console and terminal it is known before anybody is asked.
  const personId = run.personId ?? (isChat(row.transport) ? undefined : row.personId);
  if (!(await tx.inbox.markHandled(row.id))) return;
  const answer = await reply(tx);
  if (answer === 'again') throw new RunAgain();
  const {
    draft,
    more = [],
    shows,
    about,
  }: Said = 'title' in answer ? { draft: answer, shows: [] } : answer;
  const answering = toAnswering(row, said);
  const origin = originOf(row);
  const isElsewhere = isPrivate && isChat(row.transport) && !isDirect(origin.place);
  const at = isElsewhere ? directMessage(row.personId) : origin;
  if (draft) await putAnswer(house, tx, { at, personId, draft, about, answering });
  for (const next of more) await putAnswer(house, tx, { at, personId, draft: next });
  if (draft && at !== origin && row.transport === 'teams') await pointTo(house, tx, origin);
  if (personId === undefined) return;
  for (const [place, subject] of shows.entries()) {
    // Without words of its own, the live card is the answer.
    const own = place === 0 && !draft ? answering : undefined;
    await showSubject(house, tx, subject, { personId, at }, own);
  }
}

/** Rolls the transaction back: what the command had read is no longer true. */
class RunAgain extends Error {}

function toAnswering({ personId, dedupeKey }: InboxRow, said: string | undefined): Answering {
  return {
    answers: dedupeKey.slice(personId.length + 1),
    answersTo: personId,
    ...(said === undefined ? {} : { said }),
  };
}

/**
 * Says where the answer is, and nothing of it. Teams opens no private conversation by itself: who has none yet learns here to
 * begin one; Slack calls its reader there.
 */
async function pointTo(house: House, tx: ApprovalTx, at: Destination): Promise<void> {
  const draft = answeredInPrivateCard();
  const [id, copyId] = [house.newId(), house.newId()];
  const content = { card: { ...draft, actions: [] } } as unknown as Json;
  await tx.cards.insert({ id, kind: 'answer', subjectId: null, content });
  await tx.cards.insertCopy({ id: copyId, cardId: id, ...at, personId: null });
  await tx.enqueue([{ topic: 'delivery', key: id }]);
}

interface Answer {
  readonly at: Destination;
  /** Absent: a stranger, who is given no buttons. */
  readonly personId: string | undefined;
  readonly draft: Draft;
  readonly about?: Said['about'];
  /** Absent: a further message, which goes on where the first one ended. */
  readonly answering?: Answering | undefined;
}

async function putAnswer(
  house: House,
  tx: ApprovalTx,
  { at, personId, draft, about, answering }: Answer,
): Promise<void> {
  const cardId = house.newId();
  const card =
    personId === undefined
      ? { ...draft, actions: [] }
      : await mint(tx.cards, draft, { cardId, personId, revision: 1, newId: house.newId });
  const content = { card, ...(about ? { about } : {}), ...answering } as unknown as Json;
  await tx.cards.insert({ id: cardId, kind: 'answer', subjectId: null, content });
  await tx.cards.insertCopy({ id: house.newId(), cardId, ...at, personId: personId ?? null });
  await tx.enqueue([{ topic: 'delivery', key: cardId }]);
}
