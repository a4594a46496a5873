/**
 * Takes a verified activity in, and says what Teams is answered.
 *
 * What people said goes into the inbox before Teams hears that it arrived; when that fails Teams hears so, and delivers
 * again. What is drawn at once (a view, choices) holds no state and may be lost.
 */
import { OperationError } from '#core/errors.ts';
import type { TellRefused } from '../conversation/refusal.ts';
import { within } from '../delivery/within.ts';
import { toTeamsCard } from '../renderers/teams-card.ts';
import { teamsWords } from '../words/en/teams-words.ts';
import type { PreparePictures } from './card-pictures.ts';
import type { TeamsEnvelope } from './envelope.ts';
import type { Asker, TeamsHost } from './host.ts';
import {
  answerCard,
  answerChoices,
  answerFault,
  answerLine,
  answerNoView,
  done,
  type HttpAnswer,
} from './invoke-answers.ts';
import type { FindMember, JudgeMember } from './membership.ts';
import { nameAccounts } from './name-accounts.ts';
import { type Asked, type Received, readActivity } from './read-activity.ts';
import type { KeepReferences } from './references.ts';
import type { TeamsActivity } from './schema.ts';
import type { TellOnce } from './tell-once.ts';

export interface AnswerOptions {
  readonly host: TeamsHost;
  readonly tenantId: string;
  readonly judgeMember: JudgeMember;
  readonly tellRefused: TellRefused;
  readonly references: KeepReferences;
  readonly findMember: FindMember;
  /** A line into the conversation, at most once a message; it may be lost. */
  readonly tellOnce: TellOnce;
  readonly answerWithinMs: number;
  readonly preparePictures: PreparePictures;
  readonly now: () => Date;
  readonly onFault: (error: unknown) => void;
}

/** They were made for the message, as a rule; a view does not wait for others. */
const picturesWithinMs = 1_500;

export type AnswerActivity = (activity: TeamsActivity) => Promise<HttpAnswer>;

export function createAnswerActivity(options: AnswerOptions): AnswerActivity {
  return async (activity) => {
    try {
      const received = readActivity(activity, options.now());
      return await within(options.answerWithinMs, answer(options, activity, received));
    } catch (error) {
      options.onFault(error);
      return answerFault(503, isLate(error) ? teamsWords.perhapsTaken : teamsWords.notTaken);
    }
  };
}

function isLate(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'time_limit_reached';
}

async function answer(
  options: AnswerOptions,
  activity: TeamsActivity,
  received: Received,
): Promise<HttpAnswer> {
  switch (received.kind) {
    case 'ignored':
      return activity.type === 'invoke' ? answerFault(400, teamsWords.actionUnknown) : done;
    case 'nobody':
      tellNobody(options, activity);
      return activity.type === 'invoke' ? answerLine(teamsWords.notAMember) : done;
    case 'here':
      await options.references.keep(activity);
      await options.references.move(activity, received);
      return done;
    case 'gone':
      await options.references.drop(received.gone);
      return done;
    default:
      return answerSaid(options, activity, received);
  }
}

function tellNobody({ tellRefused, tenantId }: AnswerOptions, { conversation }: TeamsActivity) {
  tellRefused({ code: 'nobody', tenant: tenantId, place: conversation.id });
}

async function answerSaid(
  options: AnswerOptions,
  activity: TeamsActivity,
  asked: Asked,
): Promise<HttpAnswer> {
  const { userId, teamsUserId, place, serviceUrl } = asked;
  const refusal = await options.judgeMember({ serviceUrl, place, teamsUserId, userId });
  if (refusal) {
    options.tellRefused({ code: refusal, tenant: options.tenantId, userId, place });
    return refuse(options, activity, asked);
  }
  const asker = { tenant: options.tenantId, userId, place, isPrivate: asked.isPrivate };
  switch (asked.kind) {
    case 'text':
      return answerText(options, activity, asker, asked);
    case 'click': {
      await options.references.keep(activity);
      const answered = await store(options, activity, asker, asked);
      await noteReader(options, asked);
      await noteSeen(options, asked);
      return answered;
    }
    case 'unclear':
      options.tellOnce(activity, teamsWords.unclear);
      return done;
    case 'refresh': {
      await noteReader(options, asked);
      await noteSeen(options, asked);
      return drawView(options, asker, asked);
    }
    case 'search': {
      const { actionId, input, typed } = asked;
      return answerChoices(await options.host.choices({ ...asker, actionId, input, typed }));
    }
  }
}

