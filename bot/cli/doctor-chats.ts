/** Whether each chat lets Drover in with what the configuration gives it. */
import type { Config } from '../config.ts';
import { DOCTOR_CHAT_WORDS } from '../words/en/doctor-chat-words.ts';
import type { Finding } from './doctor.ts';

const well = (text: string): Finding => ({ isWell: true, text });
const ill = (text: string): Finding => ({ isWell: false, text });

export async function listSlack({ slack }: Config): Promise<Finding[]> {
  if (!slack) return [];
  const { examineSlack } = await import('../slack/examine-slack.ts');
  const { bot, app, isSigningSecretWellFormed } = await examineSlack(slack);
  return [
    'fault' in bot
      ? ill(DOCTOR_CHAT_WORDS.slackBotFault(bot.fault))
      : {
          isWell: bot.missingScopes.length === 0,
          text: DOCTOR_CHAT_WORDS.slackBot(bot.missingScopes),
        },
    ...(app
      ? [
          app.fault
            ? ill(DOCTOR_CHAT_WORDS.slackAppFault(app.fault))
            : well(DOCTOR_CHAT_WORDS.slackApp),
        ]
      : []),
    ...(isSigningSecretWellFormed === undefined
      ? []
      : [
          isSigningSecretWellFormed
            ? well(DOCTOR_CHAT_WORDS.slackSecret)
            : ill(DOCTOR_CHAT_WORDS.slackSecretOdd),
        ]),
  ];
}

export async function listTeams({ teams }: Config): Promise<Finding[]> {
  if (!teams) return [];
  const { examineTeams } = await import('../teams/examine-teams.ts');
  const { fault, openHosts, isServiceUsable, endpoint } = await examineTeams(teams);
  return [
    fault ? ill(DOCTOR_CHAT_WORDS.teamsFault(fault)) : well(DOCTOR_CHAT_WORDS.teams),
    ...openHosts.map((host) => ill(DOCTOR_CHAT_WORDS.teamsOpenHost(host))),
    ...(isServiceUsable ? [] : [ill(DOCTOR_CHAT_WORDS.teamsService)]),
    well(DOCTOR_CHAT_WORDS.teamsEndpoint(endpoint)),
  ];
}
