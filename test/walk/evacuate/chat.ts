/** One person in one chat: what they see there, say and click. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { drawBlocks } from '#test/helpers/draw-blocks.ts';
import {
  eventually,
  type PersonName,
  type SeenMessage,
  type TestSlack,
} from '#test/helpers/peers/slack.ts';
import type { PostedMessage, TestTeams } from '#test/helpers/peers/teams.ts';
import type { Json } from '#test/peers/teams/json.ts';
import type { Player, Playgrounds } from '#test/peers/teams/playground.ts';
import { toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { listLines } from './card-lines.ts';
import { drawAdaptiveCard } from './draw-adaptive-card.ts';

export interface SeenCard {
  /** As they stand on it. */
  readonly lines: readonly string[];
  /** The same in one. */
  readonly text: string;
  click(label: string): Promise<void>;
  /** The same card with its details opened. */
  open(): Promise<SeenCard>;
  /** As the chat draws it, about. */
  draw(page: Page, file: string): Promise<void>;
}

export interface Chat {
  /** `Ann, in Slack` */
  readonly who: string;
  say(text: string): Promise<void>;
  /** Waits for a card that says it: the newest one. */
  see(what: RegExp): Promise<SeenCard>;
  readAll(): Promise<readonly SeenCard[]>;
}

/** Nothing that is waited for takes longer; what does is a fault. */
const WITHIN_MS = 120_000;
/** Slack limits how often its history is read; so does its emulator. */
const EVERY_MS = 250;

export function openSlackChat(slack: TestSlack, person: PersonName): Chat {
  const toCard = (message: SeenMessage): SeenCard => ({
    ...toWords(message.blocks.length > 0 ? message.blocks : message.text),
    async click(label) {
      const channel = await slack.directChannel(person);
      const container = { type: 'message', channel_id: channel, message_ts: message.ts };
      const at = { container, channel: { id: channel } };
      // After three seconds Slack says that the app did not answer, and people click again.
      const isTaken = async () => (await slack.click(person, message, label, at)).acked;
      await eventually(`Slack: an answer to ${label}`, isTaken, WITHIN_MS, EVERY_MS);
    },
    open: () => Promise.reject(new Error('nobody looks at details in Slack')),
    draw: (page, file) => drawBlocks(page, message.blocks, file, 680),
  });
  const readAll = async () =>
    (await slack.read(await slack.directChannel(person))).map((message) => toCard(message));
  const who = `${toName(person)}, in Slack`;
  return {
    ...{ who, readAll, see: (what) => untilSeen(who, readAll, what) },
    say: async (text) => void (await slack.say(person, text)),
  };
}

/** Through the connector on this machine. */
export function openTeamsChat(teams: TestTeams, person: 'ann' | 'bob'): Chat {
  const place = toPersonalChat(person);
  const toCard = (message: PostedMessage): SeenCard => ({
    ...toWords(message.card ?? message.text),
    async click(label) {
      const { status } = await teams.click(person, message, label);
      if (status !== 200) throw new Error(`Teams: ${label} was answered with ${status}`);
    },
    open: async () => toCard({ ...message, card: reveal(message.card) }),
    draw: (page, file) => drawAdaptiveCard(page, message.card ?? {}, file),
  });
  const readAll = async () => teams.read(place).map((message) => toCard(message));
  const who = `${toName(person)}, in Teams`;
  return {
    ...{ who, readAll, see: (what) => untilSeen(who, readAll, what) },
    say: async (text) => void (await teams.say(person, text)),
  };
}

/** In Microsoft's Agents Playground. */
export function openPlaygroundChat(playgrounds: Playgrounds, player: Player): Chat {
  const cards = () => playgrounds.page(player).locator('.ac-adaptiveCard');
  const who = `${toName(player)}, in the Playground`;
  const toCard = async (at: number): Promise<SeenCard> => {
    const one = cards().nth(at);
    return {
      // biome-ignore lint/performance/useDomNodeTextContent: lines are as they are laid out.
      ...toWords(await one.innerText()),
      click: (label) => one.getByRole('button', { name: label, exact: true }).click(),
      async open() {
        await one.getByRole('button', { name: 'Details', exact: true }).click();
        return toCard(at);
      },
      draw: async (_page, file) => void (await one.screenshot({ path: file })),
    };
  };
  const readAll = async () =>
    Promise.all(Array.from({ length: await cards().count() }, (_, at) => toCard(at)));
  return {
    ...{ who, readAll, see: (what) => untilSeen(who, readAll, what) },
    say: (text) => playgrounds.say(player, text),
  };
}

/** As Teams does when Details is clicked. */
function reveal(card: Json | undefined): Json | undefined {
  const text = card && JSON.stringify(card);
  return text && JSON.parse(text, (key, value) => (key === 'isVisible' ? true : value));
}

async function untilSeen(who: string, readAll: Chat['readAll'], what: RegExp): Promise<SeenCard> {
  const end = performance.now() + WITHIN_MS;
  for (;;) {
    const cards = await readAll();
    const found = cards.findLast(({ text }) => what.test(text));
    if (found) return found;
    if (performance.now() > end)
      throw new Error(`${who}: no card says ${what}, but\n${cards.map(print).join('\n')}`);
    await pause(EVERY_MS);
  }
}

export function print({ lines }: SeenCard): string {
  return lines.map((line) => `   │ ${line}`).join('\n');
}

function toWords(json: unknown): Pick<SeenCard, 'lines' | 'text'> {
  const lines = listLines(json);
  return { lines, text: lines.join(' ').replaceAll(/\s+/g, ' ') };
}

const toName = (person: string) => `${person[0]?.toUpperCase()}${person.slice(1)}`;
