/** The chats that are configured: opened together, closed together, and their refusals noted together. */
import type { Clock } from '#core/ports/clock.ts';
import type { MessageSender } from '#core/ports/message-sender.ts';
import type { Config } from './config.ts';
import type { MessageView } from './conversation/conversation-port.ts';
import { createNoteRefused } from './conversation/note-refused.ts';
import type { House } from './house.ts';
import type { Log } from './log.ts';
import { createPictures } from './pictures/pictures.ts';

export interface Chats {
  readonly senders: readonly MessageSender<MessageView>[];
  close(): Promise<void>;
}

export interface OpenChatsOptions {
  readonly config: Pick<Config, 'slack' | 'teams'>;
  readonly house: House;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Loads a chat's SDK when it is configured: they are large. When one cannot be opened, the others are closed again.
 *
 * @throws OperationError as createSlack says.
 */
export async function openChats({ config, house, clock, log }: OpenChatsOptions): Promise<Chats> {
  await using stack = new AsyncDisposableStack();
  const { slack, teams } = config;
  const { store, onError } = house;
  // One for all chats: together they may fill no more than their share of the audit.
  const onFirst = (facts: object) =>
    log.warn(facts, 'a request to a chat was refused; the audit has the others of this minute');
  const options = { store, clock, onError, onFirst };
  const notes = stack.adopt(createNoteRefused(options), (one) => one.close());
  const { noteRefused } = notes;
  const pictures = stack.adopt(createPictures({ onFault: onError }), (one) => one.close());
  const senders: MessageSender<MessageView>[] = [];
  // All are loaded before a door is open: that takes a second, and at Slack's door a request is given three.
  const [slackModule, teamsModule] = await Promise.all([
    slack && import('./slack/open-slack.ts'),
    teams && import('./teams/open-teams.ts'),
  ]);
  if (slack && slackModule) {
    const opened = await slackModule.openSlack({ config: slack, house, noteRefused, pictures });
    senders.push(stack.adopt(opened, (one) => one.close()).sender);
    for (const scope of opened.missingScopes) log.warn({ scope }, 'Slack did not give this scope');
  }
  if (teams && teamsModule) {
    const opened = await teamsModule.openTeams({ config: teams, house, noteRefused, pictures });
    senders.push(stack.adopt(opened, (one) => one.close()).sender);
  }
  const opened = stack.move();
  return { senders, close: () => opened.disposeAsync() };
}
