/** Who Drover is in Slack, and what it may do there. */
import type { z } from 'zod';
import { OperationError } from '#core/errors.ts';
import type { SlackConfig } from './config.ts';
import { OwnAnswer } from './schema.ts';
import type { SlackApi } from './slack-api.ts';

const TRIES = 3;

/**
 * @throws OperationError `login_refused` (refused) when the token is wrong or belongs to another workspace; `not_reachable`
 * (not started) when Slack does not answer.
 */
export async function findOwn(api: SlackApi, { teamId }: SlackConfig) {
  const own = await ask(api, TRIES);
  if (own.team_id !== teamId) {
    const facts = { connection: 'Slack', words: `the token is for workspace ${own.team_id}` };
    throw new OperationError('login_refused', 'refused', facts);
  }
  return { botUserId: own.user_id, scopes: own.response_metadata?.scopes ?? [] };
}

/** Asking orders nothing, so what had no answer is asked again. */
async function ask(api: SlackApi, tries: number): Promise<z.infer<typeof OwnAnswer>> {
  try {
    return await api.call('auth.test', {}, OwnAnswer);
  } catch (error) {
    if (!(error instanceof OperationError && error.code === 'no_answer')) throw error;
    if (tries > 1) return ask(api, tries - 1);
    throw new OperationError('not_reachable', 'not_started', error.facts, { cause: error });
  }
}
