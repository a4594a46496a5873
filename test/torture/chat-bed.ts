/**
 * Slack and Teams as the ends, a domain as the directory, the lab as platform, SQLite as database.
 *
 * The domain is one for all trials, which change nothing in it; workspace, tenant, folder and platform are each trial's own.
 * Both people are linked in both chats before Drover starts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createActiveDirectory } from '#adapters/active-directory/active-directory.ts';
import { ActiveDirectoryConfig } from '#adapters/active-directory/config.ts';
import { openStore } from '#adapters/database/database.ts';
import type { Account } from '#core/ports/directory.ts';
import {
  hire,
  LOGINS,
  SECRETS,
  toDirectoryConfig,
  toSlackConfig,
  toTeamsConfig,
} from '#test/helpers/chat-company.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { type Domain, startDomain } from '#test/helpers/peers/samba.ts';
import { openTestSlack, type TestSlack } from '#test/helpers/peers/slack.ts';
import { openTestTeams, type TestTeams } from '#test/helpers/peers/teams.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { baseDn, serverName, serviceAccount } from '#test/peers/samba/domain.ts';
import { teamsPeople, tenantId } from '#test/peers/teams/teams-world.ts';
import { openChatPeople } from './chat-people.ts';
import { CHAT_SEAMS, WAY_NAMES, WAYS } from './chat-ways.ts';
import { judged } from './find-violations.ts';
import { readFile, readLab, WAKE_UPS, writeLab } from './lab-bed.ts';
import { type Bed, type Place, type PlaceFor, RULES, WISH } from './place.ts';
import { isSent } from './seams.ts';

/** What a busy chat did not answer in time is tried again 15 seconds later, and found done; the copies are judged themselves. */
const OTHER_WAKE_UPS = `${WAKE_UPS} where topic <> 'delivery'`;
const PEOPLE = ['ann', 'bob'] as const;
type Accounts = Readonly<Record<(typeof PEOPLE)[number], Account>>;

export async function openChatBed(): Promise<Bed> {
  await using stack = new AsyncDisposableStack();
  const domain = stack.use(await startDomain());
  await hire(domain);
  const accounts = await findAccounts(domain);
  const opened = stack.move();
  return {
    ...{ name: 'chat', seams: CHAT_SEAMS, ways: WAY_NAMES, atOnce: 6, patienceMs: 90_000 },
    openPlace: (on) => openChatPlace(domain, accounts, on),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function findAccounts({ controllers, caFile }: Domain): Promise<Accounts> {
  const config = ActiveDirectoryConfig.parse({
    ...{ servers: controllers.map(({ server }) => server), baseDn, servername: serverName },
    ...{ caFile, user: serviceAccount.user, password: serviceAccount.password },
  });
  const directory = createActiveDirectory(config);
  try {
    const find = async (person: (typeof PEOPLE)[number]) => {
      const account = await directory.findByLogin(LOGINS[person]);
      if (!account) throw new Error(`${person} is not in the domain`);
      return account;
    };
    return { ann: await find('ann'), bob: await find('bob') };
  } finally {
    await directory.close();
  }
}

async function openChatPlace(
  domain: Domain,
  accounts: Accounts,
  { seam = '', way: name }: PlaceFor,
): Promise<Place> {
  const way = WAYS[name ?? ''] ?? Object.values(WAYS)[0];
  if (!way) throw new Error('there is no way through the chats');
  await using stack = new AsyncDisposableStack();
  const folder = createTemporaryFolder('torture');
  stack.defer(() => folder[Symbol.dispose]());
  const slack = stack.use(await openTestSlack(way.mode));
  const teams = stack.use(await openTestTeams());
  const [slackPort, teamsPort] = [await findFreePort(), await findFreePort()];
  slack.connect(`http://127.0.0.1:${slackPort}/slack/events`);
  teams.connect(`http://127.0.0.1:${teamsPort}/api/messages`);
  const chats = `${toSlackConfig(slack, slackPort)}${toTeamsConfig(teams, teamsPort)}`;
  const configFile = join(folder.path, 'drover.yaml');
  writeFileSync(configFile, `${RULES}${writeLab(folder.path)}${toDirectoryConfig(domain)}${chats}`);
  const dataFolder = join(folder.path, 'data');
  await linkAll(dataFolder, accounts, slack);
  const silent = isSent(seam) ? silence(seam, slack, teams) : undefined;
  const rows = async (sql: string) => readFile(join(dataFolder, 'drover.db'), sql);
  const opened = stack.move();
  return judged({
    ...{ configFile, dataFolder, env: SECRETS, wakeUps: OTHER_WAKE_UPS, rows },
    voterId: accounts.bob.id,
    wish: WISH,
    openPeople: () => openChatPeople({ rows, slack, teams, way, silent }),
    readPlatform: async () => readLab(join(dataFolder, 'lab.db')),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  });
}

/** As they would be after signing in; Drover opens this database later. */
async function linkAll(dataFolder: string, accounts: Accounts, slack: TestSlack): Promise<void> {
  mkdirSync(dataFolder, { recursive: true });
  const url = `sqlite:${join(dataFolder, 'drover.db')}`;
  const createQueue = async () => ({ enqueue: async () => undefined });
  const { store, close } = await openStore({ url, connections: 1 }, { createQueue });
  await store.transact(async (tx) => {
    for (const person of PEOPLE) {
      const { id: personId, name: personName } = accounts[person];
      const inSlack = `slack:${slack.teamId}:${slack.userId(person)}`;
      const inTeams = `teams:${tenantId}:${teamsPeople[person].aadObjectId}`;
      for (const chatId of [inSlack, inTeams]) await tx.links.put({ chatId, personId, personName });
    }
  });
  await close();
}

/** The first message that Drover posts there is taken, and no answer ever comes. */
function silence(seam: string, slack: TestSlack, teams: TestTeams): 'slack' | 'teams' {
  if (seam.endsWith('slack')) {
    const fault = { kind: 'hang', reachesSlack: true } as const;
    slack.front.faults.add({ method: 'chat.postMessage', fault });
    return 'slack';
  }
  const fault = { kind: 'hang', reachesTeams: true } as const;
  teams.connector.faults.add({ call: 'post', fault });
  return 'teams';
}
