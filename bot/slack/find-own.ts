/** Who Drover is in Slack, and what it may do there. */
import { OperationError } from '#core/errors.ts';
import type { SlackConfig } from './config.ts';
import { OwnAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

/** @throws OperationError `login_refused` (refused) when the token is wrong or belongs to another workspace. */
export async function findOwn(api: SlackApi, { teamId }: SlackConfig) {
  const own = await api.call('auth.test', {}, OwnAnswer);
  if (own.team_id !== teamId) {
    const facts = { connection: 'Slack', words: `the token is for workspace ${own.team_id}` };
    throw new OperationError('login_refused', 'refused', facts);
  }
  return { botUserId: own.user_id, scopes: own.response_metadata?.scopes ?? [] };
}
