/**
 * The main job in Slack: people of an Active Directory link, Ann asks and fills in a form, Bob agrees in his direct
 * messages, the VM is made on vcsim. Slack's Web API is emulated; the domain is Samba; pyvmomi says what is there.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { linkChat, startCompanyPeers } from '../helpers/chat-company.ts';
import { drawBlocks } from '../helpers/draw-blocks.ts';
import { launchChromium } from '../helpers/peers/chromium.ts';
import { readBackVms } from '../helpers/peers/pyvmomi.ts';
import {
  eventually,
  type PersonName,
  type SeenMessage,
  type SlackMode,
  type TestSlack,
} from '../helpers/peers/slack.ts';
import { startVcsim } from '../helpers/peers/vcsim.ts';
import { compare, type Outcome } from './outcome.ts';
import { openStage, type Stage } from './stage.ts';
import { toVcsimConfig, VCSIM_ESTATE } from './vcsim-estate.ts';

const NAME = 'web-07';
const WISHED = {
  name: NAME,
  cpus: 4,
  memoryMB: 8192,
  networks: ['VLAN-100'],
  powerState: 'poweredOn',
};
const WITHIN_MS = 60_000;
/** Slack limits how often its history is read; so does its emulator. */
const EVERY_MS = 250;

export async function walkSlack(mode: SlackMode, folder?: string): Promise<Outcome> {
  await using vcsim = await startVcsim({
    estate: VCSIM_ESTATE,
    taskDelayMs: { CloneVM_Task: 3000, PowerOnVM_Task: 800 },
  });
  await using peers = await startCompanyPeers(mode);
  await using stage = await openStage({
    title: `Slack by ${mode}, Active Directory, vcsim`,
    config: `${toVcsimConfig(vcsim, false)}${peers.config}`,
    env: { ...peers.env, VCENTER_PASSWORD: vcsim.password },
  });
  const differences = await playInSlack(stage, peers.slack, mode);
  if (folder !== undefined) await draw(peers.slack, folder, mode);
  const vms = (await readBackVms(vcsim)).filter(({ name }) => name === NAME);
  stage.note(`pyvmomi sees ${vms.length} VM of that name:\n${JSON.stringify(vms, undefined, 2)}`);
  const count = vms.length === 1 ? [] : [`${vms.length} VMs are called ${NAME}`];
  const shown = vms[0] ? compare(WISHED, { ...vms[0] }) : [];
  return { where: `Slack by ${mode}`, differences: [...differences, ...count, ...shown] };
}

async function playInSlack(stage: Stage, slack: TestSlack, mode: SlackMode): Promise<string[]> {
  const room = openRoom(slack, stage);
  await slack.say('ann', 'vm list');
  await room.see('ann', /does not know yet who you are/);
  for (const person of ['ann', 'bob'] as const) {
    await linkChat(stage.url, slack, person);
    await room.see(person, /You are linked as/);
  }
  await slack.say('ann', 'vm create');
  const form = await room.see('ann', /vm create/);
  await room.click('ann', form, 'Send…');
  await slack.submit('ann', {
    name: { value: NAME },
    template: { selected_option: { value: 'ubuntu-24' } },
    cpu: { value: '4' },
    memory: { value: '8GiB' },
    network: { selected_option: { value: 'VLAN-100' } },
    folder: { selected_option: { value: '/prod/web' } },
    reason: { value: 'load test' },
  });
  const asked = await room.see('bob', new RegExp(NAME));
  if (mode === 'socket') {
    stage.note('Slack closes the connection while Bob looks');
    slack.front.sockets.disconnect('refresh_requested');
  }
  await room.click('bob', asked, 'Approve');
  const done = await room.see('ann', /J-1 · (done|created)|100 %|is there/i);
  stage.note(`what Ann has at the end: ${done.text}`);
  await room.see('bob', /approved|J-1/);
  const open = await room.untilClosed(['ann', 'bob']);
  await room.print('ann');
  await room.print('bob');
  return open;
}

function openRoom(slack: TestSlack, stage: Stage) {
  const read = async (person: PersonName) => slack.read(await slack.directChannel(person));
  async function print(person: PersonName): Promise<void> {
    const texts = (await read(person)).map(toText).map((text) => `  · ${text}`);
    stage.note(`${person}'s direct messages\n${texts.join('\n')}`);
  }
  return {
    print,
    async see(person: PersonName, what: RegExp): Promise<SeenMessage> {
      let found: SeenMessage | undefined;
      const look = async () => {
        found = (await read(person)).findLast((one) => what.test(toText(one)));
        return found;
      };
      await eventually(`${what} for ${person}`, look, WITHIN_MS, EVERY_MS).catch(async (error) => {
        await print(person);
        throw error;
      });
      return found as unknown as SeenMessage;
    },
    async click(person: PersonName, message: SeenMessage, label: string): Promise<void> {
      const channel = await slack.directChannel(person);
      const at = {
        container: { type: 'message', channel_id: channel, message_ts: message.ts },
        channel: { id: channel },
      };
      // While the connection is renewed Slack says that the app did not answer, and people click again.
      const click = async () => {
        stage.note(`${person} clicks ${label}`);
        return (await slack.click(person, message, label, at)).acked;
      };
      await eventually(`an answer to ${label}`, click, WITHIN_MS, 1_000);
    },
    /** Cards that still ask for something although everything is over: an edit may come late, and does come. */
    async untilClosed(people: readonly PersonName[]): Promise<string[]> {
      let open: string[] = [];
      const look = async () => {
        open = [];
        for (const person of people)
          for (const message of await read(person))
            if (/"Approve"|"Deny…"/.test(JSON.stringify(message.blocks)))
              open.push(`${person} still has a button to agree: ${message.text}`);
        return open.length === 0;
      };
      await eventually('the end of every card', look, WITHIN_MS, EVERY_MS).catch(() => undefined);
      return open;
    },
  };
}

function toText({ text, blocks }: SeenMessage): string {
  const words = JSON.stringify(blocks).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g);
  return [text, ...[...words].map(([, one = '']) => one)].join(' ');
}

async function draw(slack: TestSlack, folder: string, mode: SlackMode): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await using browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 720, height: 600 } });
  for (const person of ['ann', 'bob'] as const) {
    const messages = await slack.read(await slack.directChannel(person));
    for (const [at, { blocks }] of messages.entries()) {
      if (blocks.length > 0)
        await drawBlocks(page, blocks, join(folder, `${mode}-${person}-${at + 1}.png`), 680);
    }
  }
}
