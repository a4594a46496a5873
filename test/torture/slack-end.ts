/**
 * Slack as an end: an event that had no answer comes again at once, after a minute and after five, over HTTP and by its
 * socket alike. Of a click over HTTP Slack tells the person that nothing came of it, who clicks again; by a socket its
 * envelope comes again. What of the latter is true nobody could say, so that both ways are here.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { toClickKey, toMessageKey } from '#bot/slack/envelope.ts';
import { toChatId } from '#core/ports/account-links.ts';
import type { SeenMessage, TestSlack } from '#test/helpers/peers/slack.ts';
import type { Json } from '#test/peers/slack/slack-front.ts';
import {
  type ChatEnd,
  createSaid,
  type EndOptions,
  LOOK_EVERY_MS,
  type Shown,
} from './chat-end.ts';
import { tryOnce } from './drover-up.ts';

const RETRIES = 3;
const CLICKS_AT_MOST = 6;

export function createSlackEnd(slack: TestSlack, options: EndOptions): ChatEnd {
  const { again, signal } = options;
  const { said, say, acknowledge } = createSaid(options.onAcknowledged);
  const chatId = (person: 'ann' | 'bob') =>
    toChatId({ transport: 'slack', tenant: slack.teamId, userId: slack.userId(person) });
  let counter = 0;
  const nextTs = () => {
    counter += 1;
    return `${Math.floor(Date.now() / 1000)}.${String(900_000 + counter)}`;
  };

  async function findCard(): Promise<SeenMessage | undefined> {
    const channel = await slack.directChannel('bob');
    return (await slack.read(channel)).find((message) => findApprove(message));
  }

  async function toClick(message: SeenMessage) {
    const userId = slack.userId('bob');
    const channel = await slack.directChannel('bob');
    const button = findApprove(message);
    const actionTs = nextTs();
    const payload = {
      ...{ type: 'block_actions', trigger_id: actionTs, team: { id: slack.teamId } },
      user: { id: userId, team_id: slack.teamId },
      container: { type: 'message', channel_id: channel, message_ts: message.ts },
      actions: [{ ...button, action_ts: actionTs }],
    };
    return { payload, key: `${chatId('bob')}:${toClickKey(userId, button?.value, actionTs)}` };
  }

  async function isTaken(kind: 'event' | 'interactive', payload: Json, retry = 0) {
    return (await tryOnce(() => slack.deliver(kind, payload, { retry })))?.acked === true;
  }

  async function clickOnce(message: SeenMessage): Promise<boolean> {
    const { payload, key } = await toClick(message);
    const click = say(key);
    const deliveries = slack.mode === 'socket' ? RETRIES : 1;
    for (let delivery = 1; delivery <= deliveries; delivery += 1) {
      if (await isTaken('interactive', payload)) {
        acknowledge(click);
        return true;
      }
      await again();
    }
    return false;
  }

  return {
    ...{ said, chatId },
    async ask(line) {
      const [user, channel] = [slack.userId('ann'), await slack.directChannel('ann')];
      const ts = nextTs();
      const where = { channel, channel_type: 'im', ts };
      const event = slack.toEvent({ type: 'message', user, text: line, ...where });
      const message = say(`${chatId('ann')}:${toMessageKey(channel, ts)}`);
      for (let retry = 0; retry <= RETRIES; retry += 1) {
        if (retry > 1) await again();
        if (await isTaken('event', event, retry)) return acknowledge(message);
      }
      throw new Error('Slack gave an event up');
    },
    async agree() {
      let clicks = 0;
      while (!signal.aborted) {
        const card = await findCard();
        if (card && (await clickOnce(card))) return;
        if (card) clicks += 1;
        // The click that had no answer has done it.
        if (!card && clicks > 0) return;
        if (clicks > CLICKS_AT_MOST) throw new Error('Bob clicked in vain');
        if (!card) await pause(LOOK_EVERY_MS);
      }
    },
    // Slack's client asks Drover nothing.
    look: async () => undefined,
    hasPost: () => slack.front.calls.some(({ method }) => method === 'chat.postMessage'),
    async readShown() {
      const all = await Promise.all((['ann', 'bob'] as const).map(readOf));
      return all.flat();
    },
  };

  async function readOf(person: 'ann' | 'bob'): Promise<readonly Shown[]> {
    const channel = await slack.directChannel(person);
    const messages = await slack.read(channel);
    return messages.map((message) => ({
      person,
      ref: `${channel}:${message.ts}`,
      summary: message.text,
      canAgree: findApprove(message) !== undefined,
      looks: JSON.stringify(message.blocks),
    }));
  }
}

function findApprove({ blocks }: SeenMessage): Json | undefined {
  return blocks
    .flatMap(({ elements = [] }) => elements as Json[])
    .find(({ type, text }) => type === 'button' && text?.text === 'Approve');
}
