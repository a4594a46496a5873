/** Calls of Slack's Web API: one try each, with a deadline; faults come as codes. */
import { type Logger, LogLevel, webApi } from '@slack/bolt';
import type { z } from 'zod';
import { OperationError } from '#core/errors.ts';
import { toSlackFault } from './slack-faults.ts';

export interface SlackApi {
  /**
   * @throws OperationError `not_reachable` (not started), `no_answer` (unknown), or Slack's own refusal (refused); with
   * `facts.retryAfterMs` when it asks for patience (not started).
   */
  call<Answer>(method: string, args: object, answer: z.ZodType<Answer>): Promise<Answer>;
}

export interface SlackApiOptions {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly timeoutMs: number;
}

export function createSlackApi({ botToken, apiUrl, timeoutMs }: SlackApiOptions): SlackApi {
  const client = new webApi.WebClient(botToken, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: createQuietLogger(),
  });
  return {
    async call(method, args, answer) {
      const got = await callOnce(client, method, args);
      const parsed = answer.safeParse(got);
      if (parsed.success) return parsed.data;
      const facts = { connection: 'Slack', words: method };
      throw new OperationError('answer_not_understood', 'unknown', facts, { cause: parsed.error });
    },
  };
}

async function callOnce(client: webApi.WebClient, method: string, args: object): Promise<unknown> {
  try {
    return await client.apiCall(method, { ...args });
  } catch (error) {
    throw toSlackFault(error);
  }
}

/** Bolt's own words hold what people wrote and what Slack sent; faults reach us as errors anyway. */
export function createQuietLogger(): Logger {
  const silent = () => undefined;
  return {
    ...{ debug: silent, info: silent, warn: silent, error: silent },
    ...{ setLevel: silent, setName: silent },
    getLevel: () => LogLevel.ERROR,
  };
}
