/**
 * `drover doctor`: whether directory, groups and chats are as the configuration needs them.
 *
 * Reads only. Exit codes: 0 all well, 1 something needs a person.
 */
import type { Writable } from 'node:stream';
import { OperationError } from '#core/errors.ts';
import type { ExamineDirectory } from '../compose.ts';
import type { Config } from '../config.ts';
import { DOCTOR_WORDS } from '../words/en/doctor-words.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';

export interface DoctorOptions {
  readonly config: Config;
  readonly examineDirectory: ExamineDirectory | undefined;
  readonly stdout: Writable;
}

/** One line of the answer. */
interface Finding {
  readonly isWell: boolean;
  readonly text: string;
}

/** Resolves with the exit code. */
export async function examineHouse(options: DoctorOptions): Promise<number> {
  const { config } = options;
  const chats = [...(await listSlack(config)), ...(await listTeams(config))];
  const findings = [...(await listDirectory(options)), ...chats];
  for (const { isWell, text } of findings) options.stdout.write(`${isWell ? '✓' : '✗'} ${text}\n`);
  const faults = findings.filter(({ isWell }) => !isWell).length;
  options.stdout.write(`${DOCTOR_WORDS.summary(faults)}\n`);
  return faults === 0 ? 0 : 1;
}

async function listDirectory({ examineDirectory }: DoctorOptions): Promise<Finding[]> {
  if (!examineDirectory) return [{ isWell: true, text: DOCTOR_WORDS.labPeople }];
  const { servers, groups } = await examineDirectory();
  return [
    ...servers.map((server) => {
      const text = DOCTOR_WORDS.server(server);
      const isWell =
        !server.fault &&
        !server.certificate?.refusedBecause &&
        server.login === 'accepted' &&
        server.token.state === 'equal' &&
        server.isOfDomain !== false;
      return { isWell, text };
    }),
    ...groups.map((group) => ({
      isWell: group.state === 'found' && (group.unreadable?.length ?? 0) === 0,
      text: DOCTOR_WORDS.group(group),
    })),
  ];
}

async function listSlack({ slack }: Config): Promise<Finding[]> {
  if (!slack) return [];
  const { examineSlack } = await import('../slack/slack.ts');
  try {
    const { missingScopes } = await examineSlack(slack);
    const isWell = missingScopes.length === 0;
    return [{ isWell, text: DOCTOR_WORDS.slack(missingScopes) }];
  } catch (error) {
    return [toFault('Slack', error)];
  }
}

async function listTeams({ teams }: Config): Promise<Finding[]> {
  if (!teams) return [];
  const { examineTeams } = await import('../teams/teams.ts');
  try {
    await examineTeams(teams);
    return [{ isWell: true, text: DOCTOR_WORDS.teams }];
  } catch (error) {
    return [toFault('Teams', error)];
  }
}

function toFault(chat: string, error: unknown): Finding {
  if (!(error instanceof OperationError)) throw error;
  return { isWell: false, text: `${chat}: ${ERROR_WORDS[error.code](error.facts)}` };
}
