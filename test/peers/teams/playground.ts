/**
 * Microsoft's Agents Playground, a client like Teams in the browser: one for each person, since each has one who looks.
 *
 * Its licence lets it be used to evaluate and not be passed on: a development tool, never part of what ships.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { isChromiumPresent, launchChromium } from '#test/helpers/peers/chromium.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { startOwnProcess } from '#test/helpers/peers/own-process.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openPlaygroundFront, type PlaygroundFront } from './playground-front.ts';
import { teamsPeople, tenantId } from './teams-world.ts';

const program = fileURLToPath(
  new URL('../../../node_modules/@microsoft/m365agentsplayground/cli.js', import.meta.url),
);
const loopbackOnly = fileURLToPath(new URL('loopback-only.ts', import.meta.url));

export type Player = 'ann' | 'bob';

export function isPlaygroundPresent(): boolean {
  return existsSync(program) && isChromiumPresent();
}

export interface Playgrounds extends AsyncDisposable {
  readonly front: PlaygroundFront;
  /** The bot listens: each person's page opens and reaches it. */
  start(botUrl: string): Promise<void>;
  page(player: Player): Page;
  say(player: Player, text: string): Promise<void>;
  /** Names Drover in the channel and says it, as a new post. */
  post(player: Player, text: string): Promise<void>;
  /** From now on what is clicked on this page is clicked by that person. */
  actAs(player: Player, other: Player): void;
}

/** The first look takes a moment on a busy machine. */
const patienceMs = 30_000;

export async function openPlaygrounds(
  appId: string,
  players: readonly Player[],
): Promise<Playgrounds> {
  await using stack = new AsyncDisposableStack();
  const front = stack.adopt(await openPlaygroundFront(appId), (one) => one.close());
  const pages = new Map<Player, Page>();
  const actors = new Map<Player, Player>();
  const browser = stack.adopt(await launchChromium(), (one) => one.close());
  const opened = stack.move();
  const page = (player: Player) => {
    const found = pages.get(player);
    if (!found) throw new Error(`${player} has no page open`);
    return found;
  };
  return {
    front,
    page,
    async start(botUrl) {
      // Not before the bot listens: a Playground that finds nobody tries again only after 15 seconds.
      front.connect(botUrl);
      for (const player of players) {
        const address = await startPlayground(opened, front, player);
        const one = await browser.newPage({ viewport: { width: 1400, height: 1_100 } });
        one.setDefaultTimeout(patienceMs);
        // Nothing leaves this machine; fonts and animations are not missed.
        await one.route(/^https?:\/\/(?!127\.0\.0\.1|localhost)/, (route) => route.abort());
        await one.route(/\/_conversation\//, (route) => {
          const data = route.request().postData();
          if (data === null) return route.continue();
          const { id } = teamsPeople[actors.get(player) ?? player];
          return route.continue({ postData: data.replaceAll(teamsPeople[player].id, id) });
        });
        await one.goto(address);
        await one
          .getByText(/conversationUpdate 200/)
          .first()
          .waitFor();
        pages.set(player, one);
      }
    },
    async say(player, text) {
      const box = page(player).getByRole('textbox').first();
      await box.click();
      await box.pressSequentially(text);
      await page(player).getByLabel('Send Message').click();
    },
    async post(player, text) {
      const one = page(player);
      await one.getByRole('treeitem', { name: /approvals/ }).click();
      const box = one.getByRole('textbox').first();
      await box.click();
      await box.pressSequentially('@Dro', { delay: 60 });
      await one.getByRole('menuitem', { name: 'Drover' }).last().click();
      await box.pressSequentially(` ${text}`, { delay: 20 });
      await one.getByRole('button', { name: 'Post', exact: true }).click();
    },
    actAs: (player, other) => void actors.set(player, other),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function startPlayground(
  stack: AsyncDisposableStack,
  front: PlaygroundFront,
  player: Player,
): Promise<string> {
  const port = await findFreePort();
  const folder = stack.use(createTemporaryFolder('playground'));
  const settings = JSON.stringify(toSettings(player), undefined, 2);
  await writeFile(join(folder.path, '.m365agentsplayground.yml'), settings); // JSON is YAML too
  const endpoint = `${front.url}/api/messages/${player}`;
  const address = `http://127.0.0.1:${port}`;
  front.add(player, address);
  stack.use(
    await startOwnProcess({
      command: process.execPath,
      args: [
        ...['--import', loopbackOnly, program, '-e', endpoint, '-c', 'msteams'],
        ...['-p', String(port), '--disable-telemetry'],
      ],
      cwd: folder.path,
      ready: /Listening on/,
    }),
  );
  return address;
}

/** Beside who looks the Playground takes five people, no fewer and no more. */
const others = ['carol', 'dave', 'erin', 'frank'];

function toSettings(player: Player) {
  const mate = player === 'ann' ? 'bob' : 'ann';
  const toUser = ({ id, name, aadObjectId, email }: User) => {
    const [givenName = '', surname = ''] = name.split(' ');
    return { id, name, userPrincipleName: email, aadObjectId, givenName, surname, email };
  };
  const extras = others.map((name, at) => ({
    ...{ id: `29:${name}`, name: `${name} Ops`, email: `${name}@ops.example` },
    aadObjectId: `eeeeeeee-0000-4000-8000-00000000000${at}`,
  }));
  return {
    version: '0.1.1',
    tenantId,
    bot: { id: '28:drover', name: 'Drover' },
    currentUser: toUser(findUser(player)),
    users: [findUser(mate), ...extras].map(toUser),
    personalChat: { id: `dm-${player}` },
    groupChat: { id: `gc-${player}`, name: 'Ops group' },
    team: {
      ...{ id: `19:team-${player}@thread.tacv2`, name: 'Platform Ops' },
      aadGroupId: '33333333-3333-3333-3333-333333333333',
      channels: [{ id: `19:approvals-${player}@thread.tacv2`, name: 'approvals' }],
    },
  };
}

interface User {
  readonly id: string;
  readonly name: string;
  readonly aadObjectId: string;
  readonly email: string;
}

function findUser(player: Player): User {
  const { id, name, aadObjectId, userPrincipalName: email } = teamsPeople[player];
  return { id, name, aadObjectId, email };
}
