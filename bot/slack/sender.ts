/**
 * Puts cards into Slack and edits them there, within Slack's limits.
 *
 * Each message carries its copy's id and version. A post whose answer was lost, with its process or without, is looked
 * for before another one is sent; it is never sent again blindly. What comes first: the note, the look where the note says
 * that one may be there, the post, the record of its id. Of one copy one version is on its way at a time, and only upwards
 * (H34).
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
import type { FileOf } from '../renderers/block-kit-blocks.ts';
import { toSlackMessage } from '../renderers/block-kit-message.ts';
import { type Place, readPlace } from './envelope.ts';
import { findMessage, toMark } from './find-message.ts';
import { type CardFiles, noFiles, type PictureFiles } from './picture-files.ts';
import { SentAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';
import { isBlocksRefused, isFileRefused, readRetryAfterMs, toSlackFault } from './slack-faults.ts';

export type SlackOutgoing = OutgoingMessage<MessageView>;

export interface SlackSenderOptions {
  readonly api: SlackApi;
  readonly turns: Turns;
  readonly findDirectChannel: (userId: string) => Promise<string>;
  readonly notes: PostNotes;
  /** Left out: a card has none. */
  readonly files?: PictureFiles | undefined;
  /** Between tries with a file that Slack does not take yet. */
  readonly fileWaitsMs?: readonly number[] | undefined;
  readonly onFault: (error: unknown) => void;
  /** How long a message may stay out of Slack's history. */
  readonly settleMs?: number | undefined;
}

const settledMs = 3_000;
/** Slack looks at a new file in "a few moments". */
const defaultFileWaitsMs = [1_000, 2_000, 4_000] as const;
const triesAfterLimit = 3;
const longestPatienceMs = 60_000;
/** Before a copy was made no message of it can have been sent; clocks differ. */
const clocksDifferMs = 5 * 60_000;

export function createSlackSender(options: SlackSenderOptions): MessageSender<MessageView> {
  return createOneWriter<MessageView>({
    transport: 'slack',
    turns: options.turns,
    toWant,
    send: (message) => send(options, message),
  });
}

function toWant({ copyId, messageRef, place, content }: SlackOutgoing): Want {
  const kind = messageRef === null ? 'post' : 'edit';
  return { key: copyId, kind, lane: laneOf(content), channel: readPlace(place).channel };
}

async function send(senderOptions: SlackSenderOptions, message: SlackOutgoing): Promise<string> {
  // Before the note: what is uploaded was not posted.
  const cardFiles = (await senderOptions.files?.prepare(message.content.card)) ?? noFiles;
  const options: Sending = { ...senderOptions, cardFiles };
  if (message.messageRef !== null) {
    const [channel = '', ts = ''] = message.messageRef.split(':');
    return edit(options, message, { channel, ts });
  }
  const place = await toChannel(options, readPlace(message.place));
  const { copyId } = message;
  const begun = await options.notes.begin({ copyId, place: message.place });
  const earlier = begun === 0 ? undefined : await findEarlier(options, message, place);
  if (!earlier) return postNoted(options, message, place);
  const ref = { channel: place.channel, ts: earlier.ts };
  return earlier.version >= message.version ? toRef(ref) : edit(options, message, ref);
}

interface Sending extends SlackSenderOptions {
  readonly cardFiles: CardFiles;
}

/** A person's id is a place too: their direct messages. */
async function toChannel({ findDirectChannel }: SlackSenderOptions, place: Place): Promise<Place> {
  const isPerson = /^[UW]/.test(place.channel);
  return isPerson ? { channel: await findDirectChannel(place.channel) } : place;
}

/** Slack's refusal and a call that never left say that nothing was posted, and the note says so too. */
async function postNoted(options: Sending, message: SlackOutgoing, place: Place): Promise<string> {
  try {
    return await post(options, message, place);
  } catch (error) {
    const isUnknown = !(error instanceof OperationError) || error.end === 'unknown';
    if (!isUnknown) await options.notes.undo(message.copyId);
    throw error;
  }
}

async function findEarlier(options: SlackSenderOptions, message: SlackOutgoing, place: Place) {
  const { copyId, content } = message;
  const since = new Date(content.sentAt.getTime() - clocksDifferMs);
  const looking = { place, copyId, since };
  const found = await findMessage(options.api, looking);
  if (found) return found;
  await sleep(options.settleMs ?? settledMs);
  return findMessage(options.api, looking);
}

interface Ref {
  readonly channel: string;
  readonly ts: string;
}

function toRef({ channel, ts }: Ref): string {
  return `${channel}:${ts}`;
}

async function post(
  options: Sending,
  message: SlackOutgoing,
  { channel, thread }: Place,
): Promise<string> {
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  const sent = await callWithFiles(options, 'post', (fileOf) =>
    options.api.call(
      'chat.postMessage',
      {
        channel,
        ...inThread,
        ...toContent(message, fileOf),
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
      },
      SentAnswer,
    ),
  );
  return toRef(sent);
}

async function edit(options: Sending, message: SlackOutgoing, ref: Ref): Promise<string> {
  await callWithFiles(options, 'edit', (fileOf) =>
    options.api.call('chat.update', { ...ref, ...toContent(message, fileOf) }, SentAnswer),
  );
  return toRef(ref);
}

function toContent({ copyId, version, content }: SlackOutgoing, fileOf: FileOf) {
  const { text, blocks } = toSlackMessage(content.card, { detailsRef: content.id, fileOf });
  // An edit would else read names of channels and addresses out of the text.
  return { text, blocks, parse: 'none', link_names: false, metadata: toMark(copyId, version) };
}

/**
 * Slack refuses a message whose file it has not looked at yet, so nothing was done, and it is tried again for a moment.
 * What it does not take then stands there as text.
 */
async function callWithFiles<Answer>(
  options: Sending,
  kind: Want['kind'],
  call: (fileOf: FileOf) => Promise<Answer>,
): Promise<Answer> {
  const { cardFiles, files, fileWaitsMs = defaultFileWaitsMs, onFault } = options;
  const { hashes, fileOf } = cardFiles;
  if (hashes.length === 0) return callPatiently(options, kind, () => call(fileOf));
  for (let tries = 0; ; tries += 1) {
    try {
      return await callPatiently(options, kind, () => call(fileOf));
    } catch (error) {
      if (!(error instanceof OperationError) || !isBlocksRefused(error)) throw error;
      const waitMs = isFileRefused(error) ? fileWaitsMs[tries] : undefined;
      if (waitMs === undefined) {
        onFault(error);
        await files?.forget(hashes);
        return callPatiently(options, kind, () => call(noFiles.fileOf));
      }
      await sleep(waitMs);
    }
  }
}

/** Slack refused for haste, so nothing was done: it waits as long as Slack says, and everything of its kind with it. */
async function callPatiently<Answer>(
  { turns }: SlackSenderOptions,
  kind: Want['kind'],
  call: () => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const fault = toSlackFault(error);
      const pauseMs = readRetryAfterMs(fault);
      if (pauseMs === undefined) throw fault;
      turns.pause(kind, pauseMs);
      if (tries > triesAfterLimit || pauseMs > longestPatienceMs) throw fault;
      await sleep(pauseMs);
    }
  }
}
