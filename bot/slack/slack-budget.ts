/**
 * Slack's limits for one app in one workspace.
 *
 * `chat.update` is of tier 3, 50 a minute for all messages together; `chat.postMessage` takes about one a second a channel,
 * and "several hundred a minute" in all.
 *
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
import type { BudgetLimits } from '../delivery/budget.ts';

export const slackBudget: BudgetLimits = {
  windowMs: 60_000,
  edits: { urgent: 50, final: 45, progress: 35 },
  posts: { urgent: 200, final: 180, progress: 120 },
  postEveryMs: 1_000,
  progressEveryMs: 2_000,
  sameMessageEveryMs: 2_000,
};
