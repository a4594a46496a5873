/** What happens to a call of Slack's Web API on its way there or back. */
export type SlackFault =
  /** The connection is cut before Slack sees the call. */
  | { readonly kind: 'drop_request' }
  /** Slack carries the call out; then the connection is cut in place of the answer. */
  | { readonly kind: 'drop_answer' }
  /** Nothing ever comes back; Slack carries the call out only if so said. */
  | { readonly kind: 'hang'; readonly reachesSlack?: boolean }
  | { readonly kind: 'answer_status'; readonly status: number }
  | { readonly kind: 'rate_limit'; readonly retryAfterSeconds: number }
  /** Slack's own word: `{ ok: false, error }`. */
  | { readonly kind: 'answer_error'; readonly error: string };

export interface SlackFaultRule {
  /** `chat.postMessage`, or `*`. */
  readonly method: string;
  readonly fault: SlackFault;
  /** Only calls for this channel. */
  readonly channel?: string;
  /** How many calls it strikes. Default: 1. */
  readonly times?: number;
}

export interface SlackFaults {
  /** `struck`: how often it has; `lift`: from now on it strikes no more. */
  add(rule: SlackFaultRule): { struck(): number; lift(): void };
  take(method: string, channel?: unknown): SlackFault | undefined;
  /** Rules that still wait for a call: at the end of a test, a mistake in the test. */
  findUnused(): readonly SlackFaultRule[];
}

export function createSlackFaults(): SlackFaults {
  const entries: { readonly rule: SlackFaultRule; left: number; struck: number }[] = [];
  const isOpen = ({ left }: (typeof entries)[number]) => left > 0;
  return {
    add(rule) {
      const times = rule.times ?? 1;
      const entry = { rule, left: times, struck: 0 };
      entries.push(entry);
      return {
        struck: () => entry.struck,
        lift() {
          entry.left = 0;
        },
      };
    },
    take(method, channel) {
      const entry = entries.find(
        (one) =>
          isOpen(one) &&
          (one.rule.method === method || one.rule.method === '*') &&
          (one.rule.channel === undefined || one.rule.channel === channel),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      entry.struck += 1;
      return entry.rule.fault;
    },
    findUnused: () =>
      entries
        .filter((one) => isOpen(one) && one.left !== Number.POSITIVE_INFINITY)
        .map(({ rule }) => rule),
  };
}
