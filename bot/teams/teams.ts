/**
 * Teams: messages, mentions, buttons and searches in; cards out.
 *
 * Speaks to: the Bot Connector of Microsoft Teams, protocol v3; its tokens are checked by botbuilder 4.23.
 * Guarantees: nothing unproven, foreign, or from a guest, bot or another tenant gets in. What people say is stored before
 * Teams hears that it arrived, and is known again when it is delivered again. A card is posted once, or, where the answer
 * was lost, twice at most; both are then edited alike.
 * Not covered: national clouds beyond GCC, dialogs, message extensions, messages only one person of many sees.
 */
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { MessageView } from '../conversation/conversation-port.ts';
import { createTellRefused } from '../conversation/refusal.ts';
import type { PostNotes } from '../delivery/post-notes.ts';
import { createTurns } from '../delivery/turns.ts';
import { createAnswerActivity } from './answer-activity.ts';
import { type PreparePictures, prepareNone } from './card-pictures.ts';
import { TeamsConfig } from './config.ts';
import { createConnectorApi } from './connector-api.ts';
import type { TeamsHost } from './host.ts';
import { openHttpDoor } from './http-door.ts';
import { createFindMember, createMembership } from './membership.ts';
import { createReferences } from './references.ts';
import { createTeamsSender } from './sender.ts';
import { createTeamsAuth } from './teams-auth.ts';
import { createTeamsBudget } from './teams-budget.ts';
import { createTellOnce } from './tell-once.ts';

export interface TeamsOptions {
  readonly config: TeamsConfig;
  readonly host: TeamsHost;
  readonly notes: PostNotes;
  /** Left out: no card has any. */
  readonly preparePictures?: PreparePictures | undefined;
  /** Faults that nobody waits for. */
  readonly onFault: (error: unknown) => void;
  readonly now?: () => Date;
  /** Monotonic, in milliseconds. */
  readonly elapsed?: () => number;
  /** For an answer of the Bot Connector to what is sent. */
  readonly sendTimeoutMs?: number;
  /** For our own answer to Teams. */
  readonly answerWithinMs?: number;
}

export interface Teams {
  readonly sender: MessageSender<MessageView>;
  /** Where requests arrive on this machine. */
  readonly url: string;
  /** Whether something can come in now. */
  isOpen(): boolean;
  /** Proves the app's secret. @throws OperationError `login_refused` (refused), `not_reachable` (not started). */
  signIn(): Promise<void>;
  close(): Promise<void>;
}

/** Teams gives up on an invoke after ten to fifteen seconds, and the way takes some of them. */
export const defaultAnswerWithinMs = 5_000;
/** For what Teams waits for itself, and for what it does not. */
const answerTimeoutMs = 2_000;
const defaultSendTimeoutMs = 10_000;
const turnWithinMs = 180_000;

/**
 * Opens the way from Teams and back.
 *
 * Nothing is sent at start; `signIn` says whether the secret is right.
 *
 * @throws ZodError for a configuration without app, tenant or secret, however it came here: the SDK would then check nothing.
 */
export async function createTeams(options: TeamsOptions): Promise<Teams> {
  const {
    host,
    notes,
    preparePictures = prepareNone,
    onFault,
    now = () => new Date(),
    elapsed = () => performance.now(),
  } = options;
  const config = TeamsConfig.parse(options.config);
  const auth = createTeamsAuth(config);
  const timeoutMs = options.sendTimeoutMs ?? defaultSendTimeoutMs;
  const api = createConnectorApi({ config, auth, timeoutMs });
  const quick = createConnectorApi({ config, auth, timeoutMs: answerTimeoutMs });
  const budget = createTeamsBudget();
  const turns = createTurns({ budget, elapsed, deadlineMs: turnWithinMs });
  const { noteRefused } = host;
  const tellRefused = createTellRefused({ transport: 'teams', noteRefused, onFault });
  const answerActivity = createAnswerActivity({
    ...{
      host,
      preparePictures,
      tellRefused,
      tenantId: config.tenantId.toLowerCase(),
      now,
      onFault,
    },
    answerWithinMs: options.answerWithinMs ?? defaultAnswerWithinMs,
    judgeMember: createMembership({ api: quick, tenantId: config.tenantId, elapsed }),
    findMember: createFindMember(quick),
    references: createReferences(host),
    tellOnce: createTellOnce({ api: quick, turns, onFault }),
  });
  const door = await openHttpDoor({ config, auth, answerActivity, tellRefused, onFault });
  return {
    sender: createTeamsSender({
      ...{ api, host, budget, turns, notes, preparePictures, elapsed, onFault },
    }),
    url: door.url,
    isOpen: () => door.isOpen(),
    async signIn() {
      await auth.getToken();
    },
    async close() {
      turns.close();
      api.close();
      await door.close();
      quick.close();
    },
  };
}
