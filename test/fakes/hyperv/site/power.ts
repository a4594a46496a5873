/** What ends scripts of a site from outside, and what keeps their answers back. */
export interface Power {
  /** Aborted when the host goes down; the next script gets a signal of its own. */
  of(host: string): AbortSignal;
  /** Counts the script among those that `end` waits for. */
  track<T>(host: string, script: Promise<T>): Promise<T>;
  /** Resolves once none of its scripts runs any more. */
  end(host: string): Promise<void>;
  endAll(): Promise<void>;
}

export function createPower(): Power {
  const byHost = new Map<string, AbortController>();
  const scripts = new Map<string, Set<Promise<unknown>>>();
  const end = async (host: string) => {
    byHost.get(host)?.abort();
    byHost.delete(host);
    await Promise.allSettled(scripts.get(host) ?? []);
  };
  return {
    of: (host) => {
      const current = byHost.get(host) ?? new AbortController();
      byHost.set(host, current);
      return current.signal;
    },
    track: async (host, script) => {
      const ofHost = scripts.get(host) ?? new Set();
      scripts.set(host, ofHost.add(script));
      return await script.finally(() => ofHost.delete(script));
    },
    end,
    endAll: async () => {
      await Promise.all([...byHost.keys()].map(end));
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
