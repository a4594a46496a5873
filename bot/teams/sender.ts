/**
 * Puts cards into Teams and edits them there, within Teams' limits.
 *
 * A `messageRef` is the id of the message, or two ids with a space between them: Teams shows a bot none of its messages, so
 * a post whose answer was lost, with its process or without, is made once more, and the first one is learned from a late
 * answer or from whoever looks at it or acts on it. From then on every version goes to both. Never a third message of a copy
 * is posted. What comes first: the note, the post, the record of its id.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '#core/errors.ts';
import type { MessageSender, OutgoingMessage } from '#core/ports/message-sender.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import type { Want } from '../delivery/budget.ts';
import { laneOf } from '../delivery/lane.ts';
import { createOneWriter } from '../delivery/one-writer.ts';
import type { PostNotes } from '../delivery/post-notes.ts';
import type { Turns } from '../delivery/turns.ts';
import type { ListPictures } from '../renderers/adaptive-card.ts';
import { toTeamsMessage } from '../renderers/teams-card.ts';
import { type PreparePictures, prepareNone } from './card-pictures.ts';
import type { ConnectorApi } from './connector-api.ts';
import { toConversation } from './envelope.ts';
import type { TeamsHost, TeamsReference } from './host.ts';
import { EditedAnswer, SentAnswer } from './schema.ts';
import type { TeamsBudget } from './teams-budget.ts';
import { isGoneMessage, isUnknown, readRetryAfterMs, toDeleted } from './teams-faults.ts';

export type TeamsOutgoing = OutgoingMessage<MessageView>;

export interface TeamsSenderOptions {
  readonly api: ConnectorApi;
  readonly host: Pick<TeamsHost, 'findReference' | 'listViewers' | 'adopt'>;
  readonly budget: TeamsBudget;
  readonly turns: Turns;
  readonly notes: PostNotes;
  /** Left out: a card has none. */
  readonly preparePictures?: PreparePictures | undefined;
  /** Monotonic, in milliseconds. */
  readonly elapsed: () => number;
  readonly onFault: (error: unknown) => void;
}

const triesAfterLimit = 3;
const longestPatienceMs = 60_000;
const keptEntries = 20_000;
const postsAtMost = 2;
const picturesWithinMs = 15_000;

export function createTeamsSender(options: TeamsSenderOptions): MessageSender<MessageView> {
  const memory: Memory = { conversations: new Map() };
  return createOneWriter({
    transport: 'teams',
    turns: options.turns,
    toWant: (message) => toWant(message, memory),
    send: (message) => send(options, message, memory),
  });
}

/** Losing it costs nothing but a repeated look. */
interface Memory {
  /** Of a person's id as a place: Teams counts by conversation. */
  readonly conversations: Map<string, string>;
}

function toWant({ copyId, messageRef, place, content }: TeamsOutgoing, memory: Memory): Want {
  const kind = messageRef === null ? 'post' : 'edit';
  const channel = memory.conversations.get(place) ?? toConversation(place);
  return { key: copyId, kind, lane: laneOf(content), channel };
}

async function send(
  senderOptions: TeamsSenderOptions,
  message: TeamsOutgoing,
  memory: Memory,
): Promise<string> {
  const { place, content } = message;
  const { preparePictures = prepareNone } = senderOptions;
  // Before the note: what is drawn was not sent.
  const listPictures = await preparePictures(content.card, picturesWithinMs);
  const options: Sending = { ...senderOptions, listPictures };
  const found = await options.host.findReference(toConversation(place));
  const reference = found && toTarget(found, place);
  if (found && isPerson(found, place)) remember(memory, place, found.place);
  if (!reference) {
    const gone = { gone: 'place', why: 'never_spoken' };
    const facts = { connection: 'Teams', words: 'no conversation', ...gone, place };
    throw new OperationError('not_found', 'refused', facts);
  }
  const ids = message.messageRef?.split(' ').filter(Boolean) ?? [];
  if (ids.length === 0) return post(options, { message, reference, replaces: '' });
  const left = await editAll(options, { message, reference, ids });
  if (left !== undefined) return left;
  return postAnew(options, { message, reference, replaces: ids.join(' ') });
}

interface Sending extends TeamsSenderOptions {
  readonly listPictures: ListPictures;
}

function isPerson({ userId }: TeamsReference, place: string): boolean {
  return userId !== null && userId === place;
}

/** A thread is reached as its conversation is; a person's id stands for their private one. */
function toTarget(found: TeamsReference, place: string): TeamsReference {
  return isPerson(found, place) ? found : { ...found, place };
}

function remember({ conversations }: Memory, place: string, conversation: string): void {
  if (conversations.size >= keptEntries) conversations.clear();
  conversations.set(place, toConversation(conversation));
}

