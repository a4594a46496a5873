/**
 * The main job in Teams: Microsoft's Agents Playground in Chromium, one for each person, who are people of an Active
 * Directory (Samba). Ann asks and fills in a form, Bob agrees, the VM is made on vcsim; pyvmomi says what is there.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  getCode,
  hire,
  LOGINS,
  toDirectoryConfig,
  toTeamsConfig,
} from '../helpers/chat-company.ts';
import { findFreePort } from '../helpers/peers/find-free-port.ts';
import { readBackVms } from '../helpers/peers/pyvmomi.ts';
import { startDomain } from '../helpers/peers/samba.ts';
import { appId, appPassword } from '../helpers/peers/teams.ts';
import { startVcsim } from '../helpers/peers/vcsim.ts';
import { serviceAccount } from '../peers/samba/domain.ts';
import { openPlaygrounds, type Player, type Playgrounds } from '../peers/teams/playground.ts';
import { compare, type Outcome } from './outcome.ts';
import { openStage, type Stage } from './stage.ts';
import { toVcsimConfig, VCSIM_ESTATE } from './vcsim-estate.ts';

const NAME = 'web-07';
const WISHED = {
  ...{ name: NAME, cpus: 4, memoryMB: 8192 },
  ...{ networks: ['VLAN-100'], powerState: 'poweredOn' },
};
const WITHIN_MS = 60_000;

export async function walkTeams(folder?: string): Promise<Outcome> {
  await using vcsim = await startVcsim({
    estate: VCSIM_ESTATE,
    taskDelayMs: { CloneVM_Task: 3000, PowerOnVM_Task: 800 },
  });
  await using domain = await startDomain();
  await hire(domain);
  await using playgrounds = await openPlaygrounds(appId, ['ann', 'bob']);
  const port = await findFreePort();
  await using stage = await openStage({
    title: 'Teams, Active Directory, vcsim',
    config: `${toVcsimConfig(vcsim, false)}${toDirectoryConfig(domain)}${toTeamsConfig({ connector: playgrounds.front }, port)}`,
    env: {
      ...{ AD_PASSWORD: serviceAccount.password, TEAMS_APP_PASSWORD: appPassword },
      VCENTER_PASSWORD: vcsim.password,
    },
  });
  await playgrounds.start(`http://127.0.0.1:${port}/api/messages`);
  const differences = await playAndDraw(stage, playgrounds, folder);
  const vms = (await readBackVms(vcsim)).filter(({ name }) => name === NAME);
  stage.note(`pyvmomi sees ${vms.length} VM of that name:\n${JSON.stringify(vms, undefined, 2)}`);
  const count = vms.length === 1 ? [] : [`${vms.length} VMs are called ${NAME}`];
  const shown = vms[0] ? compare(WISHED, { ...vms[0] }) : [];
  return { where: 'Teams', differences: [...differences, ...count, ...shown] };
}

/** What went wrong is best seen, too. */
async function playAndDraw(stage: Stage, playgrounds: Playgrounds, folder?: string) {
  try {
    return await playInTeams(stage, playgrounds);
  } finally {
    if (folder !== undefined) await draw(playgrounds, folder);
  }
}

async function playInTeams(stage: Stage, playgrounds: Playgrounds): Promise<string[]> {
  const see = async (player: Player, what: string | RegExp) => {
    await playgrounds.page(player).getByText(what).last().waitFor({ timeout: WITHIN_MS });
    stage.note(`${player} sees: ${what}`);
  };
  await playgrounds.say('ann', 'vm list');
  await see('ann', /does not know yet who you are in Teams/);
  for (const player of ['ann', 'bob'] as const) {
    await playgrounds.say(player, `link ${await getCode(stage.url, LOGINS[player])}`);
    await see(player, /You are linked as/);
  }
  await playgrounds.say('ann', 'vm create');
  await see('ann', 'make a VM from a template');
  await fillIn(playgrounds.page('ann'));
  const bob = playgrounds.page('bob');
  const approve = bob.getByRole('button', { name: 'Approve' }).last();
  await approve.waitFor({ timeout: WITHIN_MS });
  stage.note('bob clicks Approve');
  await approve.click();
  await see('ann', /J-1 · done/);
  await see('bob', /R-1 · approved/);
  const left = await bob.getByRole('button', { name: 'Approve' }).count();
  return left === 0 ? [] : ['bob still has a button to agree'];
}

async function fillIn(page: Page): Promise<void> {
  const field = (name: RegExp) => page.getByLabel(name).last();
  await field(/^Name/).fill(NAME);
  await field(/^vCPU/).fill('4');
  await field(/^Memory/).fill('8GiB');
  await field(/^Reason/).fill('load test');
  for (const [name, value] of [
    [/^Template/, 'ubuntu-24'],
    [/^Network/, 'VLAN-100'],
    [/^Folder/, '/prod/web'],
  ] as const) {
    await page.getByRole('combobox', { name }).last().click();
    await page.getByRole('option', { name: value }).last().click();
  }
  await page.getByRole('button', { name: 'Send', exact: true }).last().click();
}

async function draw(playgrounds: Playgrounds, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const player of ['ann', 'bob'] as const)
    await playgrounds.page(player).screenshot({ path: join(folder, `teams-${player}.png`) });
}
