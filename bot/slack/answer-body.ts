/**
 * Takes a verified body in, and says what Slack is answered.
 *
 * What people said goes into the inbox before Slack hears that it arrived; when that fails the error goes on, Slack
 * hears nothing, and delivers again. What opens at once (a form, details, choices) holds no state and may be lost.
 */
import { OperationError } from '#core/errors.ts';
import type { RefusalCode, TellRefused } from '../conversation/refusal.ts';
import { within } from '../delivery/within.ts';
import { toOptions } from '../renderers/block-kit-inputs.ts';
import { toSlackDetails, toSlackModal } from '../renderers/block-kit-modal.ts';
import { slackWords } from '../words/en/slack-words.ts';
import { type SlackEnvelope, toPlace } from './envelope.ts';
import { toFormMetadata } from './form-metadata.ts';
import type { Asker, SlackHost } from './host.ts';
import type { JudgeMember } from './membership.ts';
import { type Received, readBody } from './read-body.ts';
import { Done } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

export interface AnswerOptions {
  readonly host: SlackHost;
  readonly teamId: string;
  readonly botUserId: string;
  readonly command: string;
  /** With a short deadline. */
  readonly api: SlackApi;
  readonly judgeMember: JudgeMember;
  readonly tellRefused: TellRefused;
  /** The person's own channel with Drover. */
  readonly findDirectChannel: (userId: string) => Promise<string>;
  readonly now: () => Date;
  /** Answers that were lost; nothing depends on them. */
  readonly onFault: (error: unknown) => void;
}

type FromSomebody = Exclude<Received, { kind: 'ignored' | 'here' }>;
type Said = Exclude<FromSomebody, { kind: 'elsewhere' }>;

/** Slack waits three seconds for an answer, and the way takes some of them. */
const answerWithinMs = 2_500;

export type AnswerBody = (body: unknown) => Promise<object | undefined>;

export function createAnswerBody(options: AnswerOptions): AnswerBody {
  const { teamId, botUserId, command, now } = options;
  return async (body) => {
    const received = readBody(body, { teamId, botUserId, command, now: now() });
    if (received.kind === 'ignored') return undefined;
    if (received.kind === 'here') {
      await within(answerWithinMs, Promise.resolve(options.host.noteHere?.(received.channel)));
      return undefined;
    }
    if (received.kind === 'elsewhere') {
      noteRefused(options, received, 'foreign_workspace');
      return undefined;
    }
    return within(answerWithinMs, answer(options, received));
  };
}

async function answer(options: AnswerOptions, said: Said): Promise<object | undefined> {
  const refusal = said.foreign?.code ?? (await options.judgeMember(said.userId));
  if (refusal) return refuse(options, said, refusal);
  const asker = await toAsker(options, said);
  switch (said.kind) {
    case 'text':
    case 'click':
      await options.host.receive(toEnvelope(asker, said));
      return undefined;
    case 'form': {
      const faults = await findFormFaults(options, asker, said);
      if (faults) return { response_action: 'errors', errors: faults };
      await options.host.receive(toEnvelope(asker, said));
      return undefined;
    }
    case 'open':
      return open(options, asker, said);
    case 'search': {
      const { actionId, input, typed } = said;
      const choices = await options.host.choices({ ...asker, actionId, input, typed });
      return { options: toOptions(choices) };
    }
  }
}

type Form = Extract<Said, { kind: 'form' }>;

/** By the block of each input; undefined when there are none, or some that the form could not show. */
async function findFormFaults({ host }: AnswerOptions, asker: Asker, form: Form) {
  const { actionId, inputs, blocks } = form;
  const found = (await host.checkForm?.({ ...asker, actionId, inputs })) ?? {};
  const faults = Object.entries(found).map(([name, fault]) => [blocks[name], fault] as const);
  const isShown = faults.length > 0 && faults.every(([block]) => block !== undefined);
  return isShown ? Object.fromEntries(faults) : undefined;
}

async function toAsker(options: AnswerOptions, said: Said): Promise<Asker> {
  const { userId, place } = said;
  // A channel of two people is none with Drover: a command can be typed there too.
  const isPrivate =
    (said.kind === 'text' && said.isDirect) ||
    (place.channel.startsWith('D') && place.channel === (await options.findDirectChannel(userId)));
  return { tenant: options.teamId, userId, place: toPlace(place), isPrivate };
}

function toEnvelope(
  asker: Asker,
  said: Extract<Said, { kind: 'text' | 'click' | 'form' }>,
): SlackEnvelope {
  const { dedupeKey, sentAt } = said;
  const head = { transport: 'slack', ...asker, dedupeKey, sentAt } as const;
  switch (said.kind) {
    case 'text':
      return { ...head, body: { kind: 'text', text: said.text } };
    case 'click':
      return { ...head, body: { kind: 'action', actionId: said.actionId, inputs: {} } };
    case 'form':
      return { ...head, body: { kind: 'form', actionId: said.actionId, inputs: said.inputs } };
  }
}

/** One answer, which only that person sees; a bot gets none, so that two can never go on for ever (H32). */
async function refuse(
  options: AnswerOptions,
  said: Said,
  code: RefusalCode,
): Promise<object | undefined> {
  noteRefused(options, said, code);
  if (said.kind === 'search') return { options: [] };
  return code === 'bot' ? undefined : tell(options, said, slackWords.notAMember);
}

function noteRefused(
  { tellRefused, teamId }: AnswerOptions,
  { userId, place, foreign }: FromSomebody,
  code: RefusalCode,
): void {
  const tenant = foreign ? foreign.tenant : teamId;
  tellRefused({ code, tenant, userId, place: toPlace(place) });
}

async function tell(options: AnswerOptions, said: Said, text: string): Promise<object | undefined> {
  if (said.kind === 'text' && said.isCommand) return { response_type: 'ephemeral', text };
  const { channel, thread } = said.place;
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  try {
    const message = { channel, user: said.userId, text, mrkdwn: false, ...inThread };
    await options.api.call('chat.postEphemeral', message, Done);
  } catch (error) {
    options.onFault(error);
  }
  return undefined;
}

/** The trigger lives three seconds and is never stored: the form opens now or not at all. */
async function open(
  options: AnswerOptions,
  asker: Asker,
  said: Extract<Said, { kind: 'open' }>,
): Promise<object | undefined> {
  const view = await drawView(options, asker, said);
  if (!view) return tell(options, said, slackWords.formIsOld);
  try {
    await options.api.call('views.open', { trigger_id: said.triggerId, view }, Done);
  } catch (error) {
    options.onFault(error);
    if (error instanceof OperationError && error.end === 'unknown') return undefined;
    return tell(options, said, slackWords.formTooLate);
  }
  return undefined;
}

async function drawView(
  { host }: AnswerOptions,
  asker: Asker,
  { what, ref, place }: Extract<Said, { kind: 'open' }>,
): Promise<object | undefined> {
  if (what === 'details') {
    const card = await host.findCard({ ...asker, what, ref });
    return card && toSlackDetails(card);
  }
  const card = await host.findCard({ ...asker, what, actionId: ref });
  const action = card?.actions.find(({ id }) => id === ref);
  return card && action && toSlackModal(card, action, toFormMetadata(ref, place));
}
