/** What happens to a call of the Bot Connector on its way there or back. */
export type TeamsFault =
  /** The connection is cut before Teams sees the call. */
  | { readonly kind: 'drop_request' }
  /** Teams carries the call out; then the connection is cut in place of the answer. */
  | { readonly kind: 'drop_answer' }
  /** Teams carries the call out; the answer comes later. */
  | { readonly kind: 'delay_answer'; readonly ms: number }
  /** The head of the answer comes at once, its body later. */
  | { readonly kind: 'delay_body'; readonly ms: number }
  /** The head of the answer comes, and of its body only the beginning. */
  | { readonly kind: 'cut_body' }
  /** Nothing ever comes back; Teams carries the call out only if so said. */
  | { readonly kind: 'hang'; readonly reachesTeams?: boolean }
  /** Teams' own word; it carries the call out only if so said. */
  | {
      readonly kind: 'answer_status';
      readonly status: number;
      readonly code?: string;
      readonly retryAfterSeconds?: number;
      readonly reachesTeams?: boolean;
    }
  /** Sent on to another address. */
  | { readonly kind: 'redirect'; readonly to: string };

export type TeamsCallKind = 'post' | 'edit' | 'member' | 'login' | 'keys';

export interface TeamsFaultRule {
  readonly call: TeamsCallKind | '*';
  readonly fault: TeamsFault;
  /** How many calls it strikes. Default: 1. */
  readonly times?: number;
}

export interface TeamsFaults {
  add(rule: TeamsFaultRule): void;
  take(call: TeamsCallKind): TeamsFault | undefined;
  /** Rules that still wait for a call: at the end of a test, a mistake in the test. */
  findUnused(): readonly TeamsFaultRule[];
}

export function createTeamsFaults(): TeamsFaults {
  const entries: { readonly rule: TeamsFaultRule; left: number }[] = [];
  const isOpen = ({ left }: (typeof entries)[number]) => left > 0;
  return {
    add: (rule) => void entries.push({ rule, left: rule.times ?? 1 }),
    take(call) {
      const entry = entries.find(
        (one) => isOpen(one) && (one.rule.call === call || one.rule.call === '*'),
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
