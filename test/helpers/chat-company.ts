/**
 * A company for tests: a domain of its own, a Slack workspace and, where wanted, a Teams tenant, and a Drover in this
 * process between them.
 *
 * Ann asks (web-team), Bob agrees (ops-leads). They prove who they are on the web page, as anybody does.
 */
import type { Parts } from '#bot/drover.ts';
import {
  baseDn,
  organizationalUnits,
  serverName,
  serviceAccount,
  userPassword,
} from '#test/peers/samba/domain.ts';
import { toDn } from '#test/peers/samba/ldif.ts';
import { toGroupRecord, toMemberRecord, toUserRecord } from '#test/peers/samba/seed.ts';
import type { TeamsConnector } from '#test/peers/teams/teams-connector.ts';
import { tenantId } from '#test/peers/teams/teams-world.ts';
import { labConfig, openTestApp, type TestApp } from './open-test-app.ts';
import { findFreePort } from './peers/find-free-port.ts';
import { type Domain, startDomain } from './peers/samba.ts';
import {
  openTestSlack,
  type PersonName,
  type SlackMode,
  signingSecret,
  type TestSlack,
} from './peers/slack.ts';
import { appId, appPassword, type TestTeams } from './peers/teams.ts';

const { people, groups } = organizationalUnits;
/** Names to sign in with. */
export const LOGINS: Readonly<Record<PersonName, string>> = {
  ann: 'ann.meyer@corp.example.test',
  bob: 'bob.lang@corp.example.test',
  gus: 'gus.west@corp.example.test',
};
export const DNS: Readonly<Record<PersonName, string>> = {
  ann: toDn('Ann Meyer', people),
  bob: toDn('Bob Lang', people),
  gus: toDn('Gus West', people),
};

export interface CompanyOptions {
  readonly mode?: SlackMode;
  /** More of Slack's section: the operators' channel. */
  readonly slack?: (slack: TestSlack) => object;
  /** A tenant beside the workspace: `openTestTeams()`, which is closed with the company. */
  readonly teams?: TestTeams;
  readonly alter?: (parts: Parts) => Parts;
  /** `drover.yaml` without directory and Slack; the lab's own when left out. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Company extends AsyncDisposable {
  readonly domain: Domain;
  readonly slack: TestSlack;
  /** Where Slack sends to, in mode `http`. */
  readonly slackUrl: string;
  readonly app: TestApp;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** Signs in on the web page, gets a code, and writes it to Drover. Answers the code. */
  link(person: PersonName): Promise<string>;
}

