/**
 * Slack: commands, mentions, direct messages, buttons and forms in; cards out.
 *
 * Speaks to: Slack's Web API, and its Events and interactions by Socket Mode or signed HTTP requests, through Bolt 5.
 * Guarantees: nothing unsigned, foreign, or from a guest, bot or another workspace gets in. What people say is stored
 * before Slack hears that it arrived, and is known again when it is delivered again. A card is posted once.
 * Not covered: organizations with several workspaces (Enterprise Grid), shared channels beyond this workspace's members.
 */

import type { MessageSender } from '#core/ports/message-sender.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import { createTellRefused, type TellRefused } from '../conversation/refusal.ts';
import { createBudget } from '../delivery/budget.ts';
import type { PostNotes } from '../delivery/post-notes.ts';
import { createTurns } from '../delivery/turns.ts';
import { type AnswerBody, createAnswerBody } from './answer-body.ts';
import type { SlackConfig } from './config.ts';
import { createDirectChannels } from './direct-channels.ts';
import type { Door } from './door.ts';
import { findOwn } from './find-own.ts';
import type { SlackHost } from './host.ts';
import { openHttpDoor } from './http-door.ts';
import { createMembership } from './membership.ts';
import { createPictureFiles, type PictureFilesOptions } from './picture-files.ts';
import { findMissingScopes } from './scopes.ts';
import { createSlackSender, type SlackSenderOptions } from './sender.ts';
import { createSlackApi } from './slack-api.ts';
import { slackBudget } from './slack-budget.ts';
import { openSocketDoor } from './socket-door.ts';
import { createUploadFile } from './upload-file.ts';
import { createWhisper, type Whisper } from './whisper.ts';

export interface SlackOptions extends Pick<SlackSenderOptions, 'settleMs' | 'fileWaitsMs'> {
  readonly config: SlackConfig;
  readonly host: SlackHost;
  readonly notes: PostNotes;
  /** Left out: no card has any. */
  readonly pictures?: Pick<PictureFilesOptions, 'pictures' | 'memory'> | undefined;
  /** Faults that nobody waits for. */
  readonly onFault: (error: unknown) => void;
  readonly now?: () => Date;
  /** Monotonic, in milliseconds. */
  readonly elapsed?: () => number;
}

export interface Slack {
  readonly sender: MessageSender<MessageView>;
  /** Shows a card to one person alone, where others read too. */
  readonly whisper: Whisper;
  /** Scopes that the app was not given: what needs them is refused by Slack, all else goes on (H12). */
  readonly missingScopes: readonly string[];
  /** Where Slack sends to, in mode `http`. */
  readonly url: string | undefined;
  /** Whether something can come in now. */
  isOpen(): boolean;
  close(): Promise<void>;
}

/** For what Slack waits for itself, and for what it does not. */
const answerTimeoutMs = 2_000;
const sendTimeoutMs = 10_000;
const turnWithinMs = 180_000;

/**
 * Opens the way to Slack and back.
 *
 * @throws OperationError `login_refused` (refused) when the token is wrong or belongs to another workspace;
 * `not_reachable` (not started) when Slack does not answer.
 */
export async function createSlack(options: SlackOptions): Promise<Slack> {
  const { config, notes, pictures, settleMs, fileWaitsMs, now = () => new Date() } = options;
  const { elapsed = () => performance.now() } = options;
  const { botToken, apiUrl } = config;
  const api = createSlackApi({ botToken, apiUrl, timeoutMs: sendTimeoutMs });
  const quick = createSlackApi({ botToken, apiUrl, timeoutMs: answerTimeoutMs });
  const own = await findOwn(api, config);
  const budget = createBudget(slackBudget);
  const turns = createTurns({ budget, elapsed, deadlineMs: turnWithinMs });
  const findDirectChannel = createDirectChannels(quick);
  const { noteRefused } = options.host;
  const { onFault } = options;
  const tellRefused = createTellRefused({ transport: 'slack', noteRefused, onFault });
  const answerBody = createAnswerBody({
    ...{ host: options.host, teamId: config.teamId, botUserId: own.botUserId },
    ...{ command: config.command, api: quick, findDirectChannel },
    judgeMember: createMembership({ api: quick, teamId: config.teamId, elapsed }),
    tellRefused,
    now,
    onFault,
  });
  const upload = createUploadFile({ api, apiUrl, timeoutMs: sendTimeoutMs });
  const files = pictures && createPictureFiles({ ...pictures, upload, onFault });
  const sending = { api, turns, findDirectChannel, notes, files, onFault };
  const door = await openDoor(options, answerBody, tellRefused);
  return {
    sender: createSlackSender({ ...sending, settleMs, fileWaitsMs }),
    whisper: createWhisper(api, findDirectChannel),
    missingScopes: findMissingScopes(own.scopes),
    url: door.url,
    isOpen: () => door.isOpen(),
    async close() {
      turns.close();
      await door.close();
    },
  };
}

function openDoor(
  { config, now, onFault }: SlackOptions,
  answerBody: AnswerBody,
  tellRefused: TellRefused,
): Promise<Door> {
  if (config.mode === 'http') {
    const { signingSecret, host, port } = config;
    const clock = now ?? (() => new Date());
    const at = { signingSecret, host, port };
    return openHttpDoor({ ...at, answerBody, tellRefused, now: clock, onFault });
  }
  const { appToken, apiUrl, connections } = config;
  return openSocketDoor({ appToken, apiUrl, connections, answerBody, onFault });
}
