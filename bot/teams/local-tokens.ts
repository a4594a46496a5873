/** Signs in at a login on this machine, for tests: the SDK's own way insists on https. */
import { OperationError } from '#core/errors.ts';
import type { TeamsConfig } from './config.ts';
import { TokenAnswer } from './schema.ts';

const withinMs = 5_000;
/** A token is renewed before its end. */
const earlierMs = 30_000;

export function createLocalTokens(
  { appId, appPassword }: Pick<TeamsConfig, 'appId' | 'appPassword'>,
  loginUrl: string,
): () => Promise<string> {
  let known: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (known && known.until > performance.now()) return known.token;
    const response = await ask(loginUrl, appId, appPassword);
    if (!response.ok) {
      const facts = { connection: 'Teams', words: String(response.status) };
      throw new OperationError('login_refused', 'refused', facts);
    }
    const answer = TokenAnswer.parse(await response.json());
    const until = performance.now() + answer.expires_in * 1_000 - earlierMs;
    known = { token: answer.access_token, until };
    return known.token;
  };
}

async function ask(loginUrl: string, appId: string, appPassword: string): Promise<Response> {
  const form = {
    grant_type: 'client_credentials',
    client_id: appId,
    client_secret: appPassword,
    scope: 'https://api.botframework.com/.default',
  };
  try {
    return await fetch(loginUrl, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
    });
  } catch (cause) {
    const facts = { connection: 'Teams', words: 'the sign-in' };
    throw new OperationError('not_reachable', 'not_started', facts, { cause });
  }
}
