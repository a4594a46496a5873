/** What happens to a call on its way to the server or back. */
export type Fault =
  /** The connection is reset before the server sees the call. */
  | { readonly kind: 'drop_request' }
  /** The server carries the call out; then the connection is reset in place of the answer. */
  | { readonly kind: 'drop_answer' }
  /** The answer ends in the middle (or after so many bytes of its body), and the connection with it. */
  | { readonly kind: 'cut_answer'; readonly afterBytes?: number }
  | { readonly kind: 'delay_request'; readonly ms: number }
  | { readonly kind: 'delay_answer'; readonly ms: number }
  /** The proxy answers in the server's place, as a gateway does. */
  | { readonly kind: 'answer_status'; readonly status: number }
  /** No answer ever comes; the server sees the call only if so said. */
  | { readonly kind: 'black_hole'; readonly reachesServer?: boolean };

export interface FaultRule {
  /** A SOAP method such as `PowerOnVM_Task`, `GET /path` for a call without a body, or `*`. */
  readonly method: string;
  readonly fault: Fault;
  /** How many calls it strikes; `Infinity` for all. Default: 1. */
  readonly times?: number;
  /** How many matching calls pass before. Default: 0. */
  readonly after?: number;
  /** Only calls whose text contains this, such as a VM's reference. */
  readonly containing?: string;
}

export interface FaultRules {
  add(rule: FaultRule): void;
  clear(): void;
  /** Chooses what happens to this call and counts it; the first rule that matches decides. */
  take(method: string, head: string): Fault | undefined;
  /** The rules that still wait for a call: at the end of a test, a mistake in the test. */
  findUnused(): readonly FaultRule[];
}

export function createFaultRules(): FaultRules {
  let entries: { readonly rule: FaultRule; pass: number; left: number }[] = [];
  return {
    add: (rule) => {
      entries.push({ rule, pass: rule.after ?? 0, left: rule.times ?? 1 });
    },
    clear: () => {
      entries = [];
    },
    take: (method, head) => {
      const entry = entries.find(({ rule, left }) => left > 0 && isMatch(rule, method, head));
      if (!entry) return undefined;
      if (entry.pass > 0) {
        entry.pass -= 1;
        return undefined;
      }
      entry.left -= 1;
      return entry.rule.fault;
    },
    findUnused: () =>
      entries
        .filter(({ left }) => left > 0 && left !== Number.POSITIVE_INFINITY)
        .map(({ rule }) => rule),
  };
}

function isMatch(rule: FaultRule, method: string, head: string): boolean {
  if (rule.method !== '*' && rule.method !== method) return false;
  return rule.containing === undefined || head.includes(rule.containing);
}

/** Reads the name of the method, which is the body's first element: vim25's SOAPAction names only the version. */
export function readSoapMethod(head: string): string | undefined {
  return /<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?([\w.-]+)/.exec(head)?.[1];
}
