/**
 * Who empties a host: Ann of the operators asks in Slack, Bob of the leads agrees in Teams, both people of an Active
 * Directory, both in front of one Drover.
 */
import {
  changeMember,
  getCode,
  LOGINS,
  startCompanyPeers,
  toTeamsConfig,
} from '#test/helpers/chat-company.ts';
import { findFreePort } from '#test/helpers/peers/find-free-port.ts';
import { appId, openTestTeams } from '#test/helpers/peers/teams.ts';
import { openPlaygrounds } from '#test/peers/teams/playground.ts';
import { type Chat, openPlaygroundChat, openSlackChat, openTeamsChat } from './chat.ts';

/** In what Bob reads: the connector on this machine, or Microsoft's Agents Playground. */
export type TeamsBy = 'connector' | 'playground';

export interface People {
  readonly ann: Chat;
  readonly bob: Chat;
}

export interface Company extends AsyncDisposable {
  /** Of `drover.yaml`: directory, chats, roles and the rule. */
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** Once Drover runs: both sign in and link themselves, each in their own chat. */
  arrive(droverUrl: string): Promise<People>;
}

const RULES = `
roles:
  - name: operators
    members: [operators]
    allow: [vm.*, host.*, host.maintenance.enter, host.maintenance.exit, job.list, job.show, job.answer]
  - name: leads
    members: [ops-leads]
    allow: [vm.list, vm.show, host.*, job.list, job.show, approval.list, approval.show]

policies:
  - name: hosts
    operations: [host.maintenance.enter, host.maintenance.exit]
    decide: { approvals: 1, from: ops-leads, reasonOnDeny: true, expiresAfterMinutes: 120 }
`;

export async function openCompany(by: TeamsBy): Promise<Company> {
  await using stack = new AsyncDisposableStack();
  const peers = stack.use(await startCompanyPeers('socket'));
  await changeMember(peers.domain, 'add', 'ann', 'operators');
  const port = await findFreePort();
  const ann = openSlackChat(peers.slack, 'ann');
  const teams = stack.use(await openTeamsEnd(by, `http://127.0.0.1:${port}/api/messages`));
  const opened = stack.move();
  return {
    config: `${RULES}${peers.config}${toTeamsConfig(teams, port)}`,
    env: peers.env,
    async arrive(droverUrl) {
      await teams.start();
      const people = { ann, bob: teams.bob };
      for (const person of ['ann', 'bob'] as const) {
        await people[person].say(`link ${await getCode(droverUrl, LOGINS[person])}`);
        await people[person].see(/You are linked as/);
      }
      return people;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function openTeamsEnd(by: TeamsBy, botUrl: string) {
  if (by === 'connector') {
    const teams = await openTestTeams();
    teams.connect(botUrl);
    const { connector, [Symbol.asyncDispose]: close } = teams;
    const bob = openTeamsChat(teams, 'bob');
    return { connector, bob, start: async () => undefined, [Symbol.asyncDispose]: close };
  }
  const playgrounds = await openPlaygrounds(appId, ['bob']);
  return {
    connector: playgrounds.front,
    bob: openPlaygroundChat(playgrounds, 'bob'),
    start: () => playgrounds.start(botUrl),
    [Symbol.asyncDispose]: () => playgrounds[Symbol.asyncDispose](),
  };
}
