/** People in both chats at once: what they link, read and click, and what is in the audit of it. */
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import {
  type Company,
  type CompanyOptions,
  getCode,
  LOGINS,
  openCompany,
} from '#test/helpers/chat-company.ts';
import { textOf } from '#test/helpers/open-test-app.ts';
import { eventually, type PersonName, type SeenMessage } from '#test/helpers/peers/slack.ts';
import { openTestTeams, type PostedMessage, type TestTeams } from '#test/helpers/peers/teams.ts';
import { teamsPeople, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { listFacts } from './look.ts';

export type Chats = Company & { readonly teams: TestTeams };

export async function openBoth(options: CompanyOptions = {}): Promise<Chats> {
  const teams = await openTestTeams();
  const company = await openCompany({ ...options, teams });
  return { ...company, teams };
}

/** The facts of what was refused at a door, oldest first. */
export async function listRefused({ app }: Company) {
  return (await listFacts(app, 'chat_refused')).toReversed();
}

export async function untilRefused(company: Company, count: number) {
  await eventually(`${count} refusals`, async () => (await listRefused(company)).length >= count);
  return listRefused(company);
}

export async function seeDirect({ slack }: Company, person: PersonName, what: RegExp) {
  const channel = await slack.directChannel(person);
  const find = async () =>
    (await slack.read(channel)).findLast(
      ({ text, blocks }) => what.test(text) || what.test(JSON.stringify(blocks)),
    );
  await eventually(`${what} for ${person}`, find, 20_000, 50);
  return (await find()) as SeenMessage;
}

export async function seeInTeams({ teams }: Chats, person: 'ann' | 'bob', what: RegExp) {
  const find = () =>
    teams.read(toPersonalChat(person)).findLast((message) => what.test(JSON.stringify(message)));
  await eventually(`${what} for ${person} in Teams`, find, 20_000);
  return find() as PostedMessage;
}

export async function linkInTeams(chats: Chats, person: 'ann' | 'bob') {
  const code = await getCode(chats.app.drover.url, LOGINS[person]);
  await chats.teams.say(person, `link ${code}`);
  await seeInTeams(chats, person, /You are linked as/);
}

export async function linkInSlack(company: Company, ...people: readonly PersonName[]) {
  for (const person of people) {
    await company.link(person);
    await seeDirect(company, person, /You are linked as/);
  }
}

export function repeat<Value>(times: number, make: (at: number) => Value): Value[] {
  return Array.from({ length: times }, (_, at) => make(at));
}

export async function clickDirect(
  { slack }: Company,
  person: PersonName,
  message: SeenMessage,
  label: string,
  more: object = {},
) {
  const channel = await slack.directChannel(person);
  return slack.click(person, message, label, {
    container: { type: 'message', channel_id: channel, message_ts: message.ts },
    channel: { id: channel },
    ...more,
  });
}

/** Slack delivers a click again until it is acknowledged. */
export async function clickUntilTaken(
  { slack }: Company,
  person: PersonName,
  message: SeenMessage,
  actionTs: string,
) {
  const button = message.blocks
    .flatMap(({ elements = [] }) => elements)
    .find(({ text }) => text?.text === 'Approve');
  const clicked = {
    ...{ type: 'block_actions', trigger_id: actionTs, team: { id: slack.teamId } },
    user: { id: slack.userId(person), team_id: slack.teamId },
    container: { type: 'message', channel_id: await slack.directChannel(person) },
    actions: [{ ...button, action_ts: actionTs }],
  };
  await eventually(
    'an acknowledgement',
    async () => (await slack.deliver('interactive', clicked)).acked,
    60_000,
  );
}

/** Teams delivers again under the same id what had no answer; of many at once a connection may be closed unheard. */
export async function clickInTeamsUntilTaken({ teams }: Chats, message: PostedMessage, id: string) {
  const isTaken = async () => {
    try {
      return (await teams.click('bob', message, 'Approve', { more: { id } })).status === 200;
    } catch (error) {
      // What fetch says of a connection; whatever else went wrong is a fault.
      if (error instanceof TypeError && error.message === 'fetch failed') return false;
      throw error;
    }
  };
  await eventually('an answer to the invoke', isTaken, 60_000);
}

/** As the page sends them. */
export async function clickInConsole({ app }: Company, times: number): Promise<Promise<unknown>[]> {
  const { conversation } = app.drover;
  const person = await conversation.findPerson(LOGINS.bob);
  const views = await app.messages(LOGINS.bob);
  const actionId = findButton(views, 'Approve');
  return repeat(times, (at) =>
    conversation.receive({
      ...{ transport: 'console', dedupeKey: `click-${at}`, personId: person?.id ?? '' },
      ...{ place: '', sentAt: new Date(), body: { kind: 'action', actionId, inputs: {} } },
    }),
  );
}

export function findButton(views: readonly MessageView[], label: string): string {
  const actions = views.flatMap(({ card }) => card.actions);
  const found = actions.find((action) => action.label === label);
  if (!found) throw new Error(`no button ${label} in ${views.map(textOf).join('\n')}`);
  return found.id;
}

/** Which messages and clicks have an answer, one entry each, wherever their writers read. */
export async function countAnswers({ app, slack }: Company): Promise<string[]> {
  const person = await app.drover.conversation.findPerson(LOGINS.bob);
  const places = [
    ...[slack.userId('bob'), slack.userId('gus')],
    ...[teamsPeople.bob.aadObjectId, `person:${person?.id}`],
  ];
  const found = await app.drover.house.store.read(({ cards }) =>
    Promise.all(places.map((place) => cards.listPlace(place, 1000))),
  );
  return found.flatMap((copies, at) =>
    copies.flatMap(({ card: { content } }) => {
      const { answers } = (content ?? {}) as { answers?: string };
      return answers === undefined ? [] : [`${places[at]} ${answers}`];
    }),
  );
}