/** A line that mentions somebody of whom no account is known runs nothing. */
async function answerText(
  options: AnswerOptions,
  activity: TeamsActivity,
  asker: Asker,
  asked: Extract<Asked, { kind: 'text' }>,
): Promise<HttpAnswer> {
  await options.references.keep(activity);
  const named = await nameAccounts(options, asker, asked);
  if ('unknown' in named) options.tellOnce(activity, teamsWords.whoIsMeant(named.unknown));
  else await options.host.receive(toEnvelope(asker, { ...asked, text: named.text }));
  await noteReader(options, asked);
  return done;
}

/** One answer: a line that only who clicked sees, or a reply to what was written. */
function refuse(options: AnswerOptions, activity: TeamsActivity, asked: Asked): HttpAnswer {
  if (asked.kind === 'search') return answerChoices([]);
  if (asked.kind === 'refresh' && !asked.isByHand) return answerNoView(teamsWords.notAMember);
  if (activity.type === 'invoke') return answerLine(teamsWords.notAMember);
  options.tellOnce(activity, teamsWords.notAMember);
  return done;
}

/** Who reads where several do gets a view of their own from the next version on; what was said does not wait for that. */
async function noteReader({ references, onFault }: AnswerOptions, asked: Asked): Promise<void> {
  const { place, userId, teamsUserId, isPrivate } = asked;
  if (!isPrivate) await references.read({ place, userId, teamsUserId }).catch(onFault);
}

/**
 * Which message somebody acted on may be news: the first of two posts, whose answer was lost. It comes again with the next
 * look or click, so what is taken in does not depend on it.
 */
async function noteSeen({ host, onFault }: AnswerOptions, asked: Asked): Promise<void> {
  if (asked.kind !== 'refresh' && asked.kind !== 'click') return;
  const { messageId, place } = asked;
  const by = asked.kind === 'click' ? { actionId: asked.actionId } : { ref: asked.ref };
  try {
    if (messageId !== undefined) await host.adopt?.({ place, messageId, by });
  } catch (error) {
    onFault(error);
  }
}

type Text = Extract<Asked, { kind: 'text' }> & { readonly text: string };
type Click = Extract<Asked, { kind: 'click' }>;

async function store(
  options: AnswerOptions,
  activity: TeamsActivity,
  asker: Asker,
  asked: Click,
): Promise<HttpAnswer> {
  const corrected = await drawFaults(options.host, asker, asked);
  if (corrected && activity.type === 'invoke') return corrected;
  await options.host.receive(toEnvelope(asker, asked));
  return activity.type === 'invoke' ? answerLine(teamsWords.taken) : done;
}

function toEnvelope(asker: Asker, asked: Text | Click): TeamsEnvelope {
  const { dedupeKey, sentAt } = asked;
  const head = { transport: 'teams', ...asker, dedupeKey, sentAt } as const;
  if (asked.kind === 'text') return { ...head, body: { kind: 'text', text: asked.text } };
  const { actionId, inputs } = asked;
  const isForm = Object.keys(inputs).length > 0;
  return { ...head, body: { kind: isForm ? 'form' : 'action', actionId, inputs } };
}

/** The card with what is wrong under each field; undefined when nothing is, or it could not be shown there. */
async function drawFaults(
  host: TeamsHost,
  asker: Asker,
  { actionId, inputs }: Click,
): Promise<HttpAnswer | undefined> {
  if (!host.checkForm || Object.keys(inputs).length === 0) return undefined;
  const faults = await host.checkForm({ ...asker, actionId, inputs });
  if (Object.keys(faults).length === 0) return undefined;
  const card = await host.findCard({ ...asker, what: 'form', actionId });
  const shown = new Set((card?.inputs ?? []).map(({ name }) => name));
  if (!card || !Object.keys(faults).every((name) => shown.has(name))) return undefined;
  const filled = (card.inputs ?? []).map((input) => ({
    ...input,
    value: inputs[input.name] ?? input.value,
    fault: faults[input.name],
  }));
  return answerCard(toTeamsCard({ ...card, inputs: filled }));
}

/** The card as this person may see it now: its actions are their own. */
async function drawView(
  { host, preparePictures }: AnswerOptions,
  asker: Asker,
  { ref, isByHand }: Extract<Asked, { kind: 'refresh' }>,
): Promise<HttpAnswer> {
  const card = await host.findCard({ ...asker, what: 'details', ref });
  if (!card) {
    return isByHand ? answerLine(teamsWords.cardIsOld) : answerNoView(teamsWords.cardIsOld);
  }
  const viewers = (await host.listViewers?.(asker.place)) ?? [];
  const listPictures = await preparePictures(card, picturesWithinMs);
  return answerCard(toTeamsCard(card, { ref, viewers, listPictures }));
}
