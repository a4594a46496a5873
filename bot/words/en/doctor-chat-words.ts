/** What `drover doctor` says of chats: each fault with its remedy. */
import type { ErrorCode, OperationError } from '#core/errors.ts';
import { ERROR_WORDS } from './error-words.ts';

type Remedies = Readonly<Partial<Record<ErrorCode, string>>>;

const UNREACHABLE = 'Let this machine reach it by https, and try again.';

const SLACK_BOT: Remedies = {
  login_refused:
    'Copy the bot token of the app in this workspace anew (OAuth & Permissions), and compare slack.teamId.',
  not_reachable: UNREACHABLE,
  no_answer: UNREACHABLE,
};

const APP_TOKEN =
  'Make an app-level token with the scope connections:write (Basic Information), switch Socket Mode on, and give it as slack.appToken.';
const SLACK_APP: Remedies = {
  login_refused: APP_TOKEN,
  platform_refused: APP_TOKEN,
  not_permitted_on_platform: APP_TOKEN,
  not_reachable: UNREACHABLE,
  no_answer: UNREACHABLE,
};

const TEAMS: Remedies = {
  login_refused:
    'The secret is wrong or has expired, or the app is of another tenant: make a new one (Certificates & secrets of the app registration), and compare teams.appId and teams.tenantId.',
  not_reachable:
    'Let this machine reach login.microsoftonline.com by https, compare teams.tenantId, and try again.',
};

export const DOCTOR_CHAT_WORDS = {
  slackBot: (missing: readonly string[]) =>
    missing.length === 0
      ? 'Slack: the token is good and has every scope'
      : `Slack: the token is good; it lacks ${missing.join(', ')}. Add the scopes and install the app again.`,
  slackBotFault: (fault: OperationError) => `Slack, bot token: ${toWords(fault, SLACK_BOT)}`,
  slackApp: 'Slack: the app token is good, and Socket Mode is on',
  slackAppFault: (fault: OperationError) => `Slack, app token: ${toWords(fault, SLACK_APP)}`,
  slackSecret:
    'Slack: the signing secret has the form of one; whether it is the app’s shows with the first request',
  slackSecretOdd:
    'Slack: the signing secret has not the form of one, which is 32 of 0-9 and a-f: copy it from Basic Information, App Credentials.',
  teams: 'Teams: the app’s id and secret are good',
  teamsFault: (fault: OperationError) => `Teams, sign-in of the app: ${toWords(fault, TEAMS)}`,
  teamsEndpoint: (endpoint: string) =>
    `Teams: the bot registration has to name the messaging endpoint ${endpoint}`,
  teamsOpenHost: (host: string) =>
    `Teams: by ${host} in teams.serviceHosts everybody who gets a name below it is shown Drover’s token and cards: write the hosts of the Bot Connector in full.`,
  teamsService:
    'Teams: Drover would refuse teams.local.serviceUrl itself: write it as http://127.0.0.1:port/, without a name or password.',
} as const;

function toWords({ code, facts }: OperationError, remedies: Remedies): string {
  const remedy = remedies[code];
  return [ERROR_WORDS[code](facts), ...(remedy === undefined ? [] : [remedy])].join(' ');
}
