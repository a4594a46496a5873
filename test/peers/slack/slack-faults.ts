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
  /** How many calls it strikes. Default: 1. */
  readonly times?: number;
}

export interface SlackFaults {
  add(rule: SlackFaultRule): void;
  take(method: string): SlackFault | undefined;
  /** Rules that still wait for a call: at the end of a test, a mistake in the test. */
  findUnused(): readonly SlackFaultRule[];
}

export function createSlackFaults(): SlackFaults {
  const entries: { readonly rule: SlackFaultRule; left: number }[] = [];
  const isOpen = ({ left }: (typeof entries)[number]) => left > 0;
  return {
    add: (rule) => void entries.push({ rule, left: rule.times ?? 1 }),
    take(method) {
      const entry = entries.find(
        (one) => isOpen(one) && (one.rule.method === method || one.rule.method === '*'),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      return entry.rule.fault;
    },
    findUnused: () =>
      entries
        .filter((one) => isOpen(one) && one.left !== Number.POSITIVE_INFINITY)
        .map(({ rule }) => rule),
  };
}