/** Domain and workspace, and the part of `drover.yaml` that names them. */
export interface CompanyPeers extends AsyncDisposable {
  readonly domain: Domain;
  readonly slack: TestSlack;
  readonly slackUrl: string;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function startCompanyPeers(
  mode: SlackMode,
  more: NonNullable<CompanyOptions['slack']> = () => ({}),
): Promise<CompanyPeers> {
  await using stack = new AsyncDisposableStack();
  const domain = stack.use(await startDomain());
  await hire(domain);
  const slack = stack.use(await openTestSlack(mode));
  const slackPort = await findFreePort();
  // Known before Drover listens there, since the walk's Drover is another process.
  const slackUrl = `http://127.0.0.1:${slackPort}/slack/events`;
  slack.connect(slackUrl);
  const config = `${toDirectoryConfig(domain)}${toSlackConfig(slack, slackPort, more(slack))}`;
  const opened = stack.move();
  return {
    ...{ domain, slack, slackUrl, config, env: SECRETS },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export async function openCompany(options: CompanyOptions = {}): Promise<Company> {
  await using stack = new AsyncDisposableStack();
  const peers = stack.use(await startCompanyPeers(options.mode ?? 'socket', options.slack));
  const { domain, slack, slackUrl } = peers;
  const teams = options.teams && stack.use(options.teams);
  const teamsConfig = teams ? await connectTeams(teams) : '';
  const config = `${options.config ?? labConfig()}\n${peers.config}${teamsConfig}`;
  const env = { ...peers.env, ...options.env };
  const app = stack.use(
    await openTestApp({ config, env, ...(options.alter && { alter: options.alter }) }),
  );
  const opened = stack.move();
  return {
    ...{ domain, slack, slackUrl, app, config, env },
    link: (person) => linkChat(app.drover.url, slack, person),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Signs in on the web page, gets a code, and writes it to Drover. Answers the code. */
export async function linkChat(
  droverUrl: string,
  slack: TestSlack,
  person: PersonName,
): Promise<string> {
  const code = await getCode(droverUrl, LOGINS[person]);
  await slack.say(person, `link ${code}`);
  return code;
}

/** Puts a person into a group, or takes them out. */
export async function changeMember(
  domain: Domain,
  deed: 'add' | 'delete',
  person: PersonName,
  group: string,
): Promise<void> {
  const change = `dn: ${toDn(group, groups)}\nchangetype: modify\n${deed}: member\nmember: ${DNS[person]}\n-`;
  await domain.applyLdif(change);
}

/** The people and groups of these tests, in the seeded domain. */
export async function hire(domain: Domain): Promise<void> {
  await domain.applyLdif(
    toUserRecord('Ann Meyer', 'ann.meyer'),
    toUserRecord('Bob Lang', 'bob.lang'),
    toUserRecord('Gus West', 'gus.west'),
    toGroupRecord('ops-leads', 'global'),
    toGroupRecord('drover-admins', 'global'),
    toMemberRecord(toDn('web-team', groups), [DNS.ann]),
    toMemberRecord(toDn('ops-leads', groups), [DNS.bob, DNS.gus]),
    toMemberRecord(toDn('drover-admins', groups), [DNS.gus]),
  );
}

/** A section of `drover.yaml`; its password stands in `AD_PASSWORD`. */
export function toDirectoryConfig({ controllers, caFile }: Domain): string {
  const directory = {
    ...{ servers: controllers.map(({ server }) => server), baseDn, servername: serverName },
    ...{ caFile, user: serviceAccount.user, password: reference('AD_PASSWORD') },
  };
  return `directory: ${JSON.stringify(directory)}\n`;
}

/** A section of `drover.yaml`; its secrets stand in `SECRETS`. */
export function toSlackConfig(
  { teamId, front, mode }: TestSlack,
  port: number,
  more: object = {},
): string {
  const common = { mode, teamId, apiUrl: front.apiUrl, botToken: reference('SLACK_BOT_TOKEN') };
  const own =
    mode === 'socket'
      ? { appToken: reference('SLACK_APP_TOKEN'), connections: 1 }
      : { signingSecret: reference('SLACK_SIGNING_SECRET'), port };
  return `slack: ${JSON.stringify({ ...common, ...own, ...more })}\n`;
}

/** Known before Drover listens there. */
async function connectTeams(teams: TestTeams): Promise<string> {
  const port = await findFreePort();
  teams.connect(`http://127.0.0.1:${port}/api/messages`);
  return toTeamsConfig(teams, port);
}

/** A section of `drover.yaml`; its secret stands in `TEAMS_APP_PASSWORD`. */
export function toTeamsConfig(
  { connector }: { readonly connector: Pick<TeamsConnector, 'url' | 'openIdUrl' | 'loginUrl'> },
  port: number,
  app = appId,
): string {
  const { url: serviceUrl, openIdUrl, loginUrl } = connector;
  const teams = {
    ...{ appId: app, tenantId, appPassword: reference('TEAMS_APP_PASSWORD'), port },
    ...{ publicUrl: 'https://drover.example', local: { openIdUrl, loginUrl, serviceUrl } },
  };
  return `teams: ${JSON.stringify(teams)}\n`;
}

export const SECRETS = {
  TEAMS_APP_PASSWORD: appPassword,
  AD_PASSWORD: serviceAccount.password,
  SLACK_BOT_TOKEN: 'xoxb-drover',
  SLACK_APP_TOKEN: 'xapp-drover',
  SLACK_SIGNING_SECRET: signingSecret,
};

function reference(name: string): string {
  return `\${env:${name}}`;
}

/** As the page does it. */
export async function getCode(droverUrl: string, login: string): Promise<string> {
  const signedIn = await post(droverUrl, 'sign-in', { login, password: userPassword });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { csrf } = (await signedIn.json()) as { csrf: string };
  const answer = await post(droverUrl, 'link-code', {}, { cookie, 'x-drover-csrf': csrf });
  return ((await answer.json()) as { code: string }).code;
}

export function post(
  droverUrl: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(new URL(`/api/${path}`, droverUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}
