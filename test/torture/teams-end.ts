/**
 * Teams as an end: what had no answer comes once more at once under the same id. A message then comes until it is taken; of
 * a click the person hears that nothing came of it, and clicks again, under a new id. A card that offers a view is fetched
 * when it is looked at, at most once a minute.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readSubmitData } from '#bot/renderers/adaptive-card.ts';
import { toClickKey, toMessageKey } from '#bot/teams/envelope.ts';
import { toChatId } from '#core/ports/account-links.ts';
import { type PostedMessage, type TestTeams, walkCard } from '#test/helpers/peers/teams.ts';
import type { Json } from '#test/peers/teams/json.ts';
import { teamsPeople, tenantId, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { type ChatEnd, createSaid, type EndOptions, LOOK_EVERY_MS } from './chat-end.ts';
import { tryOnce } from './drover-up.ts';

const DELIVERIES = 4;
const CLICKS_AT_MOST = 6;
const PEOPLE = ['ann', 'bob'] as const;

export function createTeamsEnd(teams: TestTeams, options: EndOptions): ChatEnd {
  const { again, signal } = options;
  const { said, say, acknowledge } = createSaid(options.onAcknowledged);
  const chatId = (person: 'ann' | 'bob') => {
    const userId = teamsPeople[person].aadObjectId;
    return toChatId({ transport: 'teams', tenant: tenantId, userId });
  };
  const seen = new Set<string>();
  let counter = 0;
  const nextId = () => {
    counter += 1;
    return String(1_750_000_000_000 + counter);
  };
  const isTaken = async (deliver: () => Promise<{ readonly status: number }>) =>
    (await tryOnce(deliver))?.status === 200;

  async function clickOnce(message: PostedMessage): Promise<boolean> {
    const id = nextId();
    const { actionId = '' } = readSubmitData(findApprove(message.card)?.data) ?? {};
    const key = toClickKey(teamsPeople.bob.aadObjectId, actionId, id);
    const click = say(`${chatId('bob')}:${key}`);
    for (let delivery = 1; delivery <= 2; delivery += 1) {
      if (await isTaken(() => teams.click('bob', message, 'Approve', { more: { id } }))) {
        acknowledge(click);
        return true;
      }
    }
    await again();
    return false;
  }

  /** As the client does when it shows a card: the answer may be lost, and the card stays as it is. */
  async function lookAt(person: 'ann' | 'bob', isOpenedAnew: boolean): Promise<void> {
    for (const message of teams.read(toPersonalChat(person))) {
      const isNew = isOpenedAnew || !seen.has(message.id);
      seen.add(message.id);
      if (isNew && message.card?.refresh) await tryOnce(() => teams.refresh(person, message));
    }
  }

  return {
    ...{ said, chatId },
    async ask(line) {
      const place = toPersonalChat('ann');
      const id = nextId();
      const message = say(`${chatId('ann')}:${toMessageKey(place, id)}`);
      const activity = teams.toActivity('ann', place, { type: 'message', text: line, id });
      for (let delivery = 1; delivery <= DELIVERIES; delivery += 1) {
        if (delivery > 2) await again();
        if (await isTaken(() => teams.deliver(activity))) return acknowledge(message);
      }
      throw new Error('Teams gave a message up');
    },
    async agree() {
      let clicks = 0;
      while (!signal.aborted) {
        await lookAt('bob', false);
        const card = teams.read(toPersonalChat('bob')).find((one) => findApprove(one.card));
        if (card && (await clickOnce(card))) return;
        if (card) clicks += 1;
        if (!card && clicks > 0) return;
        if (clicks > CLICKS_AT_MOST) throw new Error('Bob clicked in vain');
        if (!card) await pause(LOOK_EVERY_MS);
      }
    },
    async look() {
      for (const person of PEOPLE) await lookAt(person, true);
    },
    hasPost: () => teams.connector.calls.some(({ kind }) => kind === 'post'),
    readShown: async () =>
      PEOPLE.flatMap((person) =>
        teams.read(toPersonalChat(person)).map(({ id, summary = '', card }) => {
          const { refresh: _refresh, ...rest } = card ?? {};
          const canAgree = findApprove(card) !== undefined;
          return { person, ref: id, summary, canAgree, looks: JSON.stringify(rest) };
        }),
      ),
  };
}

function findApprove(card: Json | undefined): Json | undefined {
  const isIt = ({ type, title }: Json) => type === 'Action.Execute' && title === 'Approve';
  return [...walkCard(card)].find(isIt);
}
