/** What ends scripts of a site from outside, and what keeps their answers back. */
export interface Power {
  /** Aborted when the host goes down; the next script gets a signal of its own. */
  of(host: string): AbortSignal;
  end(host: string): void;
  endAll(): void;
}

export function createPower(): Power {
  const byHost = new Map<string, AbortController>();
  const end = (host: string) => {
    byHost.get(host)?.abort();
    byHost.delete(host);
  };
  return {
    of: (host) => {
      const current = byHost.get(host) ?? new AbortController();
      byHost.set(host, current);
      return current.signal;
    },
    end,
    endAll: () => {
      for (const host of [...byHost.keys()]) end(host);
    },
  };
}

export interface LostAnswers {
  order(): void;
  /** Whether the script that is about to change something is one whose answer is to be lost. */
  take(): boolean;
}

export function createLostAnswers(): LostAnswers {
  let ordered = 0;
  return {
    order: () => {
      ordered += 1;
    },
    take: () => {
      if (ordered === 0) return false;
      ordered -= 1;
      return true;
    },
  };
}