/** Somebody deleted it. One new message takes its place; who deletes that one too wants none. */
async function postAnew(options: Sending, posting: Posting): Promise<string> {
  await waitAgain(options, posting.message, 'anew');
  return post(options, posting);
}

/** Each message that is sent takes a turn of its own. */
function waitAgain(
  { turns }: TeamsSenderOptions,
  { copyId, place, content }: TeamsOutgoing,
  what: string,
): Promise<void> {
  const channel = toConversation(place);
  return turns.wait({ key: `${copyId} ${what}`, kind: 'edit', lane: laneOf(content), channel });
}

interface Posting {
  readonly message: TeamsOutgoing;
  readonly reference: TeamsReference;
  /** Ids of the messages that somebody deleted. */
  readonly replaces: string;
}

async function post(options: Sending, { message, reference, replaces }: Posting): Promise<string> {
  const { notes, onFault } = options;
  const { copyId, place } = message;
  const noting = { copyId, place, replaces };
  const earlier = await notes.begin(noting);
  if (earlier === undefined) throw toDeleted(place);
  if (earlier >= postsAtMost) {
    await notes.undo(copyId);
    const facts = { connection: 'Teams', words: 'posted twice, and not answered', unseen: true };
    throw new OperationError('no_answer', 'unknown', facts);
  }
  try {
    const id = await postOnce(options, message, reference);
    // Nobody waits for that: the id is what must not be lost now, and the note says the same.
    if (earlier > 0) notes.tellTwice(noting).catch(onFault);
    return id;
  } catch (error) {
    if (!isUnknown(error)) await notes.undo(copyId);
    throw error;
  }
}

async function postOnce(
  options: Sending,
  message: TeamsOutgoing,
  reference: TeamsReference,
): Promise<string> {
  const { serviceUrl, place } = reference;
  const path = ['conversations', place, 'activities'];
  const body = await toActivity(options, message, reference);
  const onLate = ({ id }: { readonly id: string }) => adopt(options, message, id);
  const { id } = await callPatiently(options, message, () =>
    options.api.call({ method: 'POST', serviceUrl, path, body }, SentAnswer, { onLate }),
  );
  return id;
}

/** Its answer came when the post was already given up. */
function adopt({ host, onFault }: TeamsSenderOptions, message: TeamsOutgoing, id: string): void {
  const { place, content } = message;
  host.adopt?.({ place, messageId: id, by: { ref: content.id } }).catch(onFault);
}

interface Edit {
  readonly message: TeamsOutgoing;
  readonly reference: TeamsReference;
  readonly ids: readonly string[];
}

/** The messages that are left; undefined when there is none any more. */
async function editAll(
  options: Sending,
  { message, reference, ids }: Edit,
): Promise<string | undefined> {
  const { serviceUrl, place } = reference;
  const activity = await toActivity(options, message, reference);
  const left: string[] = [];
  for (const [at, id] of ids.entries()) {
    if (at > 0) await waitAgain(options, message, id);
    const path = ['conversations', place, 'activities', id];
    const body = { ...activity, id };
    try {
      await callPatiently(options, message, () =>
        options.api.call({ method: 'PUT', serviceUrl, path, body }, EditedAnswer),
      );
      left.push(id);
    } catch (error) {
      if (!isGoneMessage(error)) throw error;
    }
  }
  return left.length === 0 ? undefined : left.join(' ');
}

async function toActivity(
  { host, listPictures }: Sending,
  { content, messageRef }: TeamsOutgoing,
  { place, kind, botId }: TeamsReference,
): Promise<object> {
  const isPrivate = kind === 'personal';
  const isPost = messageRef === null;
  // Whose conversation it is sees the card drawn for them already. A new card of theirs asks for it all the same: should
  // its answer be lost, it tells its id when it is looked at. An edit takes that away again.
  const viewers = isPrivate ? [] : ((await host.listViewers?.(place)) ?? []);
  const hasView = !isPrivate || (isPost && content.subject !== undefined);
  const view = hasView ? { ref: content.id, viewers } : {};
  const isCalling = isPost && laneOf(content) === 'urgent';
  return {
    type: 'message',
    from: { id: botId },
    conversation: { id: place },
    ...toTeamsMessage(content.card, { ...view, listPictures }),
    ...(isCalling ? { channelData: { notification: { alert: true } } } : {}),
  };
}

/** Teams refused for haste, so nothing was done: it waits as long as Teams says, and everything of that conversation. */
async function callPatiently<Answer>(
  { budget, elapsed }: TeamsSenderOptions,
  { place }: TeamsOutgoing,
  call: () => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = error instanceof OperationError ? readRetryAfterMs(error) : undefined;
      if (pauseMs === undefined) throw error;
      budget.pauseChannel(toConversation(place), elapsed() + pauseMs);
      if (tries > triesAfterLimit || pauseMs > longestPatienceMs) throw error;
      await sleep(pauseMs);
    }
  }
}
