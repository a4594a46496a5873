/** Drover's Slack on a test workspace, with an inbox that tells what it took. */
import type { Card } from '#bot/cards/card.ts';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import type { Refusal } from '#bot/conversation/refusal.ts';
import type { SlackEnvelope } from '#bot/slack/envelope.ts';
import type { SlackHost } from '#bot/slack/host.ts';
import { createSlack, type Slack, type SlackOptions } from '#bot/slack/slack.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { openTestSlack, type SlackMode, type TestSlack } from '#test/helpers/peers/slack.ts';

export interface OpenSlack extends AsyncDisposable {
  readonly workspace: TestSlack;
  readonly slack: Slack;
  /** What was committed, once each. */
  readonly inbox: SlackEnvelope[];
  /** Every delivery, those that changed nothing included. */
  readonly deliveries: SlackEnvelope[];
  readonly faults: unknown[];
  readonly refusals: Refusal[];
}

export interface OpenSlackOptions extends Partial<SlackOptions> {
  readonly answers?: Partial<SlackHost>;
}

export async function openSlack(
  mode: SlackMode,
  options: OpenSlackOptions = {},
): Promise<OpenSlack> {
  const workspace = await openTestSlack(mode);
  const inbox: SlackEnvelope[] = [];
  const deliveries: SlackEnvelope[] = [];
  const faults: unknown[] = [];
  const refusals: Refusal[] = [];
  const { answers, ...more } = options;
  const host: SlackHost = {
    async receive(envelope) {
      deliveries.push(envelope);
      const isNew = inbox.every(({ dedupeKey }) => dedupeKey !== envelope.dedupeKey);
      if (isNew) inbox.push(envelope);
      return isNew;
    },
    findCard: async () => undefined,
    choices: async () => [],
    noteRefused: async (refusal) => void refusals.push(refusal),
    ...answers,
  };
  const onFault = (fault: unknown) => void faults.push(fault);
  const config = workspace.config();
  const notes = createNotesInMemory();
  const slack = await createSlack({ config, host, notes, onFault, settleMs: 20, ...more });
  workspace.connect(slack.url);
  return {
    ...{ workspace, slack, inbox, deliveries, faults, refusals },
    async [Symbol.asyncDispose]() {
      await slack.close();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

export function toView(id: string, card: Card, version = 1): MessageView {
  return { id, version, sentAt: new Date(), card };
}

/** What goes to one copy of a card. */
export function toOutgoing(
  place: string,
  card: Card,
  { copyId = 'copy-1', version = 1, messageRef = null as string | null } = {},
) {
  const content = toView(copyId, card, version);
  return { copyId, place, personId: null, messageRef, version, content };
}
