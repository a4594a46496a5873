/** What `drover doctor` is told of Teams: data, without a sentence and without a secret. */
import { OperationError } from '#core/errors.ts';
import { isKnownService, type TeamsConfig } from './config.ts';
import { toMessagingEndpoint } from './manifest.ts';
import { createTeamsAuth } from './teams-auth.ts';

export interface TeamsExamination {
  /** What came of asking for a token with the app's id and secret; absent: one was given. */
  readonly fault?: OperationError;
  /** Hosts by pattern whose names others than Microsoft may give themselves. */
  readonly openHosts: readonly string[];
  /** False: what is set as the service would be refused by Drover itself. */
  readonly isServiceUsable: boolean;
  /** What the bot registration has to name. */
  readonly endpoint: string;
}

/** Below these Microsoft alone gives names. */
const ownDomains = new Set([
  '*.botframework.com',
  '*.botframework.azure.us',
  '*.teams.microsoft.com',
]);

export async function examineTeams(config: TeamsConfig): Promise<TeamsExamination> {
  const { serviceHosts, local } = config;
  const fault = await findFault(config);
  return {
    ...(fault && { fault }),
    openHosts: serviceHosts.filter((host) => host.startsWith('*.') && !ownDomains.has(host)),
    isServiceUsable: !local || isKnownService(config, local.serviceUrl),
    endpoint: toMessagingEndpoint(config),
  };
}

async function findFault(config: TeamsConfig): Promise<OperationError | undefined> {
  try {
    await createTeamsAuth(config).getToken();
    return undefined;
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
}
