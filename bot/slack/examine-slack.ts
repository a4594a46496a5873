/** What `drover doctor` is told of Slack: data, without a sentence and without a secret. */
import { OperationError } from '#core/errors.ts';
import type { SlackConfig } from './config.ts';
import { findOwn } from './find-own.ts';
import { SocketAnswer } from './schema.ts';
import { findMissingScopes } from './scopes.ts';
import { createSlackApi } from './slack-api.ts';

export interface SlackExamination {
  /** By `auth.test`. */
  readonly bot: { readonly missingScopes: readonly string[] } | { readonly fault: OperationError };
  /** In mode `socket`, by `apps.connections.open`: an address is given, and not gone to. */
  readonly app?: { readonly fault?: OperationError };
  /** In mode `http`: it cannot be tried, only looked at. */
  readonly isSigningSecretWellFormed?: boolean;
}

const answerTimeoutMs = 10_000;
/** As Slack writes them. */
const signingSecretForm = /^[0-9a-f]{32}$/;

export async function examineSlack(config: SlackConfig): Promise<SlackExamination> {
  const bot = await examineBot(config);
  if (config.mode === 'socket') return { bot, app: await examineApp(config) };
  return { bot, isSigningSecretWellFormed: signingSecretForm.test(config.signingSecret) };
}

async function examineBot(config: SlackConfig): Promise<SlackExamination['bot']> {
  try {
    const { scopes } = await findOwn(createApi(config, config.botToken), config);
    return { missingScopes: findMissingScopes(scopes) };
  } catch (error) {
    return { fault: toFault(error) };
  }
}

async function examineApp(
  config: Extract<SlackConfig, { mode: 'socket' }>,
): Promise<NonNullable<SlackExamination['app']>> {
  try {
    await createApi(config, config.appToken).call('apps.connections.open', {}, SocketAnswer);
    return {};
  } catch (error) {
    return { fault: toFault(error) };
  }
}

function createApi({ apiUrl }: SlackConfig, token: string) {
  return createSlackApi({ botToken: token, apiUrl, timeoutMs: answerTimeoutMs });
}

function toFault(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  throw error;
}
