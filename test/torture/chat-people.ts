/** Ann and Bob in Slack and in Teams: one asks in the one, the other agrees in the other, and both are told in both. */
import { setTimeout as pause } from 'node:timers/promises';
import type { TestSlack } from '#test/helpers/peers/slack.ts';
import type { TestTeams } from '#test/helpers/peers/teams.ts';
import { toPersonalChat } from '#test/peers/teams/teams-world.ts';
import type { EndOptions } from './chat-end.ts';
import type { Way } from './chat-ways.ts';
import { createDroverUp, tryOnce } from './drover-up.ts';
import { findChatViolations } from './find-chat-violations.ts';
import { type People, type Place, WISH } from './place.ts';
import { createSlackEnd } from './slack-end.ts';
import { createTeamsEnd } from './teams-end.ts';

export interface ChatPlace extends Pick<Place, 'rows'> {
  readonly slack: TestSlack;
  readonly teams: TestTeams;
  readonly way: Way;
  /** In this chat one post is taken and not answered. */
  readonly silent: 'slack' | 'teams' | undefined;
}

/** Each look reads a file that Drover writes. */
const LOOK_EVERY_MS = 250;
const INSTALL_WITHIN_MS = 60_000;

/** What is due and not done: handled, ended, shown. */
const LEFT = `select 'inbox' from inbox where handled_at is null
  union all select 'card' from card_copy join card on card.id = card_id
    where sent_version < card.version or is_behind
  union all select 'job' from request where not exists (select 1 from job where ended_at is not null)`;

export async function openChatPeople(place: ChatPlace): Promise<People> {
  const { slack, teams, way, rows } = place;
  const up = createDroverUp();
  const closing = new AbortController();
  const { signal } = closing;
  const complaints: string[] = [];
  let acknowledged = 0;
  const onAcknowledged = () => {
    acknowledged += 1;
  };
  const options: EndOptions = { again: () => up.again(), onAcknowledged, signal };
  const ends = { slack: createSlackEnd(slack, options), teams: createTeamsEnd(teams, options) };
  await install(teams);

  const until = async (isSo: () => boolean | Promise<boolean>) => {
    while (!signal.aborted && !(await isSo())) await pause(LOOK_EVERY_MS);
  };
  const isDone = async () =>
    (await rows('select id from request')).length > 0 && (await rows(LEFT)).length === 0;
  const complain = (error: unknown) => void complaints.push(String(error));
  let acted: Promise<unknown> = Promise.resolve();

  return {
    started: up.started,
    begin() {
      const asked = ends[way.asks].ask(WISH.line);
      acted = Promise.all([asked, ends[way.agrees].agree()]).catch(complain);
    },
    settled: (count) => until(() => acknowledged >= count),
    sent: () => until(() => place.silent !== undefined && ends[place.silent].hasPost()),
    async over() {
      await acted;
      await until(isDone);
      await Promise.all(Object.values(ends).map((end) => end.look()));
      await until(isDone);
    },
    async describe() {
      const shown = await Promise.all(Object.values(ends).map((end) => end.readShown()));
      return shown.flat().map(({ person, ref, summary }) => `${person} saw (${ref}): ${summary}`);
    },
    findViolations: async () => [
      ...complaints,
      ...(await findChatViolations({ rows, ends: Object.entries(ends) })),
    ],
    close: () => closing.abort(),
  };
}

/** Drover may speak in Teams where it was installed. On a machine on which six of them have just started that may wait. */
async function install(teams: TestTeams): Promise<void> {
  for (const person of ['ann', 'bob'] as const) {
    const until = performance.now() + INSTALL_WITHIN_MS;
    const tell = () => tryOnce(() => teams.install(person, toPersonalChat(person)));
    let told = await tell();
    while (told?.status !== 200) {
      if (performance.now() > until) {
        const answer = told?.status ?? 'no answer';
        throw new Error(`Teams could not install Drover for ${person}: ${answer}`);
      }
      await pause(LOOK_EVERY_MS);
      told = await tell();
    }
  }
}
